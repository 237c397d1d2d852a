"""Viewers keep what comes, and when it came, whichever door they use."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
import time

from aiohttp import web
import pytest

from custom_components.telecast.formats import hls

from .doors import through, through_hls

SEGMENTS = 4


class Server:
    """Sends what a test pours, and lists a segment more each time it is told to."""

    def __init__(self) -> None:
        self.poured: asyncio.Queue[bytes] = asyncio.Queue()
        self.listed = SEGMENTS
        self.news = asyncio.Condition()
        self.asked: list[str] = []
        self.url = ""

    async def stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        with suppress(ConnectionError):
            while block := await self.poured.get():
                await response.write(block)
        return response

    async def master(self, _request: web.Request) -> web.Response:
        variants = tuple(
            hls.Variant(
                bandwidth=height,
                resolution=(height * 16 // 9, height),
                codecs="avc1.42c00d,mp4a.40.2",
                uri=hls.playlist_name(f"{height}p"),
            )
            for height in (720, 480)
        )
        master = hls.MasterPlaylist(variants=variants)
        return web.Response(text=hls.render_master(master))

    async def media(self, request: web.Request) -> web.Response:
        self.asked.append(request.query_string)
        wanted = int(request.query.get("_HLS_msn", 0))
        async with self.news:
            await self.news.wait_for(lambda: self.listed > wanted)
        first = self.listed - SEGMENTS
        playlist = hls.MediaPlaylist(
            target_duration=2,
            media_sequence=first,
            segments=tuple(
                hls.MediaSegment(uri=f"{number}.ts", duration=2.0)
                for number in range(first, self.listed)
            ),
            blocks_reload=True,
        )
        return web.Response(text=hls.render_media(playlist))

    async def segment(self, request: web.Request) -> web.Response:
        return web.Response(body=request.match_info["number"].encode())

    async def list_more(self, count: int) -> None:
        """List so many segments more."""
        async with self.news:
            self.listed += count
            self.news.notify_all()


@asynccontextmanager
async def serving() -> AsyncIterator[Server]:
    """Run a server on loopback."""
    server = Server()
    app = web.Application()
    app.add_routes(
        [
            web.get("/live", server.stream),
            web.get("/master.m3u8", server.master),
            web.get("/720p.m3u8", server.media),
            web.get(r"/{number:\d+}.ts", server.segment),
        ]
    )
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield server
    finally:
        await runner.cleanup()


async def test_a_viewer_keeps_what_comes_and_when() -> None:
    shown = []

    async def show(data: bytes, at: float) -> None:
        shown.append((at, data))

    async with (
        serving() as server,
        through(f"{server.url}/live", "e2e", show) as watched,
    ):
        before = time.time()
        server.poured.put_nowait(b"one")
        await watched.until(before)
        assert (watched.status, watched.data, watched.ended) == (200, b"one", False)
        assert before <= watched.began <= time.time()
        server.poured.put_nowait(b"two")
        server.poured.put_nowait(b"")
        await watched.until_the_end()
        assert watched.data == b"onetwo"
        assert shown == watched.blocks
        with pytest.raises(AssertionError):
            await watched.until(time.time() + 60)


async def test_a_viewer_may_leave_at_any_time() -> None:
    async with serving() as server:
        async with through(f"{server.url}/live", "e2e") as watched:
            server.poured.put_nowait(b"one")
            await watched.until(0)
        assert not watched.ended


async def test_a_player_of_hls_begins_with_the_newest_segment_and_gets_each_one() -> (
    None
):
    async with (
        serving() as server,
        through_hls(f"{server.url}/master.m3u8", "e2e") as watched,
    ):
        await watched.until(0)
        assert watched.data == b"3"
        await server.list_more(1)
        await watched.until(watched.blocks[-1][0] + 0.000_001)
        assert watched.data == b"34"
        # A player that is late still gets what is listed.
        seen = time.time()
        await server.list_more(2)
        await watched.until(seen)
        while len(watched.data) < 4:
            await watched.until(watched.blocks[-1][0] + 0.000_001)
        assert watched.data == b"3456"
        assert server.asked[:3] == ["", "_HLS_msn=4", "_HLS_msn=5"]
