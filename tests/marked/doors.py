"""Watching through any door, with the time at which each byte came."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
import time
from urllib.parse import urljoin

import aiohttp

from custom_components.telecast.formats import hls
from custom_components.telecast.formats.hls import MasterPlaylist, MediaPlaylist

type Show = Callable[[bytes, float], Awaitable[None]]
"""Takes what came, and when that was, in seconds since 1970."""

_READ_BYTES = 1 << 18


async def _nobody(data: bytes, at: float) -> None:
    """Show it to nobody."""


class Watched:
    """What one viewer has got so far."""

    def __init__(self, show: Show = _nobody) -> None:
        self.status = 0
        self.blocks: list[tuple[float, bytes]] = []
        """What came, and when, in seconds since 1970."""
        self.ended = False
        """Whether the server has ended it, and not the viewer."""
        self._show = show
        self._news = asyncio.Event()

    @property
    def data(self) -> bytes:
        """All that came."""
        return b"".join(data for _, data in self.blocks)

    @property
    def began(self) -> float:
        """When the first bytes came, in seconds since 1970."""
        return self.blocks[0][0]

    async def take(self, data: bytes) -> None:
        """Keep what comes now."""
        at = time.time()
        self.blocks.append((at, data))
        self._news.set()
        await self._show(data, at)

    def end(self) -> None:
        """Note that nothing more will come."""
        self.ended = True
        self._news.set()

    async def until(self, instant: float) -> None:
        """Watch until something comes at that time or later, in seconds since 1970."""
        while not self.blocks or self.blocks[-1][0] < instant:
            assert not self.ended, (self.status, self.data[:200])
            self._news.clear()
            await self._news.wait()

    async def until_the_end(self) -> None:
        """Watch until the server ends it."""
        while not self.ended:
            self._news.clear()
            await self._news.wait()


@asynccontextmanager
async def through(url: str, agent: str, show: Show = _nobody) -> AsyncIterator[Watched]:
    """Watch an address of MPEG-TS for as long as the block lasts."""
    async with (
        _client(agent) as client,
        client.get(url) as response,
        asyncio.TaskGroup() as tasks,
    ):
        watched = Watched(show)
        watched.status = response.status

        async def read() -> None:
            while data := await response.content.read(_READ_BYTES):
                await watched.take(data)
            watched.end()

        reading = tasks.create_task(read())
        try:
            yield watched
        finally:
            reading.cancel()


@asynccontextmanager
async def through_hls(url: str, agent: str) -> AsyncIterator[Watched]:
    """Play the best rendition of a master playlist, from its newest segment on.

    Each segment is loaded as soon as there is one, which playlists that block tell of.
    """
    async with _client(agent) as client, asyncio.TaskGroup() as tasks:
        player = _Player(client, url)
        playing = tasks.create_task(player.play())
        try:
            yield player.watched
        finally:
            playing.cancel()


class _Player:
    """One player of HLS."""

    def __init__(self, client: aiohttp.ClientSession, url: str) -> None:
        self.watched = Watched()
        self._client = client
        self._url = url

    async def play(self) -> None:
        """Play until cancelled, or until the playlist ends."""
        text = await self._get(self._url)
        assert hls.validate_master(text.decode()) == []
        master = hls.parse(text.decode(), self._url)
        assert isinstance(master, MasterPlaylist)
        url = urljoin(self._url, master.variants[0].uri)
        playlist = await self._load(url)
        while not playlist.segments:
            playlist = await self._load(f"{url}?_HLS_msn={playlist.media_sequence}")
        wanted = playlist.media_sequence + len(playlist.segments) - 1
        while True:
            new = playlist.segments[max(0, wanted - playlist.media_sequence) :]
            for segment in new:
                await self.watched.take(await self._get(segment.uri))
            if playlist.ended:
                break
            wanted = playlist.media_sequence + len(playlist.segments)
            playlist = await self._load(f"{url}?_HLS_msn={wanted}")
        self.watched.end()

    async def _load(self, url: str) -> MediaPlaylist:
        text = await self._get(url)
        assert hls.validate_media(text.decode()) == []
        assert b"CAN-BLOCK-RELOAD=YES" in text
        found = hls.parse(text.decode(), url)
        assert isinstance(found, MediaPlaylist)
        return found

    async def _get(self, url: str) -> bytes:
        async with self._client.get(url) as response:
            body = await response.read()
            assert response.status == 200, body[:200]
            self.watched.status = response.status
            return body


def _client(agent: str) -> aiohttp.ClientSession:
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=10)
    return aiohttp.ClientSession(timeout=timeout, headers={"User-Agent": agent})
