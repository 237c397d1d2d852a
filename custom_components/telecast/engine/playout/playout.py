"""Plays what a virtual channel's timeline says, one item after the other, for ever."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
import logging
from typing import Protocol

from ...formats.mpegts import Loop
from ..errors import FFmpegMissingError, TelecastError
from ..tasks import open_tasks
from ..timeline import Gap, Item, Live, Showing
from ..upstreams.basin import Pour
from .pacing import Pacer, now
from .pieces import Media, Pieces, Span, ticks_at

_LOGGER = logging.getLogger(__name__)

# Milliseconds.
PREPARE = 5000
"""How long before its time an item is opened."""
RETRY = 5000
"""After which a file that was not there is looked for again."""
# What is missing for a shorter time is not worth a card.
_SHORTEST = 500
# A file that is there, and cannot be played to its end, is tried so often.
_MOST_TRIES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An item's file that is open."""

    descriptor: int
    media: Media


class Programme(Protocol):
    """What is on when."""

    def at(self, instant: int) -> Showing:
        """Answer what is on at an instant, in milliseconds since 1970."""

    async def edited(self) -> None:
        """Wait for the next edit."""


class Shelf(Protocol):
    """Where the items are."""

    def open(self, item: Item) -> AbstractAsyncContextManager[Opened]:
        """Open an item's file; raises MissingFileError and other TelecastErrors."""

    def broken(self, item: Item, error: TelecastError) -> None:
        """Hear that an item cannot be played, and why."""


class Cards(Protocol):
    """Makes what is shown where nothing is on."""

    async def card(self, instant: int, until: int) -> tuple[Loop, int] | None:
        """Answer a card, and up to when it may be shown; None where there can be none.

        It is shown at `instant`, and what is next begins at `until`.
        """


type Relay = Callable[[int, int, Pour], Awaitable[None]]
"""Pours another channel, by its id, up to an instant."""


@dataclass(eq=False, slots=True, kw_only=True)
class _Turn:
    """A showing that plays, or waits for its turn."""

    showing: Showing
    mine: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None

    def drop(self) -> None:
        """End it; something else is on."""
        if self.task:
            self.task.cancel()


class Playout:
    """Plays one channel to one upstream."""

    def __init__(
        self,
        *,
        programme: Programme,
        shelf: Shelf,
        pieces: Pieces,
        cards: Cards,
        relay: Relay,
        clock: Callable[[], int] = now,
    ) -> None:
        """Prepare; `clock` answers the time of day in milliseconds."""
        self._programme = programme
        self._shelf = shelf
        self._pieces = pieces
        self._cards = cards
        self._relay = relay
        self._clock = clock

    async def run(self, pour: Pour) -> None:
        """Pour what is on from now on, until cancelled.

        Raises FFmpegMissingError, since then nothing of it could ever be shown.
        """
        pacer = Pacer(pour, clock=self._clock)
        async with open_tasks() as tasks:
            edit = tasks.create_task(self._programme.edited())
            current = self._begin(tasks, pacer, self._programme.at(self._clock()))
            current.mine.set()
            following: _Turn | None = None
            while True:
                await self._until_news(current, following, edit)
                if edit.done():
                    edit = tasks.create_task(self._programme.edited())
                    if following:
                        following.drop()
                    following = None
                    on = self._programme.at(self._clock())
                    if not _is_same(on, current.showing):
                        current.drop()
                        current = self._begin(tasks, pacer, on)
                        current.mine.set()
                elif following is None:
                    on = self._programme.at(current.showing.stop)
                    following = self._begin(tasks, pacer, on)
                elif current.task and current.task.done():
                    current, following = following, None
                    current.mine.set()

    async def _until_news(
        self, current: _Turn, following: _Turn | None, edit: asyncio.Task[None]
    ) -> None:
        awaited = {edit}
        patience = None
        if following is None:
            left = current.showing.stop - PREPARE - self._clock()
            patience = max(left, 0) / 1000
        elif current.task:
            awaited.add(current.task)
        await asyncio.wait(
            awaited, timeout=patience, return_when=asyncio.FIRST_COMPLETED
        )

    def _begin(self, tasks: asyncio.TaskGroup, pacer: Pacer, showing: Showing) -> _Turn:
        turn = _Turn(showing=showing)
        turn.task = tasks.create_task(self._show(turn, pacer))
        return turn

    async def _show(self, turn: _Turn, pacer: Pacer) -> None:
        match turn.showing.item:
            case Item() as item:
                await self._play(item, turn, pacer)
            case Live(channel=channel):
                await turn.mine.wait()
                await self._relay(channel, turn.showing.stop, pacer.relay)
            case Gap():
                await turn.mine.wait()
        await turn.mine.wait()
        await self._fill(turn.showing.stop, turn.showing.stop, pacer)

    async def _play(self, item: Item, turn: _Turn, pacer: Pacer) -> None:
        """Play an item up to its end, with a card as long as that is not possible."""
        showing, tries = turn.showing, 0
        while tries < _MOST_TRIES and self._is_left(showing):
            try:
                async with self._shelf.open(item) as file:
                    tries += 1
                    await self._piece(file, turn, pacer)
            except FFmpegMissingError:
                raise
            except TelecastError as err:
                _LOGGER.info("An item of a virtual channel is left out: %s", err)
                self._shelf.broken(item, err)
            else:
                return
            await turn.mine.wait()
            await self._fill(self._clock() + RETRY, showing.stop, pacer)

    async def _piece(self, file: Opened, turn: _Turn, pacer: Pacer) -> None:
        span = self._span(turn.showing)
        async with self._pieces.open(file.descriptor, file.media, span) as read:
            await turn.mine.wait()
            await pacer.play(read)

    def _is_left(self, showing: Showing) -> bool:
        return showing.stop - self._clock() > _SHORTEST

    def _span(self, showing: Showing) -> Span:
        start = max(self._clock(), showing.start)
        return Span(offset=start - showing.start, start=start, stop=showing.stop)

    async def _fill(self, wanted: int, stop: int, pacer: Pacer) -> None:
        """Show cards up to an instant, and not beyond the showing's own end."""
        end = min(wanted, stop)
        while (at := self._clock()) < end - _SHORTEST:
            card = await self._cards.card(at, stop)
            if card is None:
                await asyncio.sleep((end - at) / 1000)
                return
            loop, until = card
            at = max(at, self._clock())
            for due, block in loop.play(0, start=ticks_at(at)):
                instant = at + round(due * 1000)
                if instant >= min(until, end):
                    break
                await pacer.show(instant, block)


def _is_same(one: Showing, other: Showing) -> bool:
    return (one.item, one.start) == (other.item, other.start)
