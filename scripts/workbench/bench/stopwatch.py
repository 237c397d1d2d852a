"""How long tasks hold the event loop, each time that it is theirs."""

import asyncio
from collections.abc import Coroutine, Generator, Iterator
from contextlib import contextmanager
import gc
import time
import types
from typing import Any


@contextmanager
def stopwatch() -> Iterator[list[float]]:
    """Collect the steps of all tasks that are begun inside the block.

    Each is in seconds of the thread's own processor time, so that nothing else that the
    machine does is counted; nor is Python's garbage collector, whosesoever step it takes.
    """
    steps: list[float] = []
    collector = _Collector()
    loop = asyncio.get_running_loop()

    async def timed(work: Coroutine[Any, Any, Any]) -> Any:
        return await _timed(work, steps, collector)

    def factory(
        loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any], **facts: Any
    ) -> asyncio.Task[Any]:
        return asyncio.Task(timed(work), loop=loop, **facts)

    gc.callbacks.append(collector)
    loop.set_task_factory(factory)
    try:
        yield steps
    finally:
        loop.set_task_factory(None)
        gc.callbacks.remove(collector)


class _Collector:
    """Sums up what the garbage collector takes."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._began = 0.0

    def __call__(self, phase: str, _facts: dict[str, int]) -> None:
        if phase == "start":
            self._began = time.thread_time()
        else:
            self.seconds += time.thread_time() - self._began


@types.coroutine
def _timed(
    work: Coroutine[Any, Any, Any], steps: list[float], collector: _Collector
) -> Generator[Any, Any, Any]:
    step = lambda: work.send(None)  # noqa: E731
    while True:
        began, collected = time.thread_time(), collector.seconds
        try:
            future = step()
        except StopIteration as end:
            return end.value
        finally:
            collected = collector.seconds - collected
            steps.append(time.thread_time() - began - collected)
        try:
            yield future
        except BaseException as err:  # noqa: BLE001  # it is the task's own
            step = lambda err=err: work.throw(err)  # noqa: E731
        else:
            step = lambda: work.send(None)  # noqa: E731
