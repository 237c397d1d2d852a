"""A small provider on this machine: playlist, guide and endless streams."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
import time

from aiohttp import web

from custom_components.telecast.formats.mpegts import Loop

from .channels import CHANNELS, SECONDS, DemoChannel, recordings
from .guide import render_guide


class DemoProvider:
    """Serves demo channels; knows how many connections each of them has."""

    def __init__(self, channels: Iterable[DemoChannel]) -> None:
        self.channels = tuple(channels)
        self.url = ""
        """Where it is reached; set once it serves."""
        self.watching: Counter[int] = Counter()
        """Open stream connections by channel number."""
        self._loops = {
            number: Loop(recording, seconds=SECONDS)
            for number, recording in recordings(self.channels).items()
        }

    @property
    def playlist_url(self) -> str:
        """What a user enters; the playlist names the guide itself."""
        return f"{self.url}/playlist.m3u"

    def routes(self) -> list[web.RouteDef]:
        """Answer what it serves."""
        return [
            web.get("/playlist.m3u", self._playlist),
            web.get("/guide.xml", self._guide),
            web.get(r"/live/{number:\d+}.ts", self.live),
        ]

    async def live(self, request: web.Request) -> web.StreamResponse:
        """Send a channel's stream until the client leaves."""
        number = int(request.match_info["number"])
        if (loop := self._loops.get(number)) is None:
            raise web.HTTPNotFound
        self.watching[number] += 1
        try:
            return await self.play(request, loop)
        finally:
            self.watching[number] -= 1

    @staticmethod
    async def play(request: web.Request, loop: Loop) -> web.StreamResponse:
        """Send what is on now, and so on, until the client leaves."""
        response = web.StreamResponse(headers={"Content-Type": "video/mp2t"})
        await response.prepare(request)
        with suppress(ConnectionError):
            for due, piece in loop.play(time.time()):
                await asyncio.sleep(max(0.0, due - time.time()))
                await response.write(piece)
        return response

    async def _playlist(self, _request: web.Request) -> web.Response:
        lines = [f'#EXTM3U url-tvg="{self.url}/guide.xml"']
        for channel in self.channels:
            lines += [
                (
                    f'#EXTINF:-1 tvg-id="{channel.guide_id}" '
                    f'tvg-chno="{channel.number}" '
                    f'group-title="{channel.group}",{channel.name}'
                ),
                f"{self.url}/live/{channel.number}.ts",
            ]
        text = "\n".join([*lines, ""])
        return web.Response(text=text, content_type="application/x-mpegurl")

    async def _guide(self, _request: web.Request) -> web.Response:
        guide = render_guide(self.channels, datetime.now(UTC))
        return web.Response(body=guide, content_type="application/xml")


@asynccontextmanager
async def serve_demo(port: int = 0) -> AsyncIterator[DemoProvider]:
    """Serve all demo channels on loopback; 0 takes any free port."""
    provider = await asyncio.to_thread(DemoProvider, CHANNELS)
    async with serve(provider, port):
        yield provider


@asynccontextmanager
async def serve(provider: DemoProvider, port: int = 0) -> AsyncIterator[None]:
    """Run a provider on loopback; 0 takes any free port."""
    app = web.Application()
    app.add_routes(provider.routes())
    runner = web.AppRunner(
        app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        provider.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield
    finally:
        await runner.cleanup()
