"""The rounds in which a source's documents are read: when they begin, what they leave out."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import TelecastError
from .schedule import Schedule


class Rounds:
    """Knows when the next round is due, and what of the last one is to be repeated.

    A round from the start reads all documents; where some could not be read, the next
    one reads those alone, unless somebody asks for a whole one. Where something was not
    ready, the next one is soon.
    """

    def __init__(self, schedule: Schedule) -> None:
        """Let the first round be due at once."""
        loop = asyncio.get_running_loop()
        self._clock = loop.time
        self._schedule = schedule
        self._done: set[str] = set()
        """The documents of this round that need not be read again."""
        self._over = True
        """Whether the next round begins from the start, or repeats what failed."""
        self._whole = False
        """Whether this round began from the start."""
        self._asked = False
        self._wake = asyncio.Event()
        self._outcome: asyncio.Future[TelecastError | None] = loop.create_future()
        self._ended_at = self._due = self._clock()
        self.under_way = False
        """Whether a round is being made."""
        self.unfinished = False
        """Whether something was not ready in it, though nothing is wrong with that."""

    @contextmanager
    def begun(self) -> Iterator[None]:
        """Make a round inside the block; `end` says how it went, unless it was cut short."""
        self._whole = self._asked or self._over
        if self._whole:
            self._done.clear()
        self._asked = self.unfinished = False
        self.under_way = True
        try:
            yield
        finally:
            self.under_way = False

    def end(self, error: TelecastError | None, *, is_complete: bool) -> None:
        """Plan the next round, and tell those who wait for this one what went wrong."""
        self._over = is_complete
        is_done = is_complete and not self.unfinished
        wait = self._schedule.succeeded if is_done else self._schedule.failed
        self._ended_at = self._clock()
        self._due = self._clock() + wait()
        outcome, self._outcome = self._outcome, self._outcome.get_loop().create_future()
        outcome.set_result(error)

    async def until_due(self) -> None:
        """Wait until a round is due, or somebody asks for one."""
        while not self._asked:
            try:
                async with asyncio.timeout_at(self._due):
                    await self._wake.wait()
            except TimeoutError:
                return
            self._wake.clear()

    async def outcome(self) -> TelecastError | None:
        """Answer how a whole round went: the one that is under way, or else a new one."""
        if self.under_way and not self._whole:
            await asyncio.shield(self._outcome)
        if not self.under_way:
            self.hurry()
        return await asyncio.shield(self._outcome)

    def hurry(self) -> None:
        """Have a whole round made at once, or once more after what is under way."""
        self._asked = True
        self._wake.set()

    def is_done(self, document: str) -> bool:
        """Tell whether a document need not be read (any more) in this round."""
        return document in self._done

    def done(self, document: str) -> None:
        """Take note that a document has been read."""
        self._done.add(document)

    def every(self, hours: float) -> None:
        """Make rounds at another pace; what failed is repeated when it would have been."""
        if self._schedule.refresh_hours == hours:
            return
        self._schedule.refresh_hours = hours
        if self._over and not self.unfinished:
            self._due = self._ended_at + self._schedule.succeeded()
            self._wake.set()

    def anew(self) -> None:
        """Begin from the start, at once; no round may be under way."""
        self._due = self._clock()
        self._over = True

    def close(self, error: TelecastError) -> None:
        """Tell those who wait for a round that there will be none."""
        if not self._outcome.done():
            self._outcome.set_result(error)
