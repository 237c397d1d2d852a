"""Readers of a stream that are as slow as a test wants them to be."""

import asyncio
from math import inf
from typing import override

from custom_components.telecast.engine.streams.reader import MAX_SKIPS, Reader
from custom_components.telecast.engine.streams.stream import Stream


class Gated(Reader):
    """Reads only as many blocks as a test lets through."""

    def __init__(self, stream: Stream) -> None:
        super().__init__(stream, mark=None, back=inf)
        self._gate = asyncio.Semaphore(0)

    @override
    async def __anext__(self) -> bytes:
        await self._gate.acquire()
        return await super().__anext__()

    def let_through(self, blocks: int) -> None:
        """Let so many more blocks be read."""
        for _ in range(blocks):
            self._gate.release()


class Tired(Reader):
    """Reads some blocks, and has skipped too often then."""

    def __init__(self, stream: Stream, *, blocks: int) -> None:
        super().__init__(stream, mark=None, back=inf)
        self._left = blocks

    @override
    async def __anext__(self) -> bytes:
        if not self._left:
            self.skips = MAX_SKIPS + 1
        self._left -= 1
        return await super().__anext__()
