"""Transcoded streams: one FFmpeg for all who watch, and viewers who never notice its death."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
import json
import os
from pathlib import Path
import signal
import subprocess
from typing import Any

import pytest

from custom_components.telecast.engine.encoders.encoders import Encoders
from custom_components.telecast.engine.errors import (
    EncodersBusyError,
    EncodingFailedError,
    NoDataError,
    StreamClosedError,
)
from custom_components.telecast.engine.model import Channel
from custom_components.telecast.engine.processes.process import Programs
from custom_components.telecast.engine.streams.reader import Reader
from custom_components.telecast.engine.streams.stream import Stream
from custom_components.telecast.engine.transcoding.profiles import ProfileStreams
from custom_components.telecast.engine.transcoding.transcoder import Transcoder
from custom_components.telecast.formats.ffmpeg import Profile, profile
from custom_components.telecast.formats.mpegts import (
    CLOCK,
    WRAP,
    Scanner,
    dts_of,
    starts_anew,
    unwrap,
)
from tests.engine.storage import until
from tests.fakes.broadcast import Station
from tests.fakes.left_over import leaving_nothing
from tests.fakes.lineup import channel
from tests.fakes.loop_time import LoopTime
from tests.fakes.program import Plan, Program
from tests.fakes.readers import Tired
from tests.fakes.software import software

TELEVISION = "low h264 aac"
DVB = "low mpeg2 mp2"


def named(name: str) -> Profile:
    """Answer a profile."""
    found = profile(name)
    assert found
    return found


SMALL = named("internet240")


@pytest.fixture(autouse=True)
async def _nothing_is_left() -> AsyncIterator[None]:
    async with leaving_nothing():
        yield


class World:
    """Stations by channel id, and their transcoded streams."""

    profiles: ProfileStreams
    encoders: Encoders

    def __init__(self, *stations: Station) -> None:
        self.stations = dict(enumerate(stations, 1))
        self.needed: list[Callable[[], bool]] = []
        self.read: Callable[[Stream], Reader] | None = None
        """Makes the reader that comes next, if that is no usual one."""

    @asynccontextmanager
    async def watch(
        self, channel: Channel, *, needed: Callable[[], bool]
    ) -> AsyncIterator[Reader]:
        """Attach to a station as the stream manager does."""
        self.needed.append(needed)
        special, self.read = self.read, None
        stream = self.stations[channel.id].stream
        with stream.reader() as reader:
            yield special(stream) if special else reader

    def pid(self) -> int:
        """Answer the process id of the one FFmpeg that runs."""
        (run,) = self.encoders.runs
        return run.ffmpeg.pid


@asynccontextmanager
async def opened(
    *stations: Station,
    limit: int = 0,
    ffmpeg: str = "ffmpeg",
    grace_period: float = 60,
) -> AsyncIterator[World]:
    """Offer the stations, which are channels 1, 2 and so on, in every profile."""
    world = World(*stations)
    programs = Programs(binary=ffmpeg, owner="test", term_seconds=1)
    async with asyncio.TaskGroup() as tasks:
        world.encoders = software(tasks=tasks, programs=programs, limit=limit)
        for station in stations:
            tasks.create_task(station.stream.run())
        world.profiles = ProfileStreams(
            tasks=tasks,
            watch=world.watch,
            transcoder=lambda channel: Transcoder(
                channel=channel, programs=programs, encoders=world.encoders
            ),
            grace_period=grace_period,
        )
        yield world
        world.profiles.close()
        for station in stations:
            station.stream.stop()


class Viewer:
    """Watches a stream, and follows its time."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.data = bytearray()
        self.seconds = 0.0
        """When the latest picture is decoded."""
        self.flags = 0
        """How often it was told of a break."""
        self._scanner = Scanner()
        self._last: int | None = None

    async def until(self, seconds: float) -> None:
        """Watch until a picture; without a flag, time must go on without a gap."""
        while self.seconds < seconds - 0.05:
            await self.read()

    async def read(self) -> None:
        """Take a block."""
        block = await anext(self.reader)
        if starts_anew(block) and self.data:
            self.flags += 1
            self._last = None
        self.data += block
        for frame in self._scanner.frames(block):
            if (raw := dts_of(frame.packet)) is None:
                continue
            dts = raw if self._last is None else unwrap(self._last, raw)
            if self._last is not None:
                assert 0 < dts - self._last < CLOCK / 5
            self._last, self.seconds = dts, dts / CLOCK

    def probe(self) -> dict[str, dict[str, Any]]:
        """Answer what ffprobe finds: kind → stream."""
        command = ("ffprobe", "-v", "error", "-show_streams", "-of", "json", "-")
        done = subprocess.run(command, input=self.data, capture_output=True, check=True)
        return {one["codec_type"]: one for one in json.loads(done.stdout)["streams"]}


@asynccontextmanager
async def viewing(
    world: World, profile: Profile = SMALL, number: int = 1
) -> AsyncIterator[Viewer]:
    """Watch a channel in a profile."""
    async with world.profiles.watch(channel(number), profile) as reader:
        yield Viewer(reader)


@pytest.mark.parametrize(
    ("name", "wanted", "video", "audio"),
    [
        (TELEVISION, "internet240", ("h264", 160, 90), ("aac", 2)),
        (DVB, "internet480", ("h264", 160, 90), ("aac", 2)),
        (DVB, "aac", ("mpeg2video", 160, 90), ("aac", 2)),
        (DVB, "ac3", ("mpeg2video", 160, 90), ("ac3", 2)),
    ],
)
async def test_a_profile_is_what_its_name_says(
    name: str, wanted: str, video: tuple[str, int, int], audio: tuple[str, int]
) -> None:
    station = Station(name)
    async with opened(station) as world, viewing(world, named(wanted)) as viewer:
        station.send(6)
        await viewer.until(14)
        found = viewer.probe()
        picture, sound = found["video"], found["audio"]
        assert (picture["codec_name"], picture["width"], picture["height"]) == video
        assert (sound["codec_name"], sound["channels"]) == audio
        assert viewer.flags == 0
        encodes = wanted.startswith("internet")
        assert world.encoders.runs[0].encoder == ("none" if encodes else "copy")
        assert world.encoders.runs[0].what == wanted


async def test_ten_viewers_of_a_profile_share_one_ffmpeg() -> None:
    station = Station(TELEVISION)
    async with opened(station) as world, AsyncExitStack() as stack:
        station.send(4)
        viewers = [await stack.enter_async_context(viewing(world)) for _ in range(10)]
        await asyncio.gather(*(viewer.until(12) for viewer in viewers))
        assert len(world.encoders.runs) == 1
        assert station.stream.readers == 1
        assert world.profiles.streams.keys() == {(1, "internet240")}


async def test_other_profiles_have_their_own_ffmpeg_and_the_same_upstream() -> None:
    station = Station(TELEVISION)
    async with (
        opened(station) as world,
        viewing(world) as one,
        viewing(world, named("aac")) as other,
    ):
        station.send(4)
        await asyncio.gather(one.until(12), other.until(12))
        assert len(world.encoders.runs) == 2
        assert station.opened == 1


async def test_radio_is_transcoded_without_a_picture() -> None:
    station = Station("mp2")
    async with opened(station) as world, viewing(world) as viewer:
        station.send(6)
        while len(viewer.data) < 30_000:
            await viewer.read()
        found = viewer.probe()
        assert found.keys() == {"audio"}
        assert found["audio"]["codec_name"] == "aac"


async def test_ten_kills_in_a_row_disconnect_nobody() -> None:
    station, time = Station(TELEVISION), LoopTime()
    async with (
        opened(station) as world,
        viewing(world) as one,
        viewing(world) as other,
    ):
        station.send(3)
        for killing in range(10):
            second = 12 + 2 * killing
            await asyncio.gather(one.until(second), other.until(second))
            os.kill(world.pid(), signal.SIGKILL)
            station.send(2)
            time.advance(2)
        await asyncio.gather(one.until(32), other.until(32))
        assert (one.flags, other.flags) == (10, 10)
        assert one.reader.skips == 0
        assert station.opened == 1


async def test_after_a_death_viewers_get_what_they_do_not_have() -> None:
    station = Station(TELEVISION)
    async with opened(station) as world, viewing(world) as viewer:
        station.send(5)
        await viewer.until(14)
        before = viewer.seconds
        os.kill(world.pid(), signal.SIGKILL)
        station.send(5)
        while not viewer.flags:
            await viewer.read()
        assert before - 0.2 < viewer.seconds < before + 3


async def test_a_break_is_flagged_and_a_death_after_it_repeats_nothing() -> None:
    station = Station(TELEVISION, start=50 * CLOCK)
    async with opened(station) as world, viewing(world) as viewer:
        station.send(4)
        await viewer.until(53)
        station.change(DVB, start=10 * CLOCK)
        station.send(4)
        while not viewer.flags:
            await viewer.read()
        await viewer.until(13)
        os.kill(world.pid(), signal.SIGKILL)
        station.send(4)
        while viewer.flags < 2:
            await viewer.read()
        assert 12.8 < viewer.seconds < 17, "nothing of what was before the break"
        await viewer.until(17)
        assert viewer.flags == 2


async def test_the_clock_may_begin_anew() -> None:
    station = Station(TELEVISION, start=WRAP - 3 * CLOCK)
    async with opened(station) as world, viewing(world) as viewer:
        station.send(5)
        await viewer.until((WRAP + CLOCK) / CLOCK)
        os.kill(world.pid(), signal.SIGKILL)
        station.send(4)
        while not viewer.flags:
            await viewer.read()
        assert 1 < viewer.seconds < 5
        assert viewer.flags == 1


async def test_what_nobody_watches_ends_after_the_grace_period() -> None:
    station = Station(TELEVISION)
    async with opened(station, grace_period=0.01) as world:
        station.send(4)
        async with viewing(world) as viewer:
            await viewer.until(12)
            (needed,) = world.needed
            assert needed()
        assert not needed()
        await until(lambda: not world.profiles.streams)
        assert world.encoders.runs == ()
        assert station.stream.readers == 0
        async with viewing(world) as viewer:
            station.send(2)
            await viewer.until(12)


async def test_an_encoder_too_many_is_told_and_copies_take_none() -> None:
    stations = [Station(TELEVISION), Station(TELEVISION)]
    async with opened(*stations, limit=1) as world, viewing(world) as first:
        for station in stations:
            station.send(4)
        await first.until(12)
        async with viewing(world, number=2) as second:
            with pytest.raises(EncodersBusyError, match="channel 1"):
                await second.read()
        async with viewing(world, named("aac"), number=2) as third:
            await third.until(12)
        await first.until(13)


async def test_what_nobody_watches_gives_way_to_who_comes() -> None:
    stations = [Station(TELEVISION), Station(TELEVISION)]
    async with opened(*stations, limit=1) as world:
        for station in stations:
            station.send(4)
        async with viewing(world) as first:
            await first.until(12)
        async with viewing(world, number=2) as second:
            await second.until(12)
            await until(lambda: world.profiles.streams.keys() == {(2, SMALL.name)})


async def test_the_end_of_the_channel_is_that_of_the_profile() -> None:
    station = Station(TELEVISION)
    async with opened(station) as world, viewing(world) as viewer:
        station.send(4)
        await viewer.until(12)
        station.end()
        with pytest.raises(StopAsyncIteration):
            while True:
                await viewer.read()
        assert viewer.reader.end_reason == "stream_ended"
        assert viewer.seconds > 13.8, "to its very end"


async def test_what_is_wrong_with_the_channel_is_told() -> None:
    station = Station(TELEVISION)
    async with opened(station) as world, viewing(world) as viewer:
        await until(lambda: station.stream.readers)
        station.end(NoDataError("nothing there"))
        with pytest.raises(NoDataError, match="nothing there"):
            await viewer.read()


async def test_an_ffmpeg_that_delivers_nothing_is_told(tmp_path: Path) -> None:
    station, time = Station(TELEVISION), LoopTime()
    ffmpeg = str(Program(tmp_path, Plan(writes="", says="No such filter\n")).path)
    async with opened(station, ffmpeg=ffmpeg) as world, viewing(world) as viewer:
        station.send(4)
        reading = asyncio.create_task(viewer.read())
        while not reading.done():
            time.advance(0.1)
            await asyncio.sleep(0.01)
        with pytest.raises(EncodingFailedError, match="No such filter"):
            await reading
        await until(lambda: not world.profiles.streams)


async def test_one_profile_can_be_stopped_for_all_and_begun_again() -> None:
    station = Station(TELEVISION)
    async with opened(station) as world:
        async with viewing(world) as viewer:
            station.send(4)
            await viewer.until(12)
            world.profiles.stop(2)
            await viewer.until(13)
            world.profiles.stop(1)
            with pytest.raises(StopAsyncIteration):
                while True:
                    await viewer.read()
        async with viewing(world) as viewer:
            await viewer.until(12)


async def test_once_closed_nothing_is_begun() -> None:
    station = Station(TELEVISION)
    async with opened(station) as world:
        world.profiles.close()
        with pytest.raises(StreamClosedError):
            async with viewing(world):
                pass


async def test_a_machine_that_is_far_too_slow_costs_pictures_and_cuts_nobody_off(
    caplog: pytest.LogCaptureFixture,
) -> None:
    # What is read again must still be there, however long that takes here.
    station, time = Station(TELEVISION), LoopTime(stopped=True)
    async with opened(station) as world:
        world.read = lambda stream: Tired(stream, blocks=20)
        async with viewing(world) as viewer:
            station.send(6)
            await viewer.until(14)
            assert viewer.flags == 1
        time.go_on()
    assert "encodes internet240 more slowly than it plays" in caplog.text
