"""A player that reads a stream and looks at what comes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiohttp

from custom_components.telecast.formats.mpegts import (
    PACKET,
    Aligner,
    Scanner,
    starts_anew,
)
from scripts.workbench.bench.continuity import Continuity


class Viewer:
    """One player on one channel."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.data = bytearray()
        """What it has read since it began, or since `forget`."""
        self.continuity = Continuity()
        self.ended = False
        self._response = response
        self._news = asyncio.Event()

    async def read(self) -> None:
        """Read until the stream ends."""
        async for data in self._response.content.iter_any():
            self.data += data
            self.continuity.feed(data)
            self._news.set()
        self.ended = True
        self._news.set()

    def forget(self) -> None:
        """Begin to collect anew."""
        self.data.clear()

    async def until(self, is_so: Callable[[Viewer], bool]) -> None:
        """Wait until something is so with what it has read; fail where it never will be."""
        while not is_so(self):
            assert not self.ended, (self.status, bytes(self.data[:200]))
            self._news.clear()
            await self._news.wait()

    async def until_it_plays(self) -> None:
        """Wait for about a tenth of a second of picture."""
        await self.until(lambda viewer: len(viewer.data) > 5_000)


@asynccontextmanager
async def watching(url: str, agent: str = "e2e") -> AsyncIterator[Viewer]:
    """Open an address, and read it for as long as the block lasts."""
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=10)
    async with (
        aiohttp.ClientSession(timeout=timeout, headers={"User-Agent": agent}) as client,
        client.get(url) as response,
    ):
        viewer = Viewer(response)
        reading = asyncio.create_task(viewer.read())
        try:
            yield viewer
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)


def shows_a_new_picture(viewer: Viewer) -> bool:
    """Tell whether what has come since can be decoded from a break on."""
    packets = Aligner().feed(bytes(viewer.data))
    for place in range(0, len(packets), PACKET):
        if starts_anew(packets[place : place + PACKET]):
            return bool(Scanner().scan(packets[place:]))
    return False
