"""Recordings are watched by one viewer each, losslessly, in slots of their source."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from custom_components.telecast.engine.errors import (
    NoDataError,
    SourceBusyError,
    StreamClosedError,
    TuneFailedError,
    UnknownRecordingError,
    UnsatisfiableRangeError,
)
from custom_components.telecast.engine.model import Channel
from custom_components.telecast.formats.byte_ranges import Span
from tests.fakes import film_server
from tests.fakes.film_server import FilmServer
from tests.fakes.left_over import leaving_nothing
from tests.fakes.provider import Provider

from .world import ANNA, BEN, START, World, drained, open_world, packets

HOUR = packets(10_000)


@pytest.fixture(name="server", autouse=True)
async def _server() -> AsyncIterator[FilmServer]:
    async with leaving_nothing(), FilmServer(HOUR) as server:
        server.content_type = "video/mp2t"
        yield server


@pytest.fixture(name="world")
async def _world(server: FilmServer, tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path) as world:
        yield world


async def archived(world: World, url: str) -> Channel:
    return await world.channel(f'catchup="default" catchup-source="{url}?t={{utc}}"')


class Viewer:
    """Somebody who has paused at the first block of a recording, until cut off."""

    def __init__(self, tasks: asyncio.TaskGroup, world: World) -> None:
        self._tasks = tasks
        self._world = world
        self._begun = asyncio.Event()
        self.done: asyncio.Task[None] | None = None

    async def watch(self, channel: Channel, **how: Any) -> None:
        """Begin to watch."""
        self.done = self._tasks.create_task(self._watch(channel, **how))
        await self._begun.wait()

    async def _watch(self, channel: Channel, **how: Any) -> None:
        def cut_off() -> None:
            assert self.done
            self.done.cancel()

        async with self._world.watch(channel, cut_off=cut_off, **how) as recording:
            recording.sent(len(await recording.read()))
            self._begun.set()
            await asyncio.get_running_loop().create_future()


async def test_a_recording_comes_whole_and_its_session_names_it(
    world: World, server: FilmServer
) -> None:
    channel = await archived(world, server.url)
    async with world.watch(channel) as recording:
        assert world.slots.in_use == 1
        assert await drained(recording) == HOUR
        (session,) = world.sessions.active
        assert world.archive.source_of(session.channel.id) == "one"
        assert world.archive.source_of(channel.id) is None
        facts = session.as_dict()
    assert (facts["channel"], facts["number"]) == ("One", "1")
    assert facts["metadata"] == {
        "kind": "timeshift",
        "start": "2026-11-27T09:00:00+00:00",
    }
    assert (facts["protocol"], facts["state"]) == ("xtream", "streaming")
    assert facts["bytes"] == len(HOUR)
    assert world.slots.in_use == 0
    assert world.sessions.active == []
    await server.until(lambda: server.streams.now == 0)


async def test_a_part_is_had_where_the_archive_has_ranges(
    world: World, server: FilmServer
) -> None:
    channel = await archived(world, server.url)
    wanted = Span(first=1880, last=3759)
    async with world.watch(channel, wanted=wanted) as recording:
        assert recording.part is not None
        assert recording.part.header == f"bytes 1880-3759/{len(HOUR)}"
        assert recording.length == 1880
        assert await drained(recording) == HOUR[1880:3760]
    with pytest.raises(UnsatisfiableRangeError):
        async with world.watch(channel, wanted=Span(first=len(HOUR))):
            pass


async def test_a_recording_without_a_size_comes_to_its_end(
    world: World, server: FilmServer
) -> None:
    server.tells_size = server.ranges = False
    channel = await archived(world, server.url)
    async with world.watch(channel, wanted=Span(first=0)) as recording:
        assert (recording.part, recording.length) == (None, None)
        assert await drained(recording) == HOUR


async def test_a_recording_that_breaks_off_is_taken_up_again(
    world: World, server: FilmServer
) -> None:
    server.faults.append(film_server.cut(after=400_000))
    channel = await archived(world, server.url)
    async with world.watch(channel) as recording:
        assert await drained(recording) == HOUR
    assert "Range" in server.asked[1]


async def test_a_playlist_of_the_past_is_played_from_its_beginning(
    world: World,
) -> None:
    at = int(START.timestamp())
    first, second = packets(100), packets(200)[100 * 188 :]
    async with Provider() as provider:
        listed = (
            "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-PLAYLIST-TYPE:VOD\n"
            "#EXTINF:2,\n1.ts\n#EXTINF:2,\n2.ts\n#EXT-X-ENDLIST\n"
        )
        provider.document(f"/325/index-{at}-3600.m3u8", listed.encode())
        provider.document("/325/1.ts", first, "video/mp2t")
        provider.document("/325/2.ts", second, "video/mp2t")
        channel = await world.channel(
            'catchup="flussonic"', f"{provider.url}/325/index.m3u8"
        )
        async with world.watch(channel, wanted=Span(first=0)) as recording:
            assert (recording.part, recording.length) == (None, None)
            assert world.slots.in_use == 1
            assert await drained(recording) == first + second
        assert world.slots.in_use == 0


async def test_the_next_address_is_tried_where_one_does_not_deliver(
    world: World,
) -> None:
    at = int(START.timestamp())
    async with Provider() as provider:
        provider.document(f"/151/timeshift_abs-{at}.ts", HOUR, "video/mp2t")
        channel = await world.channel(
            'catchup="flussonic"', f"{provider.url}/151/mpegts"
        )
        async with world.watch(channel) as recording:
            assert await drained(recording) == HOUR
        assert [seen.path for seen in provider.requests] == [
            f"/151/archive-{at}-3600.ts",
            f"/151/timeshift_abs-{at}.ts",
        ]


async def test_what_is_wrong_with_an_archive_is_said_as_of_a_channel(
    world: World, server: FilmServer
) -> None:
    channel = await archived(world, server.url)
    server.faults.append(film_server.status(404))
    with pytest.raises(TuneFailedError, match="404"):
        async with world.watch(channel):
            pass
    server.faults.append(film_server.instead("<!DOCTYPE html><p>No such time</p>"))
    with pytest.raises(NoDataError):
        async with world.watch(channel):
            pass
    assert world.slots.in_use == 0
    assert world.sessions.active == []


async def test_a_time_that_no_archive_holds_opens_nothing(
    world: World, server: FilmServer
) -> None:
    channel = await archived(world, server.url)
    with pytest.raises(UnknownRecordingError):
        async with world.watch(channel, start=START - timedelta(days=30)):
            pass
    assert server.asked == []
    assert world.sessions.known == []


async def test_a_recording_is_read_no_faster_than_it_is_taken(
    world: World, server: FilmServer
) -> None:
    server.data = packets(200_000)
    channel = await archived(world, server.url)
    async with world.watch(channel) as recording:
        taken = len(await recording.read())
        # All that fits between the two: sockets, and one buffer of ours.
        await server.until(lambda: server.streams.now == 1)
        for _ in range(1000):
            await asyncio.sleep(0)
        assert taken < 1_000_000
        assert server.sent < len(server.data) // 2
        rest = await drained(recording)
        assert taken + len(rest) == len(server.data)


async def test_a_viewer_who_goes_elsewhere_gives_up_what_it_watched_first(
    world: World, server: FilmServer
) -> None:
    server.faults += [film_server.stopping(after=188_000)] * 2
    channel = await archived(world, server.url)
    async with asyncio.TaskGroup() as tasks:
        first, second = Viewer(tasks, world), Viewer(tasks, world)
        await first.watch(channel)
        later = START + timedelta(hours=1)
        await second.watch(channel, start=later)
        assert first.done and first.done.cancelled()
        assert server.streams.peak == 1
        (session,) = world.sessions.active
        assert session.metadata["start"] == later.isoformat()
        async with world.watch(channel) as recording:
            assert second.done and second.done.cancelled()
            assert await drained(recording) == HOUR
    assert server.streams.peak == 1


async def test_the_live_channel_and_its_archive_are_two_things_to_watch(
    world: World, server: FilmServer
) -> None:
    channel = await archived(world, server.url)
    live = world.sessions.open(
        channel, ANNA, protocol="xtream", account=None, hang_up=lambda: None
    )
    with live as session:
        async with world.watch(channel):
            assert len(world.sessions.active) == 2
        assert world.sessions.active == [session]
        assert session.metadata == {}


async def test_each_viewer_takes_a_slot_and_who_finds_none_is_told_who_has_it(
    world: World, server: FilmServer
) -> None:
    server.faults.append(film_server.stopping(after=188_000))
    channel = await archived(world, server.url)
    async with asyncio.TaskGroup() as tasks:
        anna = Viewer(tasks, world)
        await anna.watch(channel)
        with pytest.raises(
            SourceBusyError, match=r"archive of channel 1 \(192.0.2.10\)"
        ):
            async with world.watch(channel, client=BEN):
                pass
        assert anna.done
        anna.done.cancel()
    assert server.streams.peak == 1


async def test_two_viewers_are_two_upstreams_and_two_slots(
    server: FilmServer, tmp_path: Path
) -> None:
    server.data = packets(100_000)
    async with open_world(tmp_path, slots=2) as world:
        channel = await archived(world, server.url)
        async with (
            world.watch(channel) as first,
            world.watch(channel, client=BEN) as second,
        ):
            assert (world.slots.in_use, server.streams.now) == (2, 2)
            assert await drained(first) == await drained(second) == server.data


async def test_who_has_paused_gives_way(world: World, server: FilmServer) -> None:
    server.faults.append(film_server.stopping(after=188_000))
    channel = await archived(world, server.url)
    async with asyncio.TaskGroup() as tasks:
        anna = Viewer(tasks, world)
        await anna.watch(channel)
        (session,) = world.sessions.active
        world.sessions.pause(session)
        async with world.watch(channel, client=BEN) as recording:
            assert anna.done and anna.done.cancelled()
            assert await drained(recording) == HOUR
    assert server.streams.peak == 1


async def test_recordings_of_a_source_that_is_removed_end(
    world: World, server: FilmServer
) -> None:
    server.faults.append(film_server.stopping(after=188_000))
    channel = await archived(world, server.url)
    async with asyncio.TaskGroup() as tasks:
        viewer = Viewer(tasks, world)
        await viewer.watch(channel)
        world.archive.stop_source("another")
        assert world.sessions.active
        world.archive.stop_source("one")
        assert world.sessions.active == []
    assert world.slots.in_use == 0


async def test_closing_ends_all_and_begins_no_more(
    world: World, server: FilmServer
) -> None:
    server.faults.append(film_server.stopping(after=188_000))
    channel = await archived(world, server.url)
    async with asyncio.TaskGroup() as tasks:
        viewer = Viewer(tasks, world)
        await viewer.watch(channel)
        world.archive.close()
        await world.archive.wait_closed()
        assert world.slots.in_use == 0
        with pytest.raises(StreamClosedError):
            async with world.watch(channel):
                pass
    assert viewer.done and viewer.done.cancelled()
