"""Failover: one unbroken feed out of candidates that come and go."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from custom_components.telecast.engine.errors import (
    CannotConnectError,
    NoDataError,
    SourceBusyError,
    SourceTimeoutError,
    TelecastError,
    TuneFailedError,
)
from custom_components.telecast.engine.failover import GARBAGE_BYTES, Failover
from custom_components.telecast.engine.model import Candidate
from custom_components.telecast.formats import mpegts
from tests.fakes.transport import Multiplex

ONE = Candidate(url="http://one/", source="s")
TWO = Candidate(url="http://two/", source="s")
NO_WAIT = (0.0,) * 3

type Script = list[bytes | TelecastError]


class Provider:
    """Opens candidates by script: per address what each opening delivers, in turn."""

    def __init__(self, **scripts: list[Script]) -> None:
        self.scripts = scripts
        self.opened: list[str] = []
        self.open_now = 0

    @asynccontextmanager
    async def open(self, candidate: Candidate) -> AsyncIterator[Opened]:
        name = candidate.url.removeprefix("http://").rstrip("/")
        self.opened.append(name)
        script = self.scripts[name].pop(0) if self.scripts[name] else []
        if script and isinstance(script[0], TelecastError):
            raise script[0]
        self.open_now += 1
        assert self.open_now == 1, "two upstreams of one stream"
        try:
            yield Opened(script)
        finally:
            self.open_now -= 1


class Opened:
    def __init__(self, script: Script) -> None:
        self._script = list(script)

    async def read(self) -> bytes:
        await asyncio.sleep(0)
        if not self._script:
            return b""
        piece = self._script.pop(0)
        if isinstance(piece, TelecastError):
            raise piece
        return piece


async def fed(
    provider: Provider, *candidates: Candidate, delays: tuple[float, ...] = NO_WAIT
) -> tuple[list[bytes], list[str], TelecastError]:
    """Run a failover to its end: what came, which changes were told, the last error."""
    blocks: list[bytes] = []
    changes: list[str] = []
    failover = Failover(
        candidates,
        provider.open,
        lambda candidate, error: changes.append(f"{candidate.url} {error.code}"),
        round_delays=delays,
    )
    with pytest.raises(TelecastError) as raised:
        await failover.run(lambda block, joins: blocks.append(block))
    return blocks, changes, raised.value


async def test_before_the_first_block_every_candidate_gets_one_try() -> None:
    provider = Provider(
        one=[[CannotConnectError("403")]], two=[[SourceTimeoutError("")]]
    )
    blocks, changes, error = await fed(provider, ONE, TWO)
    assert provider.opened == ["one", "two"]
    assert (blocks, changes) == ([], [])
    assert isinstance(error, NoDataError)
    assert isinstance(error.__cause__, SourceTimeoutError)


async def test_a_dead_only_candidate_fails_the_tune_at_once() -> None:
    _, _, error = await fed(Provider(one=[[CannotConnectError("refused")]]), ONE)
    assert isinstance(error, TuneFailedError)


async def test_busy_stays_busy() -> None:
    _, _, error = await fed(Provider(one=[[SourceBusyError("in use")]]), ONE)
    assert isinstance(error, SourceBusyError)


async def test_no_candidate_at_all_fails_the_tune() -> None:
    _, _, error = await fed(Provider())
    assert isinstance(error, TuneFailedError)


async def test_when_the_upstream_dies_the_next_candidate_goes_on() -> None:
    first, second = Multiplex(), Multiplex()
    began = first.tables() + first.frame(key=True)
    middle, key = second.frame(key=False), second.frame(key=True)
    went_on = second.tables() + middle + key
    provider = Provider(one=[[began, CannotConnectError("reset")]], two=[[went_on]])
    blocks, changes, _ = await fed(provider, ONE, TWO)
    assert blocks[0] == began
    assert changes[0] == "http://two/ cannot_connect"
    program = mpegts.Scanner()
    program.scan(went_on)
    assert program.program
    tables = went_on[: 2 * mpegts.PACKET]
    assert blocks[1] == mpegts.discontinuities(program.program) + tables + key
    joins = mpegts.Scanner().scan(blocks[1])
    assert [blocks[1][join.offset :] for join in joins] == [key]


async def test_rounds_end_and_a_failed_try_never_uses_up_another_candidate() -> None:
    data = b"".join(Multiplex().seconds(1, frames=2))
    provider = Provider(one=[[data]], two=[])
    blocks, _, error = await fed(provider, ONE, TWO, delays=(0, 0))
    assert blocks == [data]
    assert provider.opened == ["one", "two"] * 3
    assert isinstance(error, NoDataError)


async def test_what_is_no_transport_stream_is_given_up() -> None:
    endless: Script = [b"<html>" * 1000] * (GARBAGE_BYTES // 6000 + 100)
    provider = Provider(one=[endless], two=[[b"\x00" * 100]])
    _, _, error = await fed(provider, ONE, TWO)
    assert provider.opened == ["one", "two"]
    assert isinstance(error, NoDataError)


async def test_it_waits_longer_before_each_round() -> None:
    data = b"".join(Multiplex().seconds(1, frames=2))
    loop = asyncio.get_running_loop()
    began = loop.time()
    await fed(Provider(one=[[data]]), ONE, delays=(0.05, 0.1))
    assert loop.time() - began >= 0.15 * 0.8
