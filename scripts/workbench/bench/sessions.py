"""What it takes to know a thousand players that zap through twenty channels."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
import random
import time

from custom_components.telecast.engine.model import Channel, Client
from custom_components.telecast.engine.sessions import Session, Sessions, open_sessions
from custom_components.telecast.engine.sessions.history import History

from .stopwatch import stopwatch
from .table import Table

_CLIENTS = 1000
_CHANNELS = tuple(
    Channel(
        id=number,
        number=str(number),
        name=f"Channel {number}",
        group="All",
        group_id=1,
        guide_id=f"c{number}",
        source="bench",
    )
    for number in range(1, 21)
)
_LONGEST_STAY = 4.0
_BLOCK = 100_000
_BLOCK_SECONDS = 0.5
_TICK = 0.002


@dataclass(slots=True, kw_only=True)
class _Findings:
    """What players saw."""

    opened: int = 0
    returned: int = 0
    recognised: int = 0
    most_at_once: int = 0
    pids_twice: int = 0
    transactions: int = 0
    leaked: int = 0
    lags: list[float] = field(default_factory=list)


async def measure(seconds: int, folder: Path) -> Table:
    """Let a thousand players zap at random for so long."""
    findings = _Findings()
    with stopwatch() as steps:
        async with open_sessions(
            folder / "sessions.db", emit=lambda _: None, keep_days=30
        ) as sessions:
            history = sessions.past
            assert isinstance(history, History)
            before = history.transactions
            async with asyncio.TaskGroup() as tasks:
                probe = tasks.create_task(_probe(findings, sessions))
                players = [
                    tasks.create_task(_play(sessions, number, seconds, findings))
                    for number in range(_CLIENTS)
                ]
                await asyncio.wait(players)
                probe.cancel()
            findings.transactions = history.transactions - before
            findings.leaked = len(sessions.active)
            known = sessions.known
            findings.pids_twice += len(known) - len({one.pid for one in known})
    return _table(findings, seconds, steps, await _control(seconds))


async def _control(seconds: int) -> list[float]:
    """Answer the steps of as many players who do nothing but wait: the machine's own."""
    with stopwatch() as steps:
        async with asyncio.TaskGroup() as tasks:
            for number in range(_CLIENTS):
                tasks.create_task(_idle(number, seconds))
    return steps


async def _idle(number: int, seconds: int) -> None:
    chance = random.Random(number)
    end = time.monotonic() + seconds
    await asyncio.sleep(chance.uniform(0, _LONGEST_STAY / 2))
    while time.monotonic() < end:
        await asyncio.sleep(_BLOCK_SECONDS)


async def _play(
    sessions: Sessions, number: int, seconds: int, findings: _Findings
) -> None:
    chance = random.Random(number)
    client = Client(address=f"10.0.{number // 250}.{number % 250}", user_agent="Bench")
    seen: dict[int, tuple[str, int]] = {}
    end = time.monotonic() + seconds
    await asyncio.sleep(chance.uniform(0, _LONGEST_STAY / 2))
    while time.monotonic() < end:
        channel = chance.choice(_CHANNELS)
        with sessions.open(
            channel, client, protocol="http", account=None, hang_up=lambda: None
        ) as session:
            findings.opened += 1
            same = session.id, session.pid
            if channel.id in seen:
                findings.returned += 1
                findings.recognised += seen[channel.id] == same
            seen[channel.id] = same
            await _watch(sessions, session, chance.uniform(0.1, _LONGEST_STAY))


async def _watch(sessions: Sessions, session: Session, seconds: float) -> None:
    sessions.streaming(session)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        session.meter.add(_BLOCK)
        await asyncio.sleep(_BLOCK_SECONDS)


async def _probe(findings: _Findings, sessions: Sessions) -> None:
    looked = 0.0
    while True:
        before = time.perf_counter()
        await asyncio.sleep(_TICK)
        now = time.perf_counter()
        findings.lags.append(now - before - _TICK)
        if now - looked > 1:
            looked = now
            _count_pids(findings, sessions)


def _count_pids(findings: _Findings, sessions: Sessions) -> None:
    active = sessions.active
    findings.most_at_once = max(findings.most_at_once, len(active))
    findings.pids_twice += len(active) - len({session.pid for session in active})


def _table(
    findings: _Findings,
    seconds: int,
    steps: list[float],
    control: list[float],
) -> Table:
    table = Table(
        f"{_CLIENTS} players on {len(_CHANNELS)} channels at random for {seconds} s",
        ("", "measured", "wanted"),
    )
    lags = sorted(findings.lags)
    table.add("connections opened", str(findings.opened))
    table.add("of them at once, at most", str(findings.most_at_once))
    table.add("returns", str(findings.returned))
    table.add("of them recognised", str(findings.recognised), str(findings.returned))
    table.add("PIDs issued twice at once", str(findings.pids_twice), "0")
    table.add("connections left over", str(findings.leaked), "0")
    table.add("transactions a second", f"{findings.transactions / seconds:.1f}", "< 50")
    for what, found in (("", steps), (", players who only wait", control)):
        over = sum(step > 0.005 for step in found)
        longest = f"{max(found) * 1e3:.1f}"
        table.add(f"longest step of a task, ms of CPU{what}", longest, "< 5")
        table.add(f"steps of more than 5 ms{what}", f"{over} of {len(found)}", "0")
    table.add("loop late, p99, ms", f"{lags[len(lags) * 99 // 100] * 1e3:.1f}")
    table.add("loop late, max, ms", f"{lags[-1] * 1e3:.1f}")
    return table
