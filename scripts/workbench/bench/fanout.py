"""What one stream to many viewers costs, in processor time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from .home import run_home_with
from .nginx import find_nginx, run_nginx
from .processes import Program, cpu_seconds, run_program
from .table import Table

_WARM_UP = 3.0
_WINDOW = 10.0
# All take turns, and of each the lowest counts: other programs of the machine only add.
_ROUNDS = 2
_PATH = "/live/1.ts"
_TELECAST_PATH = "/telecast/stream/1.ts"
# Of a viewer's rate: less means that the measured program did not keep up.
_FULL_RATE = 0.97


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contestant:
    name: str
    url: str
    pid: int
    idle: float = 0.0
    """What the process takes for other things than the fan-out, in percent."""


type _Maker = Callable[[str, Path], AbstractAsyncContextManager[_Contestant]]


async def measure(viewers: tuple[int, ...], folder: Path) -> Table:
    """Measure each contestant with so many viewers, in turns."""
    table = Table(
        "Fan-out of one 8 Mbit/s stream, % of a core (user + kernel)",
        ("", *(f"{count} viewers" for count in viewers), "of bare asyncio"),
    )
    async with AsyncExitStack() as stack:
        upstream = await stack.enter_async_context(run_program("upstream", folder))
        url = upstream.greeting
        (folder / "one.m3u").write_text(f"#EXTM3U\n#EXTINF:-1,One\n{url}{_PATH}\n")
        makers: list[_Maker] = [_relay, _alone, _in_home_assistant]
        if binary := find_nginx():
            makers.append(partial(_nginx, binary))
        contestants = [
            await stack.enter_async_context(make(url, folder)) for make in makers
        ]
        costs = [await _costs(contestants, count) for count in viewers]
    for one, *row in zip(contestants, *costs, strict=True):
        ratios = (cost / base[0] for cost, base in zip(row, costs, strict=True))
        table.add(
            f"{one.name}, less {one.idle:.1f} when idle" if one.idle else one.name,
            *(f"{cost:.1f}" for cost in row),
            " ".join(f"{ratio:.2f}x" for ratio in ratios),
        )
    if not binary:
        table.add("nginx proxy_pass: nginx is not installed")
    return table


async def _costs(contestants: list[_Contestant], count: int) -> list[float]:
    """Answer each one's share of the processor in percent while so many watch."""
    rounds = [[await _cost(one, count) for one in contestants] for _ in range(_ROUNDS)]
    return [min(costs) for costs in zip(*rounds, strict=True)]


async def _cost(one: _Contestant, count: int) -> float:
    async with run_program("viewers", one.url, count, "count") as viewers:
        await asyncio.sleep(_WARM_UP)
        return await _window(one, viewers, count) - one.idle


async def _window(one: _Contestant, viewers: Program, count: int) -> float:
    await viewers.ask()
    share = await _share(one.pid)
    slowest = min((await viewers.ask())["bytes"]) * 8 / _WINDOW
    if slowest < 8e6 * _FULL_RATE:
        raise RuntimeError(
            f"{one.name}: one of {count} viewers got {slowest / 1e6:.1f} Mbit/s"
        )
    return share


async def _share(pid: int) -> float:
    before = cpu_seconds(pid)
    await asyncio.sleep(_WINDOW)
    return (cpu_seconds(pid) - before) / _WINDOW * 100


@asynccontextmanager
async def _relay(upstream: str, _folder: Path) -> AsyncIterator[_Contestant]:
    async with run_program("relay", f"{upstream}{_PATH}") as relay:
        yield _Contestant(name="bare asyncio", url=relay.greeting, pid=relay.pid)


@asynccontextmanager
async def _alone(upstream: str, folder: Path) -> AsyncIterator[_Contestant]:
    async with run_program("alone", f"{upstream}/one.m3u", folder / "alone") as alone:
        url = f"{alone.greeting}{_TELECAST_PATH}"
        yield _Contestant(name="Telecast alone", url=url, pid=alone.pid)


@asynccontextmanager
async def _in_home_assistant(upstream: str, folder: Path) -> AsyncIterator[_Contestant]:
    async with run_home_with(f"{upstream}/one.m3u", folder / "home") as (home, _):
        await asyncio.sleep(_WARM_UP)
        yield _Contestant(
            name="Telecast in Home Assistant",
            url=f"{home.url}{_TELECAST_PATH}",
            pid=home.pid,
            idle=await _share(home.pid),
        )


@asynccontextmanager
async def _nginx(
    binary: str, upstream: str, folder: Path
) -> AsyncIterator[_Contestant]:
    async with run_nginx(binary, upstream, folder) as (url, pid):
        yield _Contestant(name="nginx proxy_pass", url=f"{url}{_PATH}", pid=pid)
