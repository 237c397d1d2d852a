"""Files that are touched only in the executor, and closed however a block is left."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
import os
from pathlib import Path
import shutil
import tempfile
from typing import BinaryIO

from ..errors import IngestionError, TooLargeError
from ..worker import outlast

PIECE = 256 * 1024
MAX_BYTES = 2 * 1024**3


@asynccontextmanager
async def opened(open_file: Callable[[], BinaryIO]) -> AsyncIterator[BinaryIO]:
    """Open a file; leaving the block closes it, also where that comes in between."""
    loop = asyncio.get_running_loop()
    opening = loop.run_in_executor(None, open_file)
    try:
        await asyncio.wait({opening})
    except asyncio.CancelledError:
        opening.add_done_callback(_close)
        raise
    file = opening.result()
    try:
        yield file
    finally:
        await outlast(loop.run_in_executor(None, file.close))


async def pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    """Read a file to its end."""
    while piece := await asyncio.to_thread(file.read, PIECE):
        yield piece


@asynccontextmanager
async def open_spool(folder: Path) -> AsyncIterator[Spool]:
    """Open a nameless file in `folder`; it is gone with the block, or with us.

    Raises IngestionError where the disk does not play along.
    """
    try:
        async with opened(lambda: _make(folder)) as file:
            free = (await asyncio.to_thread(shutil.disk_usage, folder)).free
            # Half of what is free, since others have to write, too.
            yield Spool(file, min(MAX_BYTES, free // 2))
    except OSError as err:
        raise IngestionError(f"The disk failed: {os.strerror(err.errno or 0)}") from err


class Spool:
    """Keeps what came, so that a slow sender holds up nobody but itself."""

    def __init__(self, file: BinaryIO, limit: int) -> None:
        self._file = file
        self._limit = limit

    async def fill(self, chunks: AsyncIterator[bytes]) -> None:
        """Take in all chunks; raises TooLargeError."""
        size = 0
        async for chunk in chunks:
            size += len(chunk)
            if size > self._limit:
                raise TooLargeError("The document does not end")
            await asyncio.to_thread(self._file.write, chunk)

    async def chunks(self) -> AsyncIterator[bytes]:
        """Answer what was taken in, from its beginning."""
        await asyncio.to_thread(self._file.seek, 0)
        async for piece in pieces(self._file):
            yield piece


def _make(folder: Path) -> BinaryIO:
    folder.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryFile(dir=folder)


def _close(opening: asyncio.Future[BinaryIO]) -> None:
    if not opening.cancelled() and not opening.exception():
        opening.result().close()
