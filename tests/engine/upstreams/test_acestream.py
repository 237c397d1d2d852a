"""AceStream: an engine plays what it is asked for, and is told when to stop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from functools import partial
import secrets

import pytest

from custom_components.telecast.engine.errors import (
    CannotConnectError,
    EngineNotFoundError,
    NoEngineError,
    NoPeersError,
    SourceTimeoutError,
    UnsupportedStreamError,
)
from custom_components.telecast.engine.fetch import Fetcher
from custom_components.telecast.engine.model import Candidate
from custom_components.telecast.engine.processes.process import Programs
from custom_components.telecast.engine.upstreams import (
    AceStreamEngine,
    Player,
    Upstream,
    check_engine,
    open_upstream,
)
from custom_components.telecast.engine.upstreams.acestream.pacing import Pacing
from custom_components.telecast.formats.acestream import Swarm
from tests.engine.upstreams.media import Media, packets
from tests.fakes import faults
from tests.fakes.acestream import AceStreamEngine as FakeEngine
from tests.fakes.loop_time import LoopTime
from tests.fakes.provider import Provider
from tests.fakes.transport import Multiplex

VIDEO = b"".join(Multiplex().seconds(2, frames=5, size=20))
UNKNOWN = secrets.token_hex(20)


class Sofa:
    """Opens AceStream ids as a stream does."""

    def __init__(self, fetcher: Fetcher, programs: Programs, url: str) -> None:
        self._fetcher = fetcher
        self._programs = programs
        self.changes = 0
        self.swarms: list[Swarm] = []
        self.engine = AceStreamEngine(
            fetcher=fetcher,
            url=url,
            on_change=self._change,
            pacing=Pacing(spacing=0.01, patience=0.02),
        )

    def open(
        self, address: str, *, pid: int | None = None
    ) -> AbstractAsyncContextManager[Upstream]:
        address = address if ":" in address else f"acestream://{address}"
        return open_upstream(
            self._fetcher,
            Candidate(url=address, source="s"),
            programs=self._programs,
            player=Player(engine=self.engine, pid=pid, on_swarm=self.swarms.append),
        )

    async def begin(self, address: str) -> bytes:
        """Open, and answer what comes first."""
        async with self.open(address) as upstream:
            return await upstream.read()

    def _change(self) -> None:
        self.changes += 1


async def poll(engine: FakeEngine, time: LoopTime, *, times: int) -> None:
    """Let statistics be asked for so often."""
    (playback,) = engine.running
    for _ in range(times):
        before = playback.asked
        time.advance(3.0)
        await engine.until(partial(lambda before: playback.asked > before, before))
        await asyncio.sleep(0.02)


@pytest.fixture(name="engine")
async def _engine(_nothing_is_left: None) -> AsyncIterator[FakeEngine]:
    async with FakeEngine() as running:
        yield running


@pytest.fixture(name="sofa")
async def _sofa(fetcher: Fetcher, programs: Programs, engine: FakeEngine) -> Sofa:
    return Sofa(fetcher, programs, engine.url)


async def test_what_peers_send_comes_through_as_it_is(
    sofa: Sofa, engine: FakeEngine
) -> None:
    cid = engine.broadcast(VIDEO)
    read = b""
    async with sofa.open(cid) as upstream:
        while len(read) < len(VIDEO):
            read += await upstream.read()
        (playback,) = engine.running
        assert playback.reading
    assert read[: len(VIDEO)] == VIDEO
    assert engine.running == []
    assert playback.stops == 1


async def test_a_broadcast_is_found_by_its_infohash_too(
    sofa: Sofa, engine: FakeEngine
) -> None:
    infohash = engine.of(engine.broadcast(VIDEO)).infohash
    assert VIDEO.startswith((await sofa.begin(f"acestream:?infohash={infohash}"))[:188])


async def test_a_film_is_made_into_a_transport_stream(
    sofa: Sofa, engine: FakeEngine, media: Media
) -> None:
    cid = engine.broadcast(media.mkv, rate=None)
    async with sofa.open(cid) as upstream:
        assert packets(await upstream.read())
    assert engine.playbacks[0].stops == 1


async def test_each_playback_has_a_number_of_its_own(
    sofa: Sofa, engine: FakeEngine
) -> None:
    cid = engine.broadcast(VIDEO)
    async with sofa.open(cid) as one, sofa.open(cid) as other, sofa.open(cid, pid=7):
        assert await one.read()
        assert await other.read()
        pids = [playback.pid for playback in engine.running]
        assert len(set(pids)) == 3
        assert pids[2] == "7"
    assert [playback.end for playback in engine.playbacks] != ["evicted"] * 3
    assert {playback.stops for playback in engine.playbacks} == {1}


async def test_two_with_one_number_evict_each_other_in_the_fake_as_in_life(
    sofa: Sofa, engine: FakeEngine
) -> None:
    cid = engine.broadcast(VIDEO)
    async with sofa.open(cid, pid=7) as first:
        assert await first.read()
        async with sofa.open(cid, pid=7) as second:
            assert await second.read()
            with pytest.raises(CannotConnectError):
                while await first.read():
                    pass
    assert engine.playbacks[0].end == "evicted"


async def test_it_is_stopped_before_it_is_started_again(
    sofa: Sofa, engine: FakeEngine
) -> None:
    cid = engine.broadcast(VIDEO)
    for count in range(1, 4):
        assert await sofa.begin(cid)
        assert len(engine.playbacks) == count
        assert [playback.stops for playback in engine.playbacks] == [1] * count


async def test_a_slow_start_is_waited_for(sofa: Sofa, engine: FakeEngine) -> None:
    time = LoopTime()
    cid = engine.broadcast(VIDEO, answer=14.0, first_byte=14.0)
    watching = asyncio.ensure_future(sofa.begin(cid))
    await engine.until(lambda: len(engine.playbacks) == 1)
    time.advance(14.0)
    await engine.until(lambda: engine.playbacks[0].opened)
    assert not watching.done()
    time.advance(14.0)
    assert await watching


@pytest.mark.parametrize(
    "how",
    [{"answer": None}, {"first_byte": None}, {"answer": 20.0, "first_byte": 20.0}],
)
async def test_a_dead_id_is_given_up_after_half_a_minute_and_stopped(
    how: dict[str, float | None], sofa: Sofa, engine: FakeEngine
) -> None:
    time = LoopTime()
    cid = engine.broadcast(VIDEO, **how)
    watching = asyncio.ensure_future(sofa.begin(cid))
    await engine.until(lambda: len(engine.playbacks) == 1)
    await asyncio.sleep(0.1)
    time.advance(20.0)
    await asyncio.sleep(0.2)
    assert not watching.done()
    time.advance(10.0)
    with pytest.raises(SourceTimeoutError, match="30 s"):
        await watching
    await engine.until(lambda: not engine.running)
    answered = "answer" not in how or how["answer"] is not None
    assert engine.playbacks[0].stops == int(answered)


async def test_what_the_engine_refuses_is_said(sofa: Sofa, engine: FakeEngine) -> None:
    with pytest.raises(CannotConnectError, match="refuses: cannot load content"):
        await sofa.begin(UNKNOWN)
    assert sofa.engine.error is None


async def test_who_leaves_before_the_engine_has_answered_leaves_nothing_running(
    sofa: Sofa, engine: FakeEngine
) -> None:
    cid = engine.broadcast(VIDEO, answer=0.3)
    watching = asyncio.ensure_future(sofa.begin(cid))
    await engine.until(lambda: len(engine.playbacks) == 1)
    watching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watching
    assert engine.playbacks[0].stops == 1
    assert engine.running == []


async def test_who_leaves_a_dead_id_is_not_kept(sofa: Sofa, engine: FakeEngine) -> None:
    time = LoopTime()
    cid = engine.broadcast(VIDEO, answer=None)
    watching = asyncio.ensure_future(sofa.begin(cid))
    await engine.until(lambda: len(engine.playbacks) == 1)
    watching.cancel()
    await asyncio.sleep(0.1)
    time.advance(3.0)
    with pytest.raises(asyncio.CancelledError):
        await watching
    await engine.until(lambda: not engine.running)


async def test_who_leaves_while_waiting_for_a_turn_is_never_asked_for(
    sofa: Sofa, engine: FakeEngine
) -> None:
    sofa.engine = AceStreamEngine(
        fetcher=sofa._fetcher, url=engine.url, pacing=Pacing(spacing=60, patience=0.1)
    )
    cid = engine.broadcast(VIDEO)
    assert await sofa.begin(cid)
    watching = asyncio.ensure_future(sofa.begin(cid))
    await asyncio.sleep(0.05)
    watching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watching
    assert len(engine.playbacks) == 1


async def test_peers_and_speeds_are_told_while_it_plays(
    sofa: Sofa, engine: FakeEngine
) -> None:
    time = LoopTime()
    cid = engine.broadcast(VIDEO, rate=204_800)
    async with sofa.open(cid) as upstream:
        assert await upstream.read()
        time.advance(3.0)
        await engine.until(lambda: engine.playbacks[0].asked == 1)
        while not sofa.swarms:
            assert await upstream.read()
        told = Swarm(status="dl", peers=12, speed_down=204_800, speed_up=7 * 1024)
        assert sofa.swarms == [told]
        assert sofa.engine.swarm == told
    assert sofa.engine.swarm == Swarm()
    time.advance(60.0)
    await asyncio.sleep(0.05)
    assert engine.playbacks[0].asked == 1


async def test_a_zombie_is_ended_and_stopped(sofa: Sofa, engine: FakeEngine) -> None:
    time = LoopTime()
    cid = engine.broadcast(VIDEO)
    with pytest.raises(NoPeersError):
        async with sofa.open(cid) as upstream:
            assert await upstream.read()
            engine.of(cid).statistics = {"status": "dl", "peers": 0, "speed_down": 0}
            await poll(engine, time, times=6)
            while await upstream.read():
                pass
    assert engine.playbacks[0].stops == 1


@pytest.mark.parametrize(
    "statistics",
    [
        {"status": "dl", "peers": 0, "speed_down": 300},
        {"status": "dl", "peers": 1, "speed_down": 0},
        {"status": "prebuf", "peers": 0, "speed_down": 0},
    ],
)
async def test_what_only_looks_like_a_zombie_goes_on(
    statistics: dict[str, object], sofa: Sofa, engine: FakeEngine
) -> None:
    time = LoopTime()
    cid = engine.broadcast(VIDEO, statistics=statistics)
    async with sofa.open(cid) as upstream:
        await poll(engine, time, times=8)
        assert await upstream.read()
    assert engine.playbacks[0].stops == 1


async def test_an_answer_leads_nowhere_but_to_the_engine_itself(
    sofa: Sofa, engine: FakeEngine, provider: Provider
) -> None:
    cid = engine.broadcast(VIDEO)
    for name in (provider.url, "http://169.254.169.254", "file://", "http://engine:80"):
        engine.calls_itself = name
        assert await sofa.begin(cid)
    assert provider.requests == []
    assert [playback.stops for playback in engine.playbacks] == [1] * 4


async def test_a_redirect_to_another_host_is_refused(
    fetcher: Fetcher, programs: Programs, provider: Provider
) -> None:
    provider.misbehave("/ace/getstream", faults.redirect("http://192.0.2.1/x"))
    with pytest.raises(Exception, match="redirects to another host") as raised:
        await Sofa(fetcher, programs, provider.url).begin(UNKNOWN)
    assert "192.0.2.1" not in str(raised.value)


@pytest.mark.parametrize(
    "answer", [b"", b"{", b"[]", b'{"response": {}}', b"x" * 99_999]
)
async def test_an_answer_that_makes_no_sense_is_an_error(
    answer: bytes, fetcher: Fetcher, programs: Programs, provider: Provider
) -> None:
    provider.document("/ace/getstream", answer)
    sofa = Sofa(fetcher, programs, provider.url)
    with pytest.raises(Exception, match=r"refuses|larger than"):
        await sofa.begin(UNKNOWN)


async def test_an_error_status_is_no_engine_that_is_gone(
    fetcher: Fetcher, programs: Programs, provider: Provider
) -> None:
    with pytest.raises(CannotConnectError, match="answers 404"):
        await Sofa(fetcher, programs, provider.url).begin(UNKNOWN)


async def test_an_engine_that_is_gone_is_said_and_noticed_when_it_is_back(
    sofa: Sofa, engine: FakeEngine
) -> None:
    cid = engine.broadcast(VIDEO)
    looking = asyncio.ensure_future(sofa.engine.run())
    async with sofa.open(cid) as upstream:
        assert await upstream.read()
        await engine.kill()
        with pytest.raises(CannotConnectError):
            while await upstream.read():
                pass
    with pytest.raises(EngineNotFoundError, match=engine.url):
        await sofa.begin(cid)
    assert isinstance(sofa.engine.error, EngineNotFoundError)
    assert sofa.changes == 1
    await engine.restart()
    time = LoopTime()
    # One that is there is looked at once a minute.
    async with asyncio.timeout(30):
        while sofa.engine.error:
            time.advance(0.5)
            await asyncio.sleep(0.05)
    assert sofa.changes == 2
    assert await sofa.begin(cid)
    looking.cancel()
    await asyncio.wait([looking])


async def test_without_an_engine_it_is_said_what_is_missing(sofa: Sofa) -> None:
    sofa.engine = None  # type: ignore[assignment]
    with pytest.raises(NoEngineError):
        await sofa.begin(UNKNOWN)


async def test_what_is_no_id_is_refused(sofa: Sofa) -> None:
    with pytest.raises(UnsupportedStreamError):
        await sofa.begin("acestream://nonsense")


async def test_an_engine_is_told_from_anything_else(
    fetcher: Fetcher, engine: FakeEngine, provider: Provider
) -> None:
    assert await check_engine(fetcher, engine.url) == "3.2.11"
    assert await check_engine(fetcher, engine.url + "/") == "3.2.11"
    provider.document("/webui/api/service", b"<html>", "text/html")
    for url in (provider.url, "http://127.0.0.1:1", "nonsense", "file:///etc"):
        with pytest.raises(EngineNotFoundError):
            await check_engine(fetcher, url)


async def test_an_engine_that_hangs_is_not_there(
    fetcher: Fetcher, engine: FakeEngine
) -> None:
    engine.hangs = True
    time = LoopTime()
    checking = asyncio.ensure_future(check_engine(fetcher, engine.url))
    await asyncio.sleep(0.1)
    time.advance(5.0)
    with pytest.raises(EngineNotFoundError, match="stuck"):
        await checking


async def test_a_login_of_the_engine_is_used_and_never_shown(
    fetcher: Fetcher, programs: Programs, provider: Provider
) -> None:
    url = provider.url.replace("://", "://user:s3cr3t@")
    provider.document("/ace/getstream", b'{"error": "no"}')
    with pytest.raises(CannotConnectError) as raised:
        await Sofa(fetcher, programs, url).begin(UNKNOWN)
    assert provider.requests[0].headers["Authorization"].startswith("Basic ")
    assert "s3cr3t" not in str(raised.value)
    with pytest.raises(EngineNotFoundError) as gone:
        await check_engine(fetcher, "http://user:s3cr3t@127.0.0.1:1")
    assert "s3cr3t" not in str(gone.value)
