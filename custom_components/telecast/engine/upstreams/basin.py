"""What a task of an upstream's own pours in, until it is read."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from ..errors import TelecastError
from ..tasks import open_tasks
from .upstream import GATHER_BYTES, GATHER_SECONDS

# More is not taken in before it has been read: the sender has to wait.
_FULL_BYTES = 2 * 1024 * 1024

type Pour = Callable[[bytes], Awaitable[None]]
"""Hands bytes on, and waits while there is no room for them."""


class Basin:
    """An upstream whose bytes a task brings."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0
        self._gather = False
        self._over = False
        self._error: TelecastError | None = None
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()

    async def read(self) -> bytes:
        """Answer what has come since the last call; b"" at the end.

        Raises what ended the task, once all that it brought has been read.
        """
        if self._gather and not self._over:
            await asyncio.sleep(GATHER_SECONDS)
        while not self._pieces and not self._over:
            await self._news.wait()
        data = b"".join(self._pieces)
        self._pieces, self._size = [], 0
        self._news.clear()
        self._room.set()
        self._gather = len(data) < GATHER_BYTES
        if not data and self._error:
            raise self._error
        return data

    async def pour(self, data: bytes) -> None:
        """Add bytes; wait while the basin is full."""
        if not data:
            return
        self._pieces.append(data)
        self._size += len(data)
        self._news.set()
        if self._size >= _FULL_BYTES:
            self._room.clear()
            await self._room.wait()

    async def fill(self, work: Callable[[Pour], Awaitable[None]]) -> None:
        """Let `work` pour; its end, or its TelecastError, is the end of the basin."""
        try:
            await work(self.pour)
        except TelecastError as err:
            self._error = err
        finally:
            self._over = True
            self._news.set()


@asynccontextmanager
async def open_basin(
    work: Callable[[Pour], Awaitable[None]],
) -> AsyncIterator[Basin]:
    """Run `work` beside the block, which reads what it pours; leaving the block ends it."""
    basin = Basin()
    async with open_tasks() as tasks:
        filling = tasks.create_task(basin.fill(work))
        try:
            yield basin
        finally:
            filling.cancel()
