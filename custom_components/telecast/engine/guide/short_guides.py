"""What sources say of channels that no guide knows, asked for when a viewer asks us."""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
import logging
from typing import NamedTuple
from weakref import WeakValueDictionary

from ...formats.xmltv import Programme
from ..errors import TelecastError
from ..model import Channel
from .guide import Guide

_LOGGER = logging.getLogger(__name__)

FRESH_SECONDS = 3600.0
"""For how long an answer is good, also one that says nothing."""
PATIENCE_SECONDS = 1.5
"""For how long whoever asks waits. What comes later is there for the next one."""
# A source that did not answer is not asked again for so long.
_SILENT_SECONDS = 60.0
# A player that asks for every channel of a list at once asks no source for all of them.
_MOST_WAITING = 30
# All that is kept, of all channels: some megabytes.
_MOST_PROGRAMMES = 20_000

type Listings = Callable[[Channel], Awaitable[list[Programme]]]
"""Asks the source of a channel what is on; raises TelecastErrors."""


class _Told(NamedTuple):
    """What a source said."""

    at: float
    programmes: list[Programme]

    @property
    def weight(self) -> int:
        return max(1, len(self.programmes))


class ShortGuides:
    """Asks sources, one question at a time each, and remembers what they said."""

    def __init__(
        self, *, tasks: asyncio.TaskGroup, ask: Listings, clock: Callable[[], float]
    ) -> None:
        """Prepare; `clock` tells seconds, from any time on."""
        self._tasks = tasks
        self._ask = ask
        self._clock = clock
        self._told = OrderedDict[int, _Told]()
        self._weight = 0
        self._asking: dict[int, asyncio.Task[None]] = {}
        self._waiting = Counter[str]()
        self._turns = WeakValueDictionary[str, asyncio.Lock]()
        self._silent_until: dict[str, float] = {}

    async def programmes(self, channel: Channel) -> list[Programme]:
        """Answer what a channel's source says is on it, as far as that is known by now.

        It is asked unless it was within an hour. Where it does not answer, or not soon,
        what it said before stays good.
        """
        told = self._told.get(channel.id)
        if told is None or self._clock() - told.at >= FRESH_SECONDS:
            if asking := self._asking.get(channel.id) or self._begin(channel):
                await asyncio.wait({asking}, timeout=PATIENCE_SECONDS)
            told = self._told.get(channel.id)
        return told.programmes if told else []

    def close(self) -> None:
        """Ask no more."""
        for task in self._asking.values():
            task.cancel()

    def _begin(self, channel: Channel) -> asyncio.Task[None] | None:
        """Begin to ask; None where the source is not to be asked now."""
        source = channel.source
        if self._is_silent(source) or self._waiting[source] >= _MOST_WAITING:
            return None
        task = self._tasks.create_task(self._learn(channel))
        self._asking[channel.id] = task
        self._waiting[source] += 1
        task.add_done_callback(lambda _: self._ended(channel))
        return task

    def _ended(self, channel: Channel) -> None:
        del self._asking[channel.id]
        self._waiting[channel.source] -= 1

    def _is_silent(self, source: str) -> bool:
        return self._clock() < self._silent_until.get(source, 0.0)

    async def _learn(self, channel: Channel) -> None:
        source = channel.source
        async with self._turns.setdefault(source, asyncio.Lock()):
            if self._is_silent(source):
                return
            try:
                self._keep(channel, await self._ask(channel))
            except TelecastError as err:
                _LOGGER.debug("Source %s says nothing of a channel: %s", source, err)
                self._silent_until[source] = self._clock() + _SILENT_SECONDS
            except Exception:
                # One answer that nobody thought of must not end all other questions.
                _LOGGER.exception("Source %s could not be asked", source)
                self._silent_until[source] = self._clock() + _SILENT_SECONDS

    def _keep(self, channel: Channel, programmes: list[Programme]) -> None:
        before = self._told.pop(channel.id, None)
        told = _Told(self._clock(), programmes or (before.programmes if before else []))
        self._told[channel.id] = told
        self._weight += told.weight - (before.weight if before else 0)
        while self._weight > _MOST_PROGRAMMES:
            _, oldest = self._told.popitem(last=False)
            self._weight -= oldest.weight


@asynccontextmanager
async def open_short_guides(
    *,
    guide: Guide,
    ask: Listings,
    clock: Callable[[], float] | None = None,
) -> AsyncIterator[ShortGuides]:
    """Have the guide ask sources for what it does not know, inside the block.

    Leaving it ends all questions, and waits for that.
    """
    async with asyncio.TaskGroup() as tasks:
        short = ShortGuides(
            tasks=tasks, ask=ask, clock=clock or asyncio.get_running_loop().time
        )
        guide.ask = short.programmes
        try:
            yield short
        finally:
            guide.ask = None
            short.close()
