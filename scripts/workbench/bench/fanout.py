"""What one stream to many viewers costs, in processor time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from .home import run_home_with
from .nginx import find_nginx, run_nginx
from .processes import Program, cpu_seconds, run_program
from .table import Table

_WARM_UP = 3.0
_WINDOW = 10.0
# The lowest counts: other programs of the machine only ever add.
_ROUNDS = 2
_PATH = "/live/1.ts"
_TELECAST_PATH = "/telecast/stream/1.ts"
# Of a viewer's rate: less means that the measured program did not keep up.
_FULL_RATE = 0.97


@dataclass(frozen=True, slots=True)
class _Contestant:
    name: str
    url: str
    pid: int


async def measure(viewers: tuple[int, ...], folder: Path) -> Table:
    """Measure each contestant with so many viewers, one after the other."""
    table = Table(
        "Fan-out of one 8 Mbit/s stream, % of a core (user + kernel)",
        ("", *(f"{count} viewers" for count in viewers), "of bare asyncio"),
    )
    bare: list[float] = []
    async with run_program("upstream", folder) as upstream:
        url = upstream.greeting
        (folder / "one.m3u").write_text(f"#EXTM3U\n#EXTINF:-1,One\n{url}{_PATH}\n")
        for contestant in (_relay, _alone, _in_home_assistant, _nginx):
            async with contestant(url, folder) as one:
                if one is None:
                    table.add("nginx proxy_pass", *("not installed" for _ in viewers))
                    continue
                costs = [await _cost(one, count) for count in viewers]
            bare = bare or costs
            ratios = (cost / base for cost, base in zip(costs, bare, strict=True))
            table.add(
                one.name,
                *(f"{cost:.1f}" for cost in costs),
                " ".join(f"{ratio:.2f}x" for ratio in ratios),
            )
    return table


async def _cost(one: _Contestant, count: int) -> float:
    """Answer the processor's share in percent while so many watch."""
    async with run_program("viewers", one.url, count, "count") as viewers:
        await asyncio.sleep(_WARM_UP)
        return min([await _window(one, viewers, count) for _ in range(_ROUNDS)])


async def _window(one: _Contestant, viewers: Program, count: int) -> float:
    await viewers.ask()
    before = cpu_seconds(one.pid)
    await asyncio.sleep(_WINDOW)
    used = cpu_seconds(one.pid) - before
    received = (await viewers.ask())["bytes"]
    if min(received) * 8 / _WINDOW < 8e6 * _FULL_RATE:
        slowest = min(received) * 8 / _WINDOW / 1e6
        raise RuntimeError(f"{one.name}: a viewer of {count} got {slowest:.1f} Mbit/s")
    return used / _WINDOW * 100


@asynccontextmanager
async def _relay(upstream: str, _folder: Path) -> AsyncIterator[_Contestant]:
    async with run_program("relay", f"{upstream}{_PATH}") as relay:
        yield _Contestant("bare asyncio", relay.greeting, relay.pid)


@asynccontextmanager
async def _alone(upstream: str, folder: Path) -> AsyncIterator[_Contestant]:
    async with run_program("alone", f"{upstream}/one.m3u", folder / "alone") as alone:
        url = f"{alone.greeting}{_TELECAST_PATH}"
        yield _Contestant("Telecast alone", url, alone.pid)


@asynccontextmanager
async def _in_home_assistant(upstream: str, folder: Path) -> AsyncIterator[_Contestant]:
    async with run_home_with(f"{upstream}/one.m3u", folder / "home") as (home, _):
        url = f"{home.url}{_TELECAST_PATH}"
        yield _Contestant("Telecast in Home Assistant", url, home.pid)


@asynccontextmanager
async def _nginx(upstream: str, folder: Path) -> AsyncIterator[_Contestant | None]:
    async with AsyncExitStack() as stack:
        if not (binary := find_nginx()):
            yield None
            return
        url, pid = await stack.enter_async_context(run_nginx(binary, upstream, folder))
        yield _Contestant("nginx proxy_pass", f"{url}{_PATH}", pid)
