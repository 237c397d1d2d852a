"""A large playlist and guide come in while viewers watch."""

import asyncio
from pathlib import Path
import time

import aiohttp

from ..frontend import Frontend
from .documents import write_guide, write_playlist
from .home import CHANNELS, LOGIN, add, run_home_with
from .processes import forget_highest_memory, run_program
from .table import Table
from .watched import Look, Watched

_VIEWERS = 20
_BASELINE = 10.0
_CHANNEL_WITH_GUIDE = 500
_IMPORT_TIMEOUT = 900.0
_PATH = "/telecast/stream/1.ts"
_LOGIN = f"username={LOGIN['username']}&password={LOGIN['password']}"
_REFRESH = "button.big_refresh"
_DOCUMENTS = {
    "get_live_streams": f"/player_api.php?{_LOGIN}&action=get_live_streams",
    "lineup.json": "/lineup.json",
}


async def measure(channels: int, megabytes: int, folder: Path) -> Table:
    """Import while others watch, then ask for the whole line-up."""
    table = Table(
        f"{channels:,} channels and a guide of {megabytes} MB into Home Assistant, "
        f"{_VIEWERS} viewers watching",
        ("", "before", "while", "bar"),
    )
    served = folder / "served"
    served.mkdir()
    async with run_program("upstream", served) as upstream:
        url = upstream.greeting
        (served / "one.m3u").write_text(f"#EXTM3U\n#EXTINF:-1,One\n{url}/live/0.ts\n")
        write_playlist(served / "big.m3u", channels=channels, upstream=url)
        write_guide(served / "big.xml", megabytes=megabytes, channels=channels)
        async with (
            run_home_with(f"{url}/one.m3u", folder / "home", probe=True) as (
                home,
                frontend,
            ),
            run_program("viewers", f"{home.url}{_PATH}", _VIEWERS, "check") as viewers,
        ):
            watched = Watched(home, frontend, viewers)
            await asyncio.sleep(_BASELINE / 2)
            await watched.look()
            await asyncio.sleep(_BASELINE)
            quiet = await watched.look()
            forget_highest_memory(home.pid)
            playlist_took = await _import(frontend, f"{url}/big.m3u", channels)
            busy = await watched.look()
            _fill(table, quiet, busy, playlist_took)
            await _ask_for_all(table, home.url)
            await _expect_guide(home.url)
            for error in home.log.errors:
                table.add(f"log: {error.splitlines()[0]}")
    return table


async def _import(frontend: Frontend, playlist: str, channels: int) -> float:
    """Add the playlist and wait for its guide; answer when the channels were there (s)."""
    entry = await frontend.entry("telecast")
    assert entry
    fields = {"name": "Big", "url": playlist, "max_streams": 0}
    began = time.monotonic()
    async with asyncio.timeout(_IMPORT_TIMEOUT):
        await add(frontend, entry["entry_id"], "playlist", fields)
        wanted = str(channels + 1)
        await frontend.until(CHANNELS, lambda state: state["state"] == wanted)
        playlist_took = time.monotonic() - began
        # Joins the refresh that is under way, and ends with it, guide included.
        await frontend.act("button", "press", entity_id=_REFRESH)
    return playlist_took


def _fill(table: Table, quiet: Look, busy: Look, playlist_took: float) -> None:
    table.add("took, s", "", f"{busy.seconds:.1f}")
    table.add("  of that until the channels were there, s", "", f"{playlist_took:.1f}")
    for name, key, bar in (
        ("loop held longest, ms", "max", "20"),
        ("  99 % of 5 ms samples below, ms", "p99", ""),
        ("  longest processor time between two, ms", "busy_max", ""),
        ("  samples over 20 ms", "over_20", "0"),
    ):
        table.add(name, f"{quiet.loop[key]:.1f}", f"{busy.loop[key]:.1f}", bar)
    table.add("resident memory, MiB", f"{quiet.resident:.0f}", f"{busy.resident:.0f}")
    growth = busy.highest - quiet.resident
    table.add("  grown by at most, MiB", "", f"{growth:.1f}", "80")
    gaps = (f"{sum(look.beside['gaps'])}" for look in (quiet, busy))
    table.add("gaps in viewers' streams", *gaps, "0")
    slowest = (
        f"{min(look.beside['bytes']) * 8 / look.seconds / 1e6:.2f}"
        for look in (quiet, busy)
    )
    table.add("slowest viewer, Mbit/s", *slowest)


async def _ask_for_all(table: Table, url: str) -> None:
    for name, path in _DOCUMENTS.items():
        first, size = await _answer(f"{url}{path}")
        again, _ = await _answer(f"{url}{path}")
        table.add(
            f"{name} ({size / 1e6:.0f} MB), s",
            f"first {first:.2f}",
            f"again {again:.3f}",
            "1, 0.1",
        )


async def _expect_guide(url: str) -> None:
    """Raise where the last channel has nothing on: the guide did not come in."""
    query = f"{url}/player_api.php?{_LOGIN}&action"
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{query}=get_live_streams") as response:
            stream = (await response.json())[_CHANNEL_WITH_GUIDE]["stream_id"]
        path = f"{query}=get_short_epg&stream_id={stream}"
        async with session.get(path) as response:
            if not (await response.json())["epg_listings"]:
                raise RuntimeError("The guide did not come in")


async def _answer(url: str) -> tuple[float, int]:
    """Answer how long it took until the last byte had come, and how many there were."""
    size = 0
    async with aiohttp.ClientSession() as session:
        began = time.monotonic()
        async with session.get(
            url, headers={"Accept-Encoding": "identity"}
        ) as response:
            response.raise_for_status()
            async for block in response.content.iter_any():
                size += len(block)
        return time.monotonic() - began, size
