"""Viewers of HLS come with a request, live by further ones, and leave in silence."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from custom_components.telecast.engine.errors import (
    AccountBusyError,
    NoDataError,
    StorageFullError,
    StreamClosedError,
    UnknownRenditionError,
)
from custom_components.telecast.engine.events import SessionEnded, SessionStarted
from custom_components.telecast.engine.hls.viewers import (
    BANNED_SECONDS,
    SILENCE_SECONDS,
    Guest,
)
from custom_components.telecast.engine.model import Account, Client
from tests.engine.storage import until
from tests.fakes.broadcast import Station
from tests.fakes.lineup import channel
from tests.fakes.loop_time import LoopTime, turns_until

from .world import World, open_world

COPIED = "high h264 aac"
ENCODED = "low mpeg2 mp2"


def guest(
    address: str = "192.0.2.1", *, number: int = 1, account: Account | None = None
) -> Guest:
    """Make somebody who wants to watch a channel."""
    return Guest(
        channel=channel(number),
        client=Client(address=address),
        protocol="xtream" if account else "hls",
        account=account,
    )


async def ask(world: World, key: str = "one", who: Guest | None = None) -> str:
    """Ask for a master playlist, and one segment."""
    async with world.hls.viewers.visit(key, who or guest()) as visit:
        text = await visit.master()
        visit.segment("720p", 0)
    return text


def ended(world: World) -> list[str]:
    """Why sessions have ended, in that order."""
    return [one.reason for one in world.events if isinstance(one, SessionEnded)]


async def test_a_session_begins_with_the_first_picture_and_counts_what_is_sent(
    tmp_path: Path,
) -> None:
    station = Station(COPIED)
    async with open_world(tmp_path, station) as world:
        station.send(3)
        async with world.hls.viewers.visit("one", guest()) as visit:
            await visit.master()
            (session,) = world.sessions.active
            assert session.state == "buffering"
            size = visit.segment("720p", 0).stat().st_size
            assert session.meter.total == size
        assert await ask(world)
        assert world.sessions.active == [session]
        assert session.state == "streaming"
        assert session.meter.total == 2 * size
        started = [one for one in world.events if isinstance(one, SessionStarted)]
        assert [one.session["protocol"] for one in started] == ["hls"]


async def test_who_is_silent_has_left_and_the_last_one_ends_it_all(
    tmp_path: Path,
) -> None:
    station, time = Station(ENCODED), LoopTime()
    async with open_world(tmp_path, station) as world:
        station.send(5)
        for key in ("one", "two"):
            async with world.hls.viewers.visit(key, guest(key)) as visit:
                await visit.playlist("480p", number=0)
                visit.segment("480p", 0)
        time.advance(SILENCE_SECONDS - 3)
        async with world.hls.viewers.visit("one", guest("one")):
            pass
        time.advance(4)
        await until(lambda: len(world.sessions.active) == 1)
        await until(lambda: len(world.encoders.runs) == 1)
        time.advance(SILENCE_SECONDS)
        await until(lambda: not world.hls.packagers.all)
        assert world.sessions.active == []
        assert world.encoders.runs == ()
        assert station.stream.readers == 0
        assert ended(world) == ["left", "left"]
        await world.storage.sweep()
        assert list(world.storage.folder.iterdir()) == []


async def test_who_is_told_of_long_segments_may_be_silent_for_longer(
    tmp_path: Path,
) -> None:
    station, time = Station("rare h264 aac"), LoopTime(stopped=True)
    async with open_world(tmp_path, station) as world:
        station.send(9)
        async with world.hls.viewers.visit("one", guest()) as visit:
            await visit.playlist("480p", number=0)
            visit.segment("480p", 0)
        time.advance(SILENCE_SECONDS + 1)
        for _ in range(100):  # more turns than it takes to leave
            await asyncio.sleep(0)
        assert len(world.sessions.active) == 1
        time.advance(1)
        await turns_until(lambda: not world.sessions.active)


async def test_who_zaps_soon_needs_the_old_channel_no_more(tmp_path: Path) -> None:
    station, other = Station("rare h264 aac"), Station(COPIED)
    time = LoopTime(stopped=True)
    async with open_world(tmp_path, station, other) as world:
        station.send(9)
        async with world.hls.viewers.visit("one", guest()) as visit:
            await visit.playlist("480p", number=0)
        time.advance(4)
        (needed,) = world.needed
        neighbour = guest("192.0.2.2", number=2)
        async with world.hls.viewers.visit("two", neighbour):
            assert needed(), "it asks seldom"
        async with world.hls.viewers.visit("three", guest(number=2)):
            assert not needed()
        async with world.hls.viewers.visit("one", guest()) as visit:
            await visit.playlist("480p", number=0)
        time.advance(4)
        assert needed(), "it is a player of its own that goes on"


async def test_a_request_that_waits_is_no_silence(tmp_path: Path) -> None:
    station, time = Station(COPIED), LoopTime()
    async with open_world(tmp_path, station) as world:
        asking = asyncio.create_task(ask(world))
        await until(lambda: station.stream.readers)
        for _ in range(3):
            time.advance(SILENCE_SECONDS)
            await asyncio.sleep(0)
        assert len(world.sessions.active) == 1
        station.send(3)
        assert await asking


async def test_who_hangs_up_while_waiting_falls_silent(tmp_path: Path) -> None:
    station, time = Station(COPIED), LoopTime()
    async with open_world(tmp_path, station) as world:
        asking = asyncio.create_task(ask(world))
        await until(lambda: station.stream.readers)
        asking.cancel()
        await asyncio.wait({asking})
        time.advance(SILENCE_SECONDS + 1)
        await until(lambda: not world.sessions.active)
        await until(lambda: not station.stream.readers)


async def test_twenty_viewers_share_one_packager(tmp_path: Path) -> None:
    station = Station(ENCODED)
    async with open_world(tmp_path, station) as world, AsyncExitStack() as stack:
        station.send(5)
        visits = [
            await stack.enter_async_context(
                world.hls.viewers.visit(key, guest(f"192.0.2.{key}"))
            )
            for key in range(20)
        ]
        playlists = await asyncio.gather(
            *(visit.playlist("480p", number=0) for visit in visits)
        )
        assert len(set(playlists)) == 1
        assert len(world.hls.packagers.all) == 1
        assert len(world.sessions.active) == 20
        assert len(world.encoders.runs) == 1
        assert station.opened == 1
        assert station.stream.readers == 2, "one that cuts, one that encodes"


async def test_a_segment_is_for_who_watches(tmp_path: Path) -> None:
    station = Station(COPIED)
    async with open_world(tmp_path, station) as world:
        with pytest.raises(UnknownRenditionError):
            async with world.hls.viewers.visit("one", guest(), known=True):
                pass
        assert world.sessions.active == []
        station.send(3)
        await ask(world)
        async with world.hls.viewers.visit("one", guest(), known=True) as visit:
            visit.segment("720p", 0)


async def test_who_was_sent_away_stays_out_for_a_while(tmp_path: Path) -> None:
    station, time = Station(COPIED), LoopTime()
    async with open_world(tmp_path, station) as world:
        station.send(3)
        await ask(world)
        (session,) = world.sessions.active
        assert world.sessions.end(session.id, "closed")
        for _ in range(3):
            with pytest.raises(StreamClosedError, match="sent away"):
                await ask(world)
            await until(lambda: not world.hls.packagers.all)
        time.advance(BANNED_SECONDS - 1)
        with pytest.raises(StreamClosedError, match="sent away"):
            await ask(world)
        assert await ask(world, "another")
        time.advance(2)
        assert await ask(world)
        assert ended(world) == ["closed"]


async def test_a_request_under_way_is_not_cut_off_by_that(tmp_path: Path) -> None:
    station = Station(COPIED)
    async with open_world(tmp_path, station) as world:
        asking = asyncio.create_task(ask(world))
        await until(lambda: world.sessions.active)
        (session,) = world.sessions.active
        world.sessions.end(session.id, "closed")
        with pytest.raises(StreamClosedError):
            await asking
        assert ended(world) == [], "it has never begun"


async def test_an_account_watches_as_much_as_it_may(tmp_path: Path) -> None:
    station, other = Station(COPIED), Station(COPIED)
    anna = Account(id="1", username="anna", password="secret", max_connections=1)
    async with open_world(tmp_path, station, other) as world:
        station.send(3)
        other.send(3)
        await ask(world, "one", guest(account=anna))
        with pytest.raises(AccountBusyError):
            await ask(world, "two", guest("192.0.2.2", number=2, account=anna))
        assert len(world.sessions.active) == 1
        # She zaps: the same player gives up the old channel.
        await ask(world, "three", guest(number=2, account=anna))
        assert ended(world) == ["replaced"]
        with pytest.raises(StreamClosedError):
            await ask(world, "one", guest(account=anna))


async def test_a_full_disk_sends_viewers_away_by_its_name(tmp_path: Path) -> None:
    station = Station(COPIED)
    async with open_world(tmp_path, station) as world:
        station.send(3)
        await ask(world)
        world.storage.cap = world.storage.used
        station.send(4)
        await until(lambda: not world.sessions.active)
        assert ended(world) == ["storage_full"]
        world.storage.cap = 0
        with pytest.raises(StorageFullError):
            await ask(world)
        await until(lambda: not world.sessions.active)
        world.storage.cap = 1 << 30
        assert await ask(world, key="another"), "a new player need not wait"


async def test_the_end_of_a_stream_is_that_of_its_viewers(tmp_path: Path) -> None:
    station = Station(COPIED)
    async with open_world(tmp_path, station) as world:
        station.send(3)
        await ask(world)
        station.end()
        await until(lambda: not world.sessions.active)
        assert ended(world) == ["stream_closed"]


async def test_what_is_wrong_with_a_channel_is_told(tmp_path: Path) -> None:
    station = Station(COPIED)
    async with open_world(tmp_path, station) as world:
        asking = [asyncio.create_task(ask(world, key)) for key in ("one", "two")]
        await until(lambda: station.stream.readers)
        station.end(NoDataError("nothing there"))
        for one in asking:
            with pytest.raises(NoDataError, match="nothing there"):
                await one
        await until(lambda: not world.sessions.active)
        assert ended(world) == [], "they have never begun"


async def test_once_closed_nobody_is_let_in(tmp_path: Path) -> None:
    station = Station(COPIED)
    async with open_world(tmp_path, station) as world:
        station.send(3)
        await ask(world)
        world.hls.viewers.close()
        for key in ("one", "two"):
            with pytest.raises(StreamClosedError, match="stopping"):
                await ask(world, key)
