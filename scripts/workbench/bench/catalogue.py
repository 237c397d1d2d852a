"""A large catalogue comes in: channels, films and series, and players ask for all of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
import time
from urllib.parse import urlencode

import aiohttp

from ..frontend import Frontend
from .home import CHANNELS, LOGIN, add, run_home
from .panel import GROUPS
from .processes import forget_highest_memory, run_program
from .table import Table
from .watched import Look, Watched

_BASELINE = 10.0
_TIMEOUT = 900.0
_REFRESH = "button.big_refresh"
_SOME = {"username": "some", "password": "some", "max_connections": 1}
_SOME_GROUPS = [f"Group {number}" for number in range(GROUPS // 2)]
_LISTS = ("get_vod_streams", "get_series", "get_live_streams")
_PAUSE = 0.25


async def measure(channels: int, films: int, series: int, folder: Path) -> Table:
    """Import it once, ask for its lists, and ask again while it comes in anew."""
    table = Table(
        f"{films:,} films, {series:,} series and {channels:,} channels of one provider "
        "into Home Assistant",
        ("", "before", "first import", "second", "bar"),
    )
    async with (
        run_program("panel", channels, films, series) as panel,
        run_program("control") as control,
        run_home(folder, probe=True) as (home, frontend, entry),
    ):
        await add(frontend, entry, "account", _SOME | {"groups": _SOME_GROUPS})
        watched = Watched(home, frontend, control)
        await asyncio.sleep(_BASELINE / 2)
        await watched.look()
        await asyncio.sleep(_BASELINE)
        looks = [await watched.look()]
        forget_highest_memory(home.pid)
        await _import(frontend, entry, panel.greeting, channels)
        looks.append(await watched.look())
        asked = await _ask_for_all(home.url)
        await watched.look()
        await panel.ask()
        async with _asking(home.url) as answers:
            await frontend.act("button", "press", entity_id=_REFRESH)
        looks.append(await watched.look())
        _fill(table, *looks)
        for row in asked:
            table.add(*row)
        _fill_answers(table, answers)
        for error in home.log.errors:
            table.add(f"log: {error.splitlines()[0]}")
    return table


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """How an answer came."""

    status: int
    first: float
    """Seconds until its first byte."""
    whole: float
    """Seconds until its last byte."""
    size: int
    """Of what was sent, compressed as it may be."""
    etag: str


async def _import(frontend: Frontend, entry: str, greeting: str, channels: int) -> None:
    url, username, password = greeting.split()
    login = {"url": url, "username": username, "password": password}
    async with asyncio.timeout(_TIMEOUT):
        step = await frontend.fill_in(
            [entry, "provider"], {"name": "Big", **login}, {}, kind="subentries/flow"
        )
        if step["type"] != "create_entry":
            raise RuntimeError(f"provider: {step}")
        await frontend.until(CHANNELS, lambda one: one["state"] == str(channels))
        # Joins the import that is under way, and ends with it.
        await frontend.act("button", "press", entity_id=_REFRESH)


async def _ask_for_all(url: str) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    async with _session() as session:
        # Those who are restricted ask first: what is there for others is of no use.
        for login, who in ((_SOME, "half of the groups"), (LOGIN, "everything")):
            for name in _LISTS:
                path = _path(url, login, name)
                cold = await _ask(session, path)
                warm = await _ask(session, path)
                known = await _ask(session, path, etag=cold.etag)
                rows.append(
                    (
                        f"{name}, {who} ({cold.size / 1e6:.1f} MB), first byte/whole, ms",
                        f"cold {_spelt(cold)}",
                        f"warm {_spelt(warm)}",
                        f"{known.status} {known.whole * 1e3:.0f}",
                        "300/1500, 300",
                    )
                )
    return rows


@asynccontextmanager
async def _asking(url: str) -> AsyncIterator[dict[str, list[_Answer]]]:
    """Ask for every list again and again, for as long as the block lasts."""
    answers: dict[str, list[_Answer]] = {}
    over = asyncio.Event()

    async def ask(name: str, login: dict[str, object], who: str) -> None:
        async with _session() as session:
            while not over.is_set():
                answer = await _ask(session, _path(url, login, name))
                answers.setdefault(f"{name}, {who}", []).append(answer)
                await asyncio.sleep(_PAUSE)

    async with asyncio.TaskGroup() as tasks:
        for name in _LISTS:
            tasks.create_task(ask(name, LOGIN, "everything"))
            tasks.create_task(ask(name, _SOME, "half of the groups"))
        try:
            yield answers
        finally:
            over.set()


async def _ask(session: aiohttp.ClientSession, url: str, *, etag: str = "") -> _Answer:
    headers = {"If-None-Match": etag} if etag else {}
    began, first, size = time.monotonic(), 0.0, 0
    async with session.get(url, headers=headers) as response:
        response.raise_for_status()
        async for block in response.content.iter_any():
            first = first or time.monotonic() - began
            size += len(block)
        return _Answer(
            status=response.status,
            first=first,
            whole=time.monotonic() - began,
            size=size,
            etag=response.headers.get("ETag", ""),
        )


def _session() -> aiohttp.ClientSession:
    # As it comes: what it costs us to unpack it is nobody's waiting.
    return aiohttp.ClientSession(
        auto_decompress=False, headers={"Accept-Encoding": "gzip"}
    )


def _path(url: str, login: dict[str, object], action: str) -> str:
    who = {name: login[name] for name in ("username", "password")}
    return f"{url}/player_api.php?{urlencode(who | {'action': action})}"


def _spelt(answer: _Answer) -> str:
    return f"{answer.first * 1e3:.0f}/{answer.whole * 1e3:.0f}"


def _fill(table: Table, *looks: Look) -> None:
    quiet, *_ = looks
    table.add("took, s", *(f"{look.seconds:.1f}" for look in looks))
    for name, key, bar in (
        ("loop held longest, ms", "max", "20, or the control's"),
        ("  99 % of 5 ms samples below, ms", "p99", ""),
        ("  longest processor time between two, ms", "busy_max", "20"),
        ("  samples over 20 ms", "over_20", "0"),
    ):
        table.add(name, *(f"{look.loop[key]:.1f}" for look in looks), bar)
        table.add(f"{name}, control", *(f"{look.beside[key]:.1f}" for look in looks))
    table.add("resident memory, MiB", *(f"{look.resident:.0f}" for look in looks))
    grown = (f"{look.highest - quiet.resident:.1f}" for look in looks[1:])
    table.add("  grown by at most, MiB", "", *grown, "80")


def _fill_answers(table: Table, answers: dict[str, list[_Answer]]) -> None:
    for name, those in answers.items():
        first = max(one.first for one in those)
        whole = max(one.whole for one in those)
        table.add(
            f"{name}, slowest of {len(those)} meanwhile, first byte/whole, ms",
            *("", "", f"{first * 1e3:.0f}/{whole * 1e3:.0f}", "300/1500"),
        )
