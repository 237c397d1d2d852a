"""How soon HLS can be played, and how much of it this machine can encode at once."""

import asyncio
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from statistics import median
import time
from urllib.parse import urljoin

import aiohttp
from aiohttp import web

from ..demo.provider import DemoProvider, serve
from ..demo.recordings import loop
from .home import run_home_with
from .table import Table

_TRIES = 5
_WARM_SECONDS = 9.0
_ENCODING_SECONDS = 25.0
_POLL_SECONDS = 0.02
_COPIED, _ENCODED = "hd", "dvb"
_COPY = ("-c", "copy")
_ENCODE = ("-c:v", "libx264", "-preset", "veryfast", "-g", "50", "-c:a", "aac")


class _Provider(DemoProvider):
    """Serves one recording under as many addresses as are asked for."""

    def __init__(self) -> None:
        super().__init__(())

    def routes(self) -> list[web.RouteDef]:
        """Answer what it serves."""
        return [
            web.get("/list.m3u", self._list),
            web.get(r"/{name}/{number:\d+}.ts", self._recording),
        ]

    async def _list(self, _request: web.Request) -> web.Response:
        lines = ["#EXTM3U"]
        for name in (_COPIED, _ENCODED):
            for number in range(_TRIES + 1):
                lines += [
                    f"#EXTINF:-1,{name} {number}",
                    f"{self.url}/{name}/{number}.ts",
                ]
        return web.Response(text="\n".join([*lines, ""]))

    async def _recording(self, request: web.Request) -> web.StreamResponse:
        return await self.play(request, loop(request.match_info["name"]))


async def measure(folder: Path) -> Table:
    """Ask for HLS of channels that nobody, or somebody, watches; have all encoded."""
    table = Table(
        "HLS of a live 720p25 stream, seconds from the request to the first segment",
        ("", "median", "highest", "beside FFmpeg alone"),
    )
    provider = _Provider()
    for name in (_COPIED, _ENCODED):
        await asyncio.to_thread(loop, name)
    async with serve(provider), aiohttp.ClientSession() as session:
        copied = await _tries(lambda n: _ffmpeg(provider, _COPIED, n, folder, _COPY))
        encoded = await _tries(
            lambda n: _ffmpeg(provider, _ENCODED, n, folder, _ENCODE)
        )
        async with run_home_with(
            f"{provider.url}/list.m3u", folder / "home", channels=2 * (_TRIES + 1)
        ) as (home, frontend):
            player = _Player(session, home.url)
            await player.learn()
            cold = await _tries(lambda n: player.first(f"{_COPIED} {n}", "720p"))
            async with player.watching(f"{_COPIED} {_TRIES}"):
                await asyncio.sleep(_WARM_SECONDS)
                warm = await _tries(
                    lambda _: player.first(f"{_COPIED} {_TRIES}", "720p")
                )
            transcoded = await _tries(lambda n: player.first(f"{_ENCODED} {n}", "720p"))
            await frontend.until(
                "sensor.telecast_active_encoders", lambda state: state["state"] == "0"
            )
            made = await player.encode(
                f"{_ENCODED} {_TRIES}", ("1080p", "720p", "480p")
            )
    _add(table, "copied, nobody watches", cold, copied)
    _add(table, "copied, somebody watches", warm, copied)
    _add(table, "encoded, nobody watches", transcoded, encoded)
    for name, seconds in made.items():
        share = seconds / _ENCODING_SECONDS
        table.add(f"{name}, with the two others: of real time", f"{share:.2f}", "", "")
    return table


class _Player:
    """Plays channels by name."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url
        self._playlists: dict[str, str] = {}
        self._durations: dict[str, dict[int, float]] = {}

    async def learn(self) -> None:
        """Learn where the channels are."""
        text = await self._text("/telecast/playlist.m3u?output=hls")
        lines = text.splitlines()
        for title, url in zip(lines[1::2], lines[2::2], strict=True):
            self._playlists[title.rpartition(",")[2]] = url

    async def first(self, name: str, rendition: str) -> float:
        """Answer how long it takes until a rendition's playlist lists a segment."""
        began = time.monotonic()
        master = self._playlists[name]
        await self._text(master)
        text = await self._text(urljoin(master, f"{rendition}.m3u8"))
        assert "#EXTINF" in text
        return time.monotonic() - began

    async def encode(self, name: str, renditions: tuple[str, ...]) -> dict[str, float]:
        """Play renditions together; answer how many seconds of each were made."""
        master = self._playlists[name]
        await self._text(master)
        before: dict[str, float] = {}
        for one in renditions:
            before[one] = await self._made(master, one)
        ends = time.monotonic() + _ENCODING_SECONDS
        after: dict[str, float] = {}
        while time.monotonic() < ends:
            await asyncio.sleep(1)
            after = {one: await self._made(master, one) for one in renditions}
        return {one: after[one] - before[one] for one in renditions}

    @asynccontextmanager
    async def watching(self, name: str) -> AsyncIterator[None]:
        """Let somebody else watch a channel as MPEG-TS."""
        number = self._playlists[name].split("/")[-2]
        url = f"{self._url}/telecast/stream/{number}.ts"
        async with self._session.get(url) as response:
            reading = asyncio.create_task(response.read())
            try:
                yield
            finally:
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)

    async def _made(self, master: str, rendition: str) -> float:
        """Answer how many seconds of a rendition there have been so far."""
        try:
            text = await self._text(urljoin(master, f"{rendition}.m3u8"))
        except aiohttp.ClientResponseError as err:
            if err.status != HTTPStatus.NOT_FOUND:
                raise
            return 0.0  # too much for this machine, so it is offered no more
        number = int(text.split("#EXT-X-MEDIA-SEQUENCE:")[1].split()[0])
        listed = [float(part.split(",")[0]) for part in text.split("#EXTINF:")[1:]]
        self._durations.setdefault(rendition, {}).update(enumerate(listed, number))
        return sum(self._durations[rendition].values())

    async def _text(self, url: str) -> str:
        async with self._session.get(urljoin(self._url, url)) as response:
            response.raise_for_status()
            return await response.text()


async def _tries(once: Callable[[int], Awaitable[float]]) -> list[float]:
    return [await once(number) for number in range(_TRIES)]


async def _ffmpeg(
    provider: _Provider, name: str, number: int, folder: Path, options: tuple[str, ...]
) -> float:
    """Answer how long FFmpeg alone takes until it lists a segment."""
    playlist = folder / f"{name}{number}.m3u8"
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        *("ffmpeg", "-v", "error", "-i", f"{provider.url}/{name}/{number}.ts"),
        *options,
        *("-f", "hls", "-hls_time", "2", str(playlist)),
        stdin=DEVNULL,
    )
    try:
        while not playlist.exists():
            await asyncio.sleep(_POLL_SECONDS)
        return time.monotonic() - began
    finally:
        process.kill()
        await process.wait()


def _add(table: Table, name: str, seconds: list[float], beside: list[float]) -> None:
    middle = median(seconds)
    ratio = f"{middle / median(beside):.2f} x {median(beside):.2f}"
    table.add(name, f"{middle:.2f}", f"{max(seconds):.2f}", ratio)
