"""One packager per channel, for as long as anybody watches."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
import logging

from ..model import Channel
from .packager import Packager

_LOGGER = logging.getLogger(__name__)


class Packagers:
    """Starts, shares and ends packagers."""

    def __init__(
        self, *, tasks: asyncio.TaskGroup, make: Callable[[Channel], Packager]
    ) -> None:
        """Prepare; `make` answers a packager that is not yet running."""
        self._tasks = tasks
        self._make = make
        self._running: dict[int, _Running] = {}

    @property
    def all(self) -> Mapping[int, Packager]:
        """Those that run now, by channel id."""
        return {key: running.packager for key, running in self._running.items()}

    @asynccontextmanager
    async def attend(self, channel: Channel) -> AsyncIterator[Packager]:
        """Have a channel packaged inside the block, once for all who attend it."""
        while (running := self._running.get(channel.id)) and running.over:
            await asyncio.wait({running.task})
        if running is None:
            running = self._start(channel)
        running.viewers += 1
        try:
            yield running.packager
        finally:
            running.viewers -= 1
            if not running.viewers:
                running.ending = True
                running.task.cancel()

    def _start(self, channel: Channel) -> _Running:
        packager = self._make(channel)
        running = self._running[channel.id] = _Running(packager)
        running.task = self._tasks.create_task(
            self._run(packager), name=f"packager {channel.id}"
        )

        def end(_: asyncio.Task[None]) -> None:
            del self._running[channel.id]
            packager.close()

        # Not by the task itself: one that is ended before it begins does nothing at all.
        running.task.add_done_callback(end)
        return running

    async def _run(self, packager: Packager) -> None:
        try:
            await packager.run()
        except Exception:
            # One broken packager must not end the others that share the task group.
            _LOGGER.exception("Packaging channel %s failed", packager.channel.number)


class _Running:
    """A packager, and how many attend it."""

    task: asyncio.Task[None]

    def __init__(self, packager: Packager) -> None:
        self.packager = packager
        self.viewers = 0
        self.ending = False

    @property
    def over(self) -> bool:
        """Whether nobody can attend it any more."""
        return self.ending or self.task.done()
