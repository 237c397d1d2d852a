"""A thread that does blocking work for the event loop, one job after the other."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
import logging
from queue import SimpleQueue
import threading
from typing import Any

_LOGGER = logging.getLogger(__name__)


class Worker:
    """Runs jobs in its thread, in the order in which they were given."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()

    async def run[T](self, work: Callable[[], T]) -> T:
        """Answer what `work` answers; raise what it raises.

        A job whose caller is cancelled is not begun any more; one that runs is finished.
        """
        future: asyncio.Future[T] = self._loop.create_future()
        self._jobs.put(lambda: self._do(work, future))
        return await future

    def post(self, work: Callable[[], None]) -> None:
        """Do `work`, and let nobody wait for it; what it raises is logged."""

        def job() -> None:
            try:
                work()
            except Exception:
                _LOGGER.exception("Work in %s failed", threading.current_thread().name)

        self._jobs.put(job)

    def work(self) -> None:
        """Do what comes, until the end is posted: what the thread is made of."""
        while job := self._jobs.get():
            job()

    def end(self) -> None:
        """Let the thread end when it has done what it was given before."""
        self._jobs.put(None)

    def _do[T](self, work: Callable[[], T], future: asyncio.Future[T]) -> None:
        if future.cancelled():
            return
        try:
            result = work()
        except BaseException as err:  # noqa: BLE001 - whoever waits is to hear of it
            self._loop.call_soon_threadsafe(_settle, future, None, err)
        else:
            self._loop.call_soon_threadsafe(_settle, future, result, None)


@asynccontextmanager
async def open_worker(name: str) -> AsyncIterator[Worker]:
    """Run a worker; leaving the block waits for the jobs that were given."""
    loop = asyncio.get_running_loop()
    ended = loop.create_future()
    worker = Worker(loop)

    def run() -> None:
        try:
            worker.work()
        finally:
            loop.call_soon_threadsafe(_settle, ended, None, None)

    thread = threading.Thread(target=run, name=name)
    thread.start()
    try:
        yield worker
    finally:
        worker.end()
        try:
            await outlast(ended)
        finally:
            thread.join()


async def outlast[T](future: asyncio.Future[T]) -> T:
    """Wait for `future` even when cancelled meanwhile; the cancellation follows then."""
    cancelled: asyncio.CancelledError | None = None
    while not future.done():
        try:
            await asyncio.wait([future])
        except asyncio.CancelledError as err:
            cancelled = err
    if cancelled:
        raise cancelled
    return future.result()


def _settle(future: asyncio.Future[Any], result: Any, error: Any) -> None:
    if future.done():
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(result)
