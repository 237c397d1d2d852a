"""AceStream, with the whole engine: who shares what, what is dead alone, what comes back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
import ssl

import pytest

from custom_components.telecast.engine.composition import open_engine
from custom_components.telecast.engine.engine import Engine
from custom_components.telecast.engine.errors import (
    NoDataError,
    NoEngineError,
    TelecastError,
)
from custom_components.telecast.engine.events import Event, SourceFailed
from custom_components.telecast.engine.model import Channel, Client
from custom_components.telecast.engine.settings import (
    AceStreamSettings,
    PlaylistSettings,
    Settings,
)
from custom_components.telecast.engine.streams.state import StreamState
from custom_components.telecast.engine.streams.viewing import Viewing
from tests.fakes.acestream import AceStreamEngine as FakeEngine
from tests.fakes.left_over import leaving_nothing
from tests.fakes.loop_time import LoopTime
from tests.fakes.provider import Provider
from tests.fakes.transport import Multiplex

VIDEO = b"".join(Multiplex().seconds(2, frames=5, size=20))
RATE = len(VIDEO) // 2


@pytest.fixture(autouse=True)
async def _nothing_is_left() -> AsyncIterator[None]:
    async with leaving_nothing():
        yield


@pytest.fixture(name="peers")
async def _peers(_nothing_is_left: None) -> AsyncIterator[FakeEngine]:
    async with FakeEngine() as running:
        yield running


@dataclass(kw_only=True)
class World:
    """An engine of ours, and what it tells."""

    engine: Engine
    events: list[Event]
    settings: AceStreamSettings
    changes: asyncio.Event

    @property
    def states(self) -> list[StreamState]:
        """How the streams of now fare."""
        return [running.stream.state for running in self.engine.streams.all]

    async def until_settled(self, source: str = "ace") -> None:
        """Wait until a source's channels are there."""
        async with asyncio.timeout(60):
            while not self.engine.sources.status(source).last_refresh:
                self.changes.clear()
                await self.changes.wait()

    async def channel(self, number: str = "1") -> Channel:
        return await self.engine.lineup.by_number(number)

    @asynccontextmanager
    async def watch(
        self, number: str = "1", client: str = "10.0.0.1"
    ) -> AsyncIterator[Viewing]:
        """Watch as a player does."""
        channel = await self.channel(number)
        who = Client(address=client, user_agent="test")
        async with self.engine.watch(channel, client=who, protocol="http") as viewing:
            yield viewing

    async def outcome(self, number: str = "1") -> bytes | TelecastError:
        """Tune in; answer the first block, or what went wrong."""
        try:
            async with self.watch(number) as viewing:
                return await anext(viewing)
        except TelecastError as err:
            return err


@asynccontextmanager
async def open_world(
    folder: Path, peers: FakeEngine, **how: object
) -> AsyncIterator[World]:
    """Run an engine with an AceStream source; streams end with their last viewers."""
    chosen = {"content_ids": "", "name": "Peers", **how}
    settings = AceStreamSettings(id="ace", engine_url=peers.url, **chosen)  # type: ignore[arg-type]
    async with open_engine(
        folder=folder,
        cache_folder=folder / "cache",
        settings=Settings(grace_period=0.0, hardware_acceleration="none"),
        ssl_context=ssl.create_default_context(),
    ) as engine:
        events: list[Event] = []
        changes = asyncio.Event()
        engine.events.subscribe(events.append)
        engine.events.subscribe(lambda _: changes.set())
        world = World(engine=engine, events=events, settings=settings, changes=changes)
        if settings.content_ids or settings.playlist_url:
            await engine.sources.add(settings)
            await world.until_settled()
        yield world


def ids(*named: str) -> str:
    """Write a list of ids; channels are called after their places."""
    return "".join(f"{cid} Channel {place}\n" for place, cid in enumerate(named, 1))


async def test_thirty_viewers_share_one_playback_and_have_thirty_numbers(
    tmp_path: Path, peers: FakeEngine
) -> None:
    cid = peers.broadcast(VIDEO, rate=RATE, first_byte=0.2)
    async with (
        open_world(tmp_path, peers, content_ids=ids(cid)) as world,
        AsyncExitStack() as sofa,
    ):
        viewers = [
            await sofa.enter_async_context(world.watch(client=f"10.0.0.{number}"))
            for number in range(30)
        ]
        blocks = await asyncio.gather(*map(anext, viewers))
        assert {block[0] for block in blocks} == {0x47}
        assert len(peers.playbacks) == 1
        assert len({session.pid for session in world.engine.sessions.active}) == 30
        assert world.engine.sources.status("ace").streams_in_use == 1
        await sofa.aclose()
        (playback,) = peers.playbacks
        await peers.until(lambda: playback.stops == 1)
        assert not peers.running


async def test_where_nothing_is_shared_each_viewer_has_a_playback(
    tmp_path: Path, peers: FakeEngine
) -> None:
    cid = peers.broadcast(VIDEO, rate=RATE)
    async with (
        open_world(tmp_path, peers, content_ids=ids(cid), share=False) as world,
        AsyncExitStack() as sofa,
    ):
        viewers = [
            await sofa.enter_async_context(world.watch(client=f"10.0.0.{number}"))
            for number in range(4)
        ]
        await asyncio.gather(*map(anext, viewers))
        pids = {str(session.pid) for session in world.engine.sessions.active}
        assert len(pids) == 4
        assert {playback.pid for playback in peers.running} == pids
        for viewer in viewers:
            assert await anext(viewer)
        assert len(peers.playbacks) == len(peers.running) == 4, "none was evicted"
        facts = world.engine.stream_facts()
        assert {str(one["pid"]) for one in facts} == pids
        assert [one["client_count"] for one in facts] == [1] * 4
        assert world.engine.statistics().streams == 4
        assert world.engine.stop_stream((await world.channel()).id)
        await peers.until(lambda: not peers.running)
    assert [playback.stops for playback in peers.playbacks] == [1] * 4


async def test_starts_are_spaced_and_a_dead_id_delays_none_of_the_live_ones(
    tmp_path: Path, peers: FakeEngine
) -> None:
    dead = peers.broadcast(VIDEO, answer=None)
    live = [peers.broadcast(VIDEO, rate=RATE, first_byte=3.0) for _ in range(5)]
    async with open_world(
        tmp_path, peers, content_ids=ids(dead, *live), max_streams=6
    ) as world:
        began = asyncio.get_running_loop().time()
        lost = asyncio.ensure_future(world.outcome("1"))
        await peers.until(lambda: len(peers.playbacks) == 1)
        found = await asyncio.gather(*(world.outcome(str(n)) for n in range(2, 7)))
        took = asyncio.get_running_loop().time() - began
        assert all(isinstance(block, bytes) for block in found)
        # Two seconds for the dead one, one between each two, three to the first byte;
        # that of the dead one would have been half a minute.
        assert took < 2 + 4 + 3 + 5
        starts = [playback.at for playback in peers.playbacks]
        assert starts == sorted(starts)
        assert all(later - sooner > 0.95 for sooner, later in pairwise(starts))
        assert not lost.done()
        LoopTime().advance(30.0)
        assert isinstance(await lost, NoDataError)


async def test_streams_are_back_soon_after_the_engine_is(
    tmp_path: Path, peers: FakeEngine
) -> None:
    some = [peers.broadcast(VIDEO, rate=RATE, first_byte=0.5) for _ in range(2)]
    async with (
        open_world(tmp_path, peers, content_ids=ids(*some)) as world,
        world.watch("1") as one,
        world.watch("2") as other,
    ):
        assert await anext(one)
        assert await anext(other)
        await peers.kill()
        async with asyncio.timeout(60):
            while world.engine.sources.status("ace").error != "engine_not_found":
                world.changes.clear()
                await world.changes.wait()
        status = world.engine.sources.status("ace")
        assert status.connected is False
        assert status.message and peers.url in status.message
        assert [type(one) for one in world.events].count(SourceFailed) == 1
        # Long enough for pauses to grow, and for a breaker to open.
        time = LoopTime()
        for _ in range(60):
            time.advance(0.4)
            await asyncio.sleep(0.02)
        await peers.restart()
        async with asyncio.timeout(60):
            while world.states != [StreamState.ACTIVE] * 2:
                world.changes.clear()
                await world.changes.wait()
        assert [playback.reading for playback in peers.running] == [True] * 2
        assert await anext(one)
        assert await anext(other)
        assert world.engine.sources.status("ace").connected is True


async def test_a_zombie_is_restarted_while_its_viewers_stay(
    tmp_path: Path, peers: FakeEngine
) -> None:
    cid = peers.broadcast(VIDEO, rate=RATE)
    async with (
        open_world(tmp_path, peers, content_ids=ids(cid)) as world,
        world.watch() as viewing,
    ):
        assert await anext(viewing)
        peers.of(cid).statistics = {"status": "dl", "peers": 0, "speed_down": 0}
        time = LoopTime()
        async with asyncio.timeout(30):
            while len(peers.playbacks) < 2:
                time.advance(0.1)
                await anext(viewing)
        peers.of(cid).statistics = {}
        assert peers.playbacks[0].stops == 1
        await peers.until(lambda: peers.playbacks[1].reading)
        assert await anext(viewing)


async def test_peers_and_speeds_show_in_the_source_and_in_the_stream(
    tmp_path: Path, peers: FakeEngine
) -> None:
    cid = peers.broadcast(VIDEO, rate=RATE)
    async with open_world(tmp_path, peers, content_ids=ids(cid)) as world:
        async with world.watch() as viewing:
            assert await anext(viewing)
            (facts,) = world.engine.stream_facts()
            assert "swarm" not in facts
            LoopTime().advance(3.0)
            await peers.until(lambda: peers.playbacks[0].asked == 1)
            while "swarm" not in facts:
                await anext(viewing)
                (facts,) = world.engine.stream_facts()
            speed = RATE // 1024 * 1024
            assert facts["swarm"] == {
                "status": "dl",
                "peers": 12,
                "speed_down": speed,
                "speed_up": 7 * 1024,
            }
            swarm = world.engine.sources.status("ace").swarm
            assert swarm and (swarm.peers, swarm.speed_down) == (12, speed)
        await peers.until(lambda: not peers.running)
        swarm = world.engine.sources.status("ace").swarm
        assert swarm and (swarm.peers, swarm.speed_down) == (0, 0)


async def test_all_kinds_of_links_come_in_and_play(
    tmp_path: Path, peers: FakeEngine
) -> None:
    one, two, three, four = (peers.broadcast(VIDEO, rate=RATE) for _ in range(4))
    infohash = peers.of(four).infohash
    async with Provider({"plain": VIDEO}, rate=RATE) as provider:
        provider.playlist(
            f"#EXTM3U\n#EXTINF:-1,Own\nacestream://{two.upper()}\n"
            f"#EXTINF:-1,Link\nhttp://10.9.9.9:6878/ace/getstream?id={three}&pid=1\n"
            f"#EXTINF:-1,Hash\nhttp://127.0.0.1:6878/ace/manifest.m3u8?infohash={infohash}\n"
            f"#EXTINF:-1,Plain\n{provider.stream_url('plain')}\n"
            "#EXTINF:-1,File\nacestream:?url=http://127.0.0.1/x.acelive\n"
        )
        async with open_world(
            tmp_path,
            peers,
            content_ids=f"{one} Typed",
            playlist_url=provider.playlist_url,
            max_streams=0,
        ) as world:
            status = world.engine.sources.status("ace")
            names = [one.name for one in await world.engine.lineup.channels()]
            assert names == ["Typed", "Own", "Link", "Hash", "Plain"]
            assert status.skipped == {"address_malformed": 1}
            found = await asyncio.gather(*(world.outcome(str(n)) for n in range(1, 6)))
            assert all(isinstance(block, bytes) for block in found)
            played = {playback.broadcast.id for playback in peers.playbacks}
            assert played == {one, two, three, four}


async def test_an_id_in_a_playlist_plays_by_the_engine_that_there_is(
    tmp_path: Path, peers: FakeEngine
) -> None:
    cid, other = peers.broadcast(VIDEO, rate=RATE), peers.broadcast(VIDEO, rate=RATE)
    async with (
        Provider() as provider,
        open_world(tmp_path, peers) as world,
    ):
        provider.playlist(f"#EXTM3U\n#EXTINF:-1,In a playlist\nacestream://{cid}\n")
        plain = PlaylistSettings(id="list", name="List", url=provider.playlist_url)
        await world.engine.sources.add(plain)
        await world.until_settled("list")
        error = await world.outcome("1")
        assert isinstance(error, NoEngineError)
        assert error.code == "no_acestream_engine"
        await world.engine.sources.add(replace(world.settings, content_ids=ids(other)))
        await world.until_settled()
        async with world.watch("1") as viewing:
            assert await anext(viewing)
            assert world.engine.sources.status("ace").streams_in_use == 1
            assert world.engine.sources.status("list").streams_in_use == 0
            assert peers.playbacks[0].broadcast.id == cid
            await world.engine.sources.remove("ace")
            with pytest.raises(StopAsyncIteration):
                while True:
                    await anext(viewing)
        await peers.until(lambda: peers.playbacks[0].stops == 1)
        assert not peers.running


async def test_other_ids_take_the_place_of_those_before(
    tmp_path: Path, peers: FakeEngine
) -> None:
    some = [peers.broadcast(VIDEO, rate=RATE) for _ in range(12)]
    async with open_world(tmp_path, peers, content_ids=ids(*some)) as world:
        assert world.engine.sources.status("ace").channels == 12
        await world.engine.sources.update(
            replace(world.settings, content_ids=f"{some[0]} Renamed", share=False)
        )
        async with asyncio.timeout(60):
            while world.engine.sources.status("ace").channels != 1:
                world.changes.clear()
                await world.changes.wait()
        assert (await world.channel()).name == "Renamed"
        assert world.engine.sources.is_private("ace")


async def test_another_address_of_the_engine_is_used_without_reading_anything(
    tmp_path: Path, peers: FakeEngine
) -> None:
    cid = peers.broadcast(VIDEO, rate=RATE)
    async with open_world(tmp_path, peers, content_ids=ids(cid)) as world:
        before = world.engine.sources.status("ace").last_refresh
        wrong = replace(world.settings, engine_url="http://127.0.0.1:1")
        await world.engine.sources.update(wrong)
        async with asyncio.timeout(60):
            while world.engine.sources.status("ace").connected:
                world.changes.clear()
                await world.changes.wait()
        assert isinstance(await world.outcome(), TelecastError)
        await world.engine.sources.update(world.settings)
        async with asyncio.timeout(60):
            while not world.engine.sources.status("ace").connected:
                world.changes.clear()
                await world.changes.wait()
        assert isinstance(await world.outcome(), bytes)
        assert world.engine.sources.status("ace").last_refresh == before
