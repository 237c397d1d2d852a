"""What it costs to take a film through Telecast, and what others feel of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
import time

import aiohttp

from ..frontend import Frontend
from .film_source import EVENLY, FLAT_OUT, LOGIN, path_of
from .home import run_home_with
from .processes import Program, cpu_seconds, run_program
from .table import Table

# All take turns: what other programs of the machine take, they take from each.
_ROUNDS = 3
_RATE = 100_000_000
_VIEWERS = 20
_WATCHED = 10.0
_LIVE = "/telecast/stream/1.ts"
_PROVIDER = {"name": "Films", "username": LOGIN, "password": LOGIN}
_PROVIDER_TIMEOUT = 60.0
_PAUSE = 0.2
_ASK = f"/player_api.php?username={LOGIN}&password={LOGIN}&action=get_vod_streams"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contestant:
    """Who sends the two films."""

    name: str
    urls: dict[int, str]
    pid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """What it took to get a film."""

    seconds: float
    own: float
    """Processor seconds of who sends it, per gigabyte."""
    all: float
    """The same of everybody, who takes it included."""


async def measure(megabytes: int, folder: Path) -> tuple[Table, Table]:
    """Take a film directly and through Telecast; then take one beside live viewers."""
    film = folder / "film.mkv"
    await asyncio.to_thread(_make, film, megabytes)
    async with AsyncExitStack() as stack:
        upstream = await stack.enter_async_context(run_program("upstream", folder))
        source = await stack.enter_async_context(
            run_program("film_source", film, _RATE)
        )
        alone = await stack.enter_async_context(_alone(source.greeting, folder))
        home, frontend = await stack.enter_async_context(
            _in_home_assistant(upstream.greeting, source.greeting, folder)
        )
        direct = _Contestant(
            name="direct",
            urls={one: source.greeting + path_of(one) for one in (FLAT_OUT, EVENLY)},
            pid=source.pid,
        )
        speed = Table(
            f"A film of {megabytes} MB, in turns, the median of {_ROUNDS}",
            ("", "s", "of direct", "its CPU s/GB", "all CPU s/GB"),
        )
        for what, which in (("flat out", FLAT_OUT), ("at 100 MB/s", EVENLY)):
            await _race(speed, what, which, [direct, alone, home], source)
        return speed, await _beside(home, frontend)


async def _race(
    table: Table, what: str, film: int, all_of: list[_Contestant], source: Program
) -> None:
    rounds = [
        [await _take(one, film, source) for one in all_of] for _ in range(_ROUNDS)
    ]
    for one, taken in zip(all_of, zip(*rounds, strict=True), strict=True):
        ratios = (
            mine.seconds / others[0].seconds
            for mine, others in zip(taken, rounds, strict=True)
        )
        table.add(
            f"{one.name}, {what}",
            f"{median(each.seconds for each in taken):.2f}",
            f"{median(ratios):.2f}x",
            f"{median(each.own for each in taken):.2f}",
            f"{median(each.all for each in taken):.2f}",
        )


async def _take(one: _Contestant, film: int, source: Program) -> _Taken:
    async with run_program("film_taker", one.urls[film]) as taker:
        pids = {one.pid, source.pid, taker.pid}
        before = {pid: cpu_seconds(pid) for pid in pids}
        report = await taker.ask()
        used = {pid: cpu_seconds(pid) - before[pid] for pid in pids}
    gigabytes = report["bytes"] / 1e9
    return _Taken(
        seconds=report["seconds"],
        own=used[one.pid] / gigabytes,
        all=sum(used.values()) / gigabytes,
    )


async def _beside(home: _Contestant, frontend: Frontend) -> Table:
    """Watch live without and with somebody who takes a film flat out."""
    table = Table(
        f"{_VIEWERS} live viewers beside a film that is taken flat out",
        ("", "without", "with", "bar"),
    )
    origin = home.urls[FLAT_OUT].partition("/movie/")[0]
    async with run_program("viewers", origin + _LIVE, _VIEWERS, "check") as viewers:
        await asyncio.sleep(_WATCHED / 2)
        looks = []
        for greedy in (False, True):
            await viewers.ask()
            await frontend.get("/loop_probe")
            began = time.monotonic()
            if greedy:
                await _greedy(home.urls[FLAT_OUT])
            else:
                await asyncio.sleep(_WATCHED)
            seconds = time.monotonic() - began
            looks.append(
                (seconds, await viewers.ask(), await frontend.get("/loop_probe"))
            )
    for name, key, bar in (
        ("loop held longest, ms", "max", "20"),
        ("  99 % of 5 ms samples below, ms", "p99", "10"),
    ):
        table.add(name, *(f"{loop[key]:.1f}" for _, _, loop in looks), bar)
    slowest = [min(told["bytes"]) * 8 / seconds / 1e6 for seconds, told, _ in looks]
    table.add("slowest viewer, Mbit/s", *(f"{rate:.2f}" for rate in slowest))
    gaps = [sum(told["gaps"]) for _, told, _ in looks]
    table.add("gaps in viewers' streams, so far", *map(str, gaps), "0")
    return table


async def _greedy(url: str) -> None:
    """Take a film again and again for some seconds."""
    end = time.monotonic() + _WATCHED
    async with run_program("film_taker", url) as taker:
        while time.monotonic() < end:
            await taker.ask()


@asynccontextmanager
async def _alone(source: str, folder: Path) -> AsyncIterator[_Contestant]:
    async with run_program("films_alone", source, LOGIN, folder / "alone") as alone:
        yield await _contestant("Telecast alone", alone.greeting, alone.pid)


@asynccontextmanager
async def _in_home_assistant(
    upstream: str, source: str, folder: Path
) -> AsyncIterator[tuple[_Contestant, Frontend]]:
    (folder / "one.m3u").write_text(f"#EXTM3U\n#EXTINF:-1,One\n{upstream}/live/1.ts\n")
    playlist = f"{upstream}/one.m3u"
    async with run_home_with(playlist, folder / "home", probe=True) as (home, frontend):
        entry = await frontend.entry("telecast")
        assert entry
        step = await frontend.fill_in(
            [entry["entry_id"], "provider"],
            {**_PROVIDER, "url": source},
            {},
            kind="subentries/flow",
        )
        if step["type"] != "create_entry":
            raise RuntimeError(f"The provider was refused: {step}")
        name = "Telecast in Home Assistant"
        yield await _contestant(name, home.url, home.pid), frontend


async def _contestant(name: str, url: str, pid: int) -> _Contestant:
    """Find the films at a Telecast, once they have come in."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(_PROVIDER_TIMEOUT):
        while True:
            async with session.get(f"{url}{_ASK}") as response:
                listed = await response.json(content_type=None)
            if isinstance(listed, list) and listed:
                break
            await asyncio.sleep(_PAUSE)
    ids = {one["name"]: one["stream_id"] for one in listed}
    urls = {film: url + path_of(ids[f"Film {film}"]) for film in (FLAT_OUT, EVENLY)}
    return _Contestant(name=name, urls=urls, pid=pid)


def _make(film: Path, megabytes: int) -> None:
    # Really written: a file of holes costs more to read.
    piece = bytes(range(256)) * 4_000
    with film.open("wb") as file:
        for _ in range(megabytes * 1_000_000 // len(piece)):
            file.write(piece)
