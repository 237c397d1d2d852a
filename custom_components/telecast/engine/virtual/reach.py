"""Opens files on disks that may not answer: nobody waits for those, not even at the end."""

import asyncio
from collections.abc import AsyncIterator, Callable
import concurrent.futures
from contextlib import asynccontextmanager, suppress
from pathlib import Path
import threading
from typing import BinaryIO
from weakref import WeakValueDictionary

from ..errors import SourceTimeoutError

PATIENCE_SECONDS = 3.0
"""How long a disk may take to open a file."""
NAME = "telecast reach"
"""What the threads are called."""


class Reach:
    """Opens one file after the other of a disk; none while it does not answer.

    It has threads of its own, since a disk that is a network's may hold one for ever:
    neither other work nor the end of the program is to wait for that.
    """

    def __init__(self, *, patience: float = PATIENCE_SECONDS) -> None:
        """Prepare; `patience` is how long opening may take, in seconds."""
        self._patience = patience
        self._opening: asyncio.Future[BinaryIO] | None = None

    @asynccontextmanager
    async def opened(
        self, open_file: Callable[[], BinaryIO]
    ) -> AsyncIterator[BinaryIO]:
        """Open a file; leaving the block closes it.

        Raises what opening raises, and SourceTimeoutError where that takes too long, be it
        because another file is still being opened.
        """
        file = await self._open(open_file)
        try:
            yield file
        finally:
            # A disk that is gone may never close it, either.
            await asyncio.wait({in_thread(file.close)}, timeout=self._patience)

    async def _open(self, open_file: Callable[[], BinaryIO]) -> BinaryIO:
        opening: asyncio.Future[BinaryIO] | None = None
        try:
            async with asyncio.timeout(self._patience):
                while before := self._opening:
                    await asyncio.wait({before})
                self._opening = opening = in_thread(open_file)
                opening.add_done_callback(self._answered)
                await asyncio.wait({opening})
        except (TimeoutError, asyncio.CancelledError) as err:
            if opening:
                opening.add_done_callback(_abandon)
            if isinstance(err, TimeoutError):
                raise SourceTimeoutError("The disk does not answer") from err
            raise
        return opening.result()

    def _answered(self, _: asyncio.Future[BinaryIO]) -> None:
        self._opening = None


class Reaches:
    """One for each folder: none of them waits for the disk of another one."""

    def __init__(self, *, patience: float = PATIENCE_SECONDS) -> None:
        """Prepare; `patience` is how long opening may take, in seconds."""
        self._patience = patience
        # Each lasts for as long as it is used, or a thread of its own waits for its disk.
        self._reaches = WeakValueDictionary[tuple[str, Path], Reach]()

    def of(self, source: str, folder: Path) -> Reach:
        """Answer the one for what a source has in a folder."""
        reach = self._reaches.get((source, folder))
        if reach is None:
            reach = Reach(patience=self._patience)
            self._reaches[source, folder] = reach
        return reach


def in_thread[T](work: Callable[[], T]) -> asyncio.Future[T]:
    """Do blocking work in a thread that nobody has to wait for; answer or raise as it does."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def run() -> None:
        done: concurrent.futures.Future[T] = concurrent.futures.Future()
        try:
            done.set_result(work())
        except Exception as err:  # noqa: BLE001 - whoever waits is to hear of it
            done.set_exception(err)
        with suppress(RuntimeError):  # the loop is gone, and so is who waited
            loop.call_soon_threadsafe(_settle, future, done)

    threading.Thread(target=run, name=NAME, daemon=True).start()
    return future


def _settle[T](future: asyncio.Future[T], done: concurrent.futures.Future[T]) -> None:
    if future.cancelled():
        return
    if error := done.exception():
        future.set_exception(error)
    else:
        future.set_result(done.result())


def _abandon(opening: asyncio.Future[BinaryIO]) -> None:
    if not opening.cancelled() and not opening.exception():
        opening.result().close()
