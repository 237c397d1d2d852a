"""A player of HLS that does what the specification says, and keeps all that it gets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urljoin

import aiohttp

from custom_components.telecast.formats import hls
from custom_components.telecast.formats.hls import MasterPlaylist, MediaPlaylist
from custom_components.telecast.formats.mpegts import Scanner


class HlsPlayer:
    """One player on one channel."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self.url = url
        """Of the master playlist."""
        self.segments: dict[str, dict[str, bytes]] = {}
        """What it has got: rendition → name of the segment → bytes."""
        self.playlists: dict[str, MediaPlaylist] = {}
        """The latest of each rendition."""
        self.durations: dict[str, float] = {}
        """How long each segment is said to last, by its name, in seconds."""
        self.breaks: set[str] = set()
        """The segments that were flagged as not following those before."""

    async def master(self) -> MasterPlaylist:
        """Fetch the master playlist; it has to be valid."""
        text = await self.text(self.url)
        assert hls.validate_master(text) == []
        found = hls.parse(text, self.url)
        assert isinstance(found, MasterPlaylist)
        return found

    async def reload(self, rendition: str) -> MediaPlaylist:
        """Fetch a rendition's playlist, which has to be valid, and what is new in it."""
        url = urljoin(self.url, hls.playlist_name(rendition))
        text = await self.text(url)
        assert hls.validate_media(text) == []
        found = hls.parse(text, url)
        assert isinstance(found, MediaPlaylist)
        self.playlists[rendition] = found
        got = self.segments.setdefault(rendition, {})
        for segment in found.segments:
            name = segment.uri.rpartition("/")[2]
            self.durations[name] = segment.duration
            if segment.discontinuity:
                self.breaks.add(name)
            if name not in got:
                got[name] = await self.bytes(segment.uri)
        return found

    async def watch(self, rendition: str, segments: int) -> None:
        """Play until it has got so many more segments of a rendition."""
        got = self.segments.setdefault(rendition, {})
        wanted = len(got) + segments
        while True:
            playlist = await self.reload(rendition)
            if len(got) >= wanted:
                return
            await asyncio.sleep(playlist.target_duration / 2)

    async def text(self, url: str) -> str:
        """Fetch a playlist."""
        return (await self.bytes(url)).decode()

    async def bytes(self, url: str) -> bytes:
        """Fetch what has to be there."""
        async with self._session.get(url) as response:
            body = await response.read()
            assert response.status == 200, body[:200]
            return body


@asynccontextmanager
async def playing(url: str, agent: str = "e2e") -> AsyncIterator[HlsPlayer]:
    """Open a player."""
    async with aiohttp.ClientSession(headers={"User-Agent": agent}) as session:
        yield HlsPlayer(session, url)


def key_frames(player: HlsPlayer, rendition: str) -> list[int]:
    """Answer the time stamp of the key frame that each segment begins with."""
    stamps = []
    for data in player.segments[rendition].values():
        joins = Scanner().scan(data)
        assert joins
        assert data[: joins[0].offset] == joins[0].tables
        assert joins[0].pts is not None
        stamps.append(joins[0].pts)
    return stamps
