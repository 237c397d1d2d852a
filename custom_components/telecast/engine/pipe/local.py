"""Films in the user's own folders."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from email.utils import formatdate
import errno
import os
from pathlib import Path
import socket
from typing import BinaryIO

from ...formats.byte_ranges import ContentRange, Range, UnsatisfiableError, resolve
from ..errors import CannotConnectError, NoDataError, UnsatisfiableRangeError
from ..sources.files import PIECE, opened
from ..sources.opening import open_allowed
from .facts import Facts


class LocalPart:
    """An open file."""

    moves = False

    def __init__(self, file: BinaryIO, facts: Facts, held: ContentRange | None) -> None:
        self.facts = facts
        self.held = held
        self._file = file

    async def read(self) -> bytes:
        """Answer the next bytes, or b"" at the end of the file."""
        try:
            return await asyncio.to_thread(self._file.read, PIECE)
        except OSError as err:
            why = os.strerror(err.errno or errno.EIO)
            raise CannotConnectError(f"The file cannot be read ({why})") from err

    async def move(self, _outlet: socket.socket, _most: int) -> int:
        """Answer 0: a disk may keep whoever moves waiting, and that is not to be us."""
        return 0


@asynccontextmanager
async def open_local(
    path: str, allowed_folders: Sequence[Path], wanted: Range | None
) -> AsyncIterator[LocalPart]:
    """Open a file inside the folders, as OpenPart says; nothing of it holds the loop.

    Raises PathNotAllowedError, CannotConnectError and UnsatisfiableRangeError.
    """
    async with opened(lambda: open_allowed(path, allowed_folders)) as file:
        facts = await asyncio.to_thread(_facts, file)
        if not facts.size:
            raise NoDataError("The file is empty")
        held: ContentRange | None = None
        if wanted:
            try:
                held = resolve(wanted, facts.size)
            except UnsatisfiableError as err:
                raise UnsatisfiableRangeError(facts.size) from err
            await asyncio.to_thread(file.seek, held.first)
        yield LocalPart(file, facts, held)


def _facts(file: BinaryIO) -> Facts:
    about = os.fstat(file.fileno())
    return Facts(
        size=about.st_size,
        etag=f'"{about.st_mtime_ns:x}-{about.st_size:x}"',
        last_modified=formatdate(about.st_mtime, usegmt=True),
        ranges=True,
    )
