"""How soon the first bytes come, and whether a decoder may begin with them."""

import asyncio
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from statistics import median
import time
from urllib.parse import urlsplit

from .home import run_home_with
from .joining import begins_with_keyframe, whole_pictures
from .processes import run_program
from .table import Table

_CHANNELS = 20
_LATE_VIEWERS = 20
_LATE_SECONDS = 2.0
_BLOCK = 1 << 16


async def measure(folder: Path) -> Table:
    """Tune new channels, then join a stream that others watch."""
    table = Table(
        "First bytes from Telecast in Home Assistant, milliseconds",
        ("", "median", "highest", "of"),
    )
    async with run_program("upstream", folder) as upstream:
        (folder / "many.m3u").write_text(_playlist(upstream.greeting))
        playlist = f"{upstream.greeting}/many.m3u"
        async with run_home_with(playlist, folder / "home", channels=_CHANNELS) as (
            home,
            _,
        ):
            delays = [
                await _new_channel(home.url, upstream.greeting, number)
                for number in range(1, _CHANNELS + 1)
            ]
            _add(table, "new channel, after the upstream's first byte", delays)
            late = await _late_viewers(f"{home.url}/telecast/stream/1.ts")
    _add(table, "late viewer, after its request", [delay for delay, _, _ in late])
    whole = sum(begins for _, begins, _ in late)
    clean = sum(not errors for _, _, errors in late)
    table.add("late viewers that begin with PAT, PMT, keyframe", "", "", f"{whole}")
    table.add("late viewers that a decoder shows without error", "", "", f"{clean}")
    return table


def _playlist(upstream: str) -> str:
    entries = (
        f"#EXTINF:-1 tvg-id=c{number},Channel {number}\n{upstream}/live/{number}.ts\n"
        for number in range(1, _CHANNELS + 1)
    )
    return "".join(("#EXTM3U\n", *entries))


def _add(table: Table, name: str, seconds: list[float]) -> None:
    highest, middle = max(seconds) * 1e3, median(seconds) * 1e3
    table.add(name, f"{middle:.1f}", f"{highest:.1f}", str(len(seconds)))


async def _new_channel(telecast: str, upstream: str, number: int) -> float:
    """Answer how long after the upstream's first byte ours came."""
    async with _tuned(f"{telecast}/telecast/stream/{number}.ts") as tuned:
        await tuned.read(_BLOCK)
        came = time.monotonic()
    async with _tuned(f"{upstream}/first-byte/live/{number}.ts") as asked:
        return came - float(await asked.read())


async def _late_viewers(url: str) -> list[tuple[float, bool, str]]:
    """Answer of each its delay, whether it began well, and what a decoder complains of."""
    async with _tuned(url) as first:
        reading = asyncio.create_task(first.read())
        await asyncio.sleep(_LATE_SECONDS)
        found = [await _late_viewer(url) for _ in range(_LATE_VIEWERS)]
        reading.cancel()
    return found


async def _late_viewer(url: str) -> tuple[float, bool, str]:
    began = time.monotonic()
    async with _tuned(url) as tuned:
        data = await tuned.read(_BLOCK)
        delay = time.monotonic() - began
        with suppress(TimeoutError):
            async with asyncio.timeout(_LATE_SECONDS):
                while True:
                    data += await tuned.read(_BLOCK)
    whole = begins_with_keyframe(data)
    return delay, whole, await complaints(whole_pictures(data))


async def complaints(data: bytes) -> str:
    """Answer what FFmpeg's decoders say against a piece of MPEG-TS."""
    process = await asyncio.create_subprocess_exec(
        *("ffmpeg", "-v", "warning", "-f", "mpegts", "-i", "-", "-f", "null", "-"),
        stdin=PIPE,
        stderr=PIPE,
    )
    _, said = await process.communicate(data)
    return said.decode(errors="replace")


@asynccontextmanager
async def _tuned(url: str) -> AsyncIterator[asyncio.StreamReader]:
    """Open a raw connection, read up to the body: what arrives is seen when it arrives."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        writer.write(f"GET {parts.path} HTTP/1.0\r\nHost: bench\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.partition(b"\r\n")[0]:
            raise RuntimeError(head.decode())
        yield reader
    finally:
        writer.close()
