"""Lets any task start and stop what one task has to enter and leave."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
import logging
from typing import Any

_LOGGER = logging.getLogger(__name__)


class Held[T]:
    """Holds an async context open from start() to stop(), in a task of its own.

    Home Assistant sets an entry up in one task and unloads it in another; a context with
    a task group inside has to be left by the task that entered it.
    """

    def __init__(
        self,
        context: AbstractAsyncContextManager[T],
        *,
        name: str,
        on_failure: Callable[[], None],
    ) -> None:
        """Prepare; `on_failure` is called when the context ends by itself."""
        self._context = context
        self._name = name
        self._on_failure = on_failure
        self._ready: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._leave = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> T:
        """Enter the context; raise what entering it raises."""
        task = self._task = asyncio.create_task(self._hold(), name=self._name)
        either: set[asyncio.Future[Any]] = {task, self._ready}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.wait({task})
            raise
        if not self._ready.done():
            await task
        return self._ready.result()

    async def stop(self) -> None:
        """Leave the context and wait until it is left; what fails meanwhile is logged."""
        self._leave.set()
        if self._task:
            await asyncio.wait({self._task})

    async def _hold(self) -> None:
        try:
            async with self._context as value:
                self._ready.set_result(value)
                await self._leave.wait()
        except Exception:
            if not self._ready.done():
                raise
            _LOGGER.exception("%s failed", self._name)
        if not self._leave.is_set():
            self._on_failure()
