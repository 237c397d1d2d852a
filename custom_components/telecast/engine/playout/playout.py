"""Plays what a virtual channel's timeline says, one item after the other, for ever."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from ..tasks import open_tasks
from ..timeline import LATEST, Showing
from ..upstreams.basin import Pour
from .pacing import LEAD, Pacer, now
from .pieces import Pieces
from .stage import Cards, Programme, Relay, Shelf, Stage
from .turn import Turn

PREPARE = 5000
"""How long before its time an item is opened, in milliseconds."""


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
        stop: int = LATEST,
        lead: int = LEAD,
    ) -> None:
        """Prepare; `clock` answers the time of day in milliseconds.

        It ends with what is on until `stop`. A viewer gets what is shown `lead`
        milliseconds later.
        """
        self._programme = programme
        self._shelf = shelf
        self._pieces = pieces
        self._cards = cards
        self._relay = relay
        self._clock = clock
        self._stop = stop
        self._lead = lead

    async def run(self, pour: Pour) -> None:
        """Pour what is on from now on, until the stop, or until cancelled.

        Raises FFmpegMissingError, since then nothing of it could ever be shown.
        """
        stage = Stage(
            shelf=self._shelf,
            pieces=self._pieces,
            cards=self._cards,
            relay=self._relay,
            pacer=Pacer(pour, clock=self._clock, lead=self._lead),
            clock=self._clock,
        )
        async with open_tasks() as tasks:
            await _Sequence(tasks, stage, self._on, self._stop).run(
                self._programme.edited, PREPARE + self._lead
            )

    def _on(self, instant: int) -> Showing:
        showing = self._programme.at(instant)
        return replace(showing, stop=min(showing.stop, self._stop))


class _Sequence:
    """Has showings take turns, the next one being prepared ahead of its time."""

    def __init__(
        self,
        tasks: asyncio.TaskGroup,
        stage: Stage,
        on: Callable[[int], Showing],
        stop: int,
    ) -> None:
        """Begin with what is on now."""
        self._tasks = tasks
        self._stage = stage
        self._on = on
        self._stop = stop
        self._following: Turn | None = None
        self._current = self._prepared(on(stage.clock()))
        self._current.come()

    async def run(
        self, edited: Callable[[], Coroutine[Any, Any, None]], prepare: int
    ) -> None:
        """Go on until the stop; the next one is prepared so many milliseconds ahead."""
        edit = self._tasks.create_task(edited())
        while True:
            await self._until_news(edit, prepare)
            if edit.done():
                edit = self._tasks.create_task(edited())
                self._revise()
            elif self._current.is_over:
                if self._is_last:
                    break
                self._go_on()
            elif self._following is None and not self._is_last:
                self._following = self._prepared(self._on(self._current.showing.stop))
        edit.cancel()

    async def _until_news(self, edit: asyncio.Task[None], prepare: int) -> None:
        patience = None
        if self._following is None and not self._is_last:
            left = self._current.showing.stop - prepare - self._stage.clock()
            patience = max(left, 0) / 1000
        await asyncio.wait(
            {edit, self._current.task},
            timeout=patience,
            return_when=asyncio.FIRST_COMPLETED,
        )

    @property
    def _is_last(self) -> bool:
        """Whether nothing comes after what is on."""
        return self._current.showing.stop >= self._stop and not self._current.lost

    def _revise(self) -> None:
        """Look what is on and what follows, both of which may be another."""
        on = self._on(self._stage.clock())
        if not _is_same(on, self._current.showing):
            self._current.drop()
            self._take(on)
            return
        self._current.showing = on
        if turn := self._following:
            # It may be about to begin: what is the same is not begun anew.
            follows = None if self._is_last else self._on(on.stop)
            if follows and _is_same(follows, turn.showing):
                turn.showing = follows
            else:
                turn.drop()
                self._following = None

    def _go_on(self) -> None:
        """Have the next one come, or what is on where that is not the time for it."""
        clock, stop = self._stage.clock(), self._current.showing.stop
        self._take(self._on(clock if self._current.lost else max(clock, stop)))

    def _take(self, on: Showing) -> None:
        turn, self._following = self._following, None
        if turn and not _is_same(on, turn.showing):
            turn.drop()
            turn = None
        self._current = turn or self._prepared(on)
        self._current.showing = on
        self._current.come()

    def _prepared(self, showing: Showing) -> Turn:
        return Turn(self._tasks, self._stage, showing)


def _is_same(one: Showing, other: Showing) -> bool:
    return (one.item, one.start) == (other.item, other.start)
