"""Lets a stream go by as the clock does: what it shows now is what is on now."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
import time

from ...formats.mpegts import (
    CLOCK,
    WRAP,
    Counters,
    Scanner,
    discontinuities,
    timed,
    unwrap,
)
from ..upstreams.basin import Pour
from ..upstreams.remux import Read

# Milliseconds. Players need a little in hand before they show anything: what they are
# given when they come is older than what is given now, and so is on now.
LEAD = 500
# So much is poured at once, since that costs by the time it is done.
_STRIDE = 100
# What is further from its time than that is not waited for, nor hurried after.
_OUT_OF_STEP = 15_000
# Pictures are sent in the order of decoding: some are shown so much later.
_SHOWN_LATER = 300
_TICKS = CLOCK // 1000


def now() -> int:
    """Answer the time of day, in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


class Pacer:
    """Pours the pieces of one channel on, each packet when it is due.

    Where a piece does not look like the one before, decoders are told of a break.
    """

    def __init__(
        self,
        pour: Pour,
        *,
        clock: Callable[[], int] = now,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        lead: int = LEAD,
    ) -> None:
        """Prepare; `clock` answers the time of day in milliseconds.

        A viewer gets what is shown `lead` milliseconds later.
        """
        self._pour = pour
        self._clock = clock
        self._sleep = sleep
        self.lead = lead
        """How long before it is to be shown viewers get what they do, in milliseconds."""
        self._counters = Counters()
        self._look: object = None
        self._cut = False
        self.reached = 0
        """Until when what was poured is shown, in milliseconds since 1970; not before
        may show what comes next. 0 where that is no matter: all that follows is new."""

    async def play(self, read: Read, *, look: str, until: Callable[[], int]) -> bool:
        """Pour what is read until it ends, or what is shown `until` then was poured.

        Its clock shows the time of day, as `ticks_at` has it. Pieces of one `look` follow
        each other without a break. Answers False where the time of day has become
        another one, or reading has become so slow that it is far behind.
        Raises what reading raises.
        """
        self._begin(look)
        scanner = Scanner()
        while block := await read():
            scanner.scan(block)
            pid = scanner.program.pcr_pid if scanner.program else -1
            for ticks, part in timed(self._marked(block, scanner), pid):
                if ticks is not None:
                    due = self._instant(ticks)
                    if due >= until():
                        return True
                    if not await self._wait(due):
                        return False
                await self._pour(self._counters.counted(part))
        return True

    async def relay(self, read: Read) -> None:
        """Pour what is read of another stream, at once, until it ends.

        It has a clock of its own: there is a break before it, and after it.
        """
        self._begin(object())
        scanner = Scanner()
        while block := await read():
            if self._cut:
                scanner.scan(block)
            await self._pour(self._counters.counted(self._marked(block, scanner)))
            self.reached = 0

    async def show(self, blocks: Iterator[tuple[int, bytes]], *, look: str) -> bool:
        """Pour blocks, each with when it is due, in milliseconds since 1970.

        Looks and answers are those of `play`.
        """
        self._begin(look)
        scanner = Scanner()
        for due, block in blocks:
            if self._cut:
                scanner.scan(block)
            if not await self._wait(due):
                return False
            await self._pour(self._counters.counted(self._marked(block, scanner)))
        return True

    def _begin(self, look: object) -> None:
        self._cut = self._cut or self._look not in (None, look)
        self._look = look

    def _marked(self, block: bytes, scanner: Scanner) -> bytes:
        """Answer a block with a mark in front, where one is wanted."""
        if not self._cut or scanner.program is None:
            return block
        self._cut = False
        return discontinuities(scanner.program) + block

    def _instant(self, ticks: int) -> int:
        reading = self._clock() * _TICKS
        return unwrap(reading, ticks, wrap=WRAP) // _TICKS

    async def _wait(self, due: int) -> bool:
        """Wait until something is to be poured; answer whether it still makes sense."""
        early = due - self.lead - self._clock()
        if abs(early) > _OUT_OF_STEP + self.lead:
            self.reached, self._cut = 0, True
            return False
        if early > 0:
            await self._sleep((early + _STRIDE) / 1000)
        self.reached = due + _SHOWN_LATER
        return True
