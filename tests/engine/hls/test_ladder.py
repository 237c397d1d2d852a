"""The ladder: one FFmpeg for what is watched, and nobody notices when that changes."""

import asyncio
from pathlib import Path
from typing import override

import pytest

from custom_components.telecast.engine.errors import (
    EncodersBusyError,
    UnknownRenditionError,
)
from custom_components.telecast.engine.events import EncodersChanged
from custom_components.telecast.engine.hls.ladder import UNWATCHED_SECONDS
from custom_components.telecast.engine.hls.packager import ENCODER_PATIENCE_SECONDS
from custom_components.telecast.engine.transcoding.transcoder import (
    Job,
    Transcoder,
    Watch,
)
from custom_components.telecast.formats import hls
from custom_components.telecast.formats.mpegts import CLOCK
from tests.engine.storage import until
from tests.fakes.broadcast import Station
from tests.fakes.loop_time import LoopTime

from .world import Player, open_world

COPIED = "high h264 aac"
ENCODED = "high mpeg2 mp2"
REMUXED = "high h264 mp2"


class Overloaded(Transcoder):
    """Says of each job that it is too much for this machine, and does it all the same."""

    @override
    async def run(self, watch: Watch, job: Job) -> None:
        for _ in range(2):  # the first time it may be for the one that it relieves
            job.lags()
        await super().run(watch, job)


async def test_one_ffmpeg_makes_all_that_is_watched(tmp_path: Path) -> None:
    station = Station(ENCODED)
    async with open_world(tmp_path, station) as world, world.packaged() as packager:
        station.send(6)
        players = [Player(packager, name) for name in ("1080p", "720p", "480p")]
        await asyncio.gather(*(player.play(2) for player in players))
        await until(lambda: len(world.encoders.runs) == 1)
        assert world.encoders.runs[0].what == "1080p, 720p, 480p"
        assert [player.starts for player in players] == [[10, 11]] * 3


@pytest.mark.parametrize("name", [ENCODED, REMUXED])
async def test_when_others_are_watched_too_nobody_notices(
    tmp_path: Path, name: str
) -> None:
    station = Station(name)
    async with open_world(tmp_path, station) as world, world.packaged() as packager:
        high, low = Player(packager, "720p"), Player(packager, "480p")
        station.send(7)
        await high.until(16)
        (before,) = world.encoders.runs
        await low.play(1)
        station.send(8)
        await asyncio.gather(high.until(24), low.until(24))
        await until(lambda: len(world.encoders.runs) == 1)
        assert world.encoders.runs != (before,)
        assert high.starts == low.starts
        assert high.starts[-3:] == [18, 20, 22]
        assert high.breaks == low.breaks == []


async def test_a_second_change_during_the_first_one_goes_unnoticed_too(
    tmp_path: Path,
) -> None:
    station = Station(ENCODED)
    async with open_world(tmp_path, station) as world, world.packaged() as packager:
        players = [Player(packager, name) for name in ("480p", "720p", "1080p")]
        first, second, third = players
        station.send(7)
        await first.until(14)
        asking = asyncio.create_task(second.play(1))
        await until(lambda: EncodersChanged(running=2) in world.events)
        await asyncio.gather(asking, third.play(1))
        station.send(6)
        await asyncio.gather(*(player.until(22) for player in players))
        for player in players:
            assert player.starts == [10, 11, 12, 13, 14, 16, 18, 20]
            assert player.breaks == []
        await until(lambda: len(world.encoders.runs) == 1)


async def test_what_nobody_watches_any_more_is_made_no_more(tmp_path: Path) -> None:
    station, time = Station(ENCODED), LoopTime()
    async with open_world(tmp_path, station) as world, world.packaged() as packager:
        high, low = Player(packager, "720p"), Player(packager, "480p")
        station.send(5)
        await asyncio.gather(high.until(14), low.until(14))
        time.advance(UNWATCHED_SECONDS / 2)
        await packager.playlist("480p", number=0)
        time.advance(UNWATCHED_SECONDS / 2 + 1)
        station.send(5)
        await low.until(18)
        await until(lambda: EncodersChanged(running=2) in world.events)
        for end in (20, 22):
            # The new one has begun with the newest picture, and is ahead of the old one.
            station.send(2)
            await low.until(end)
        await until(lambda: [run.what for run in world.encoders.runs] == ["480p"])
        assert low.breaks == []
        time.advance(UNWATCHED_SECONDS + 1)
        await until(lambda: not world.encoders.runs)
        asking = asyncio.create_task(packager.playlist("720p"))
        station.send(8)
        found = hls.parse(await asking, "")
        assert isinstance(found, hls.MediaPlaylist)
        assert found.media_sequence > high.got[-1].number, "what is old is not listed"


async def test_an_encoder_too_many_is_refused_and_what_is_copied_goes_on(
    tmp_path: Path,
) -> None:
    one, other, time = Station(COPIED), Station(COPIED), LoopTime()
    async with (
        open_world(tmp_path, one, other, limit=1) as world,
        world.packaged(1) as first,
    ):
        one.send(5)
        await Player(first, "480p").play(1)
        async with world.packaged(2) as second:
            other.send(5)
            player = Player(second, "720p")
            await player.play(2)
            refused = asyncio.create_task(second.playlist("480p", number=0))
            while not refused.done():
                time.advance(ENCODER_PATIENCE_SECONDS / 8)
                await first.playlist("480p", number=0)  # it is watched all the time
                await asyncio.sleep(0)
            with pytest.raises(EncodersBusyError, match="channel 1"):
                await refused
            other.send(4)
            await player.until(18)
            assert player.breaks == []
            time.advance(UNWATCHED_SECONDS + 1)
            await until(lambda: not world.encoders.runs)
            await Player(second, "480p").play(1)


async def test_who_has_left_gives_way_to_who_comes(tmp_path: Path) -> None:
    one, other, time = Station(COPIED), Station(COPIED), LoopTime()
    async with (
        open_world(tmp_path, one, other, limit=1) as world,
        world.packaged(1) as first,
        world.packaged(2) as second,
    ):
        one.send(5)
        other.send(5)
        await Player(first, "480p").play(1)
        await second.master()
        time.advance(4)  # longer than a player is silent
        await Player(second, "480p").play(1)
        await until(lambda: [run.number for run in world.encoders.runs] == ["2"])


async def test_sound_alone_takes_no_encoder(tmp_path: Path) -> None:
    one, other = Station(REMUXED), Station(ENCODED)
    async with (
        open_world(tmp_path, one, other, limit=1) as world,
        world.packaged(1) as first,
        world.packaged(2) as second,
    ):
        one.send(5)
        other.send(5)
        await Player(first, "720p").play(2)
        await Player(second, "720p").play(2)


async def test_what_this_machine_cannot_do_is_offered_no_more(tmp_path: Path) -> None:
    # What is read again must still be there, however long that takes here.
    station, time = Station(ENCODED), LoopTime(stopped=True)
    async with (
        open_world(tmp_path, station, transcoder=Overloaded) as world,
        world.packaged() as packager,
    ):
        low = Player(packager, "480p")
        station.send(5)
        await low.until(13)
        with pytest.raises(UnknownRenditionError, match="too much"):
            await packager.playlist("720p", number=0)
        assert "720p" not in await packager.master()
        station.send(5)
        await low.until(18)
        assert low.breaks == []
        time.go_on()


async def test_what_is_not_encoded_is_not_what_is_too_much(tmp_path: Path) -> None:
    station = Station("full h264 mp2")
    async with (
        open_world(tmp_path, station, transcoder=Overloaded) as world,
        world.packaged() as packager,
    ):
        station.send(6)
        high, low = Player(packager, "1080p"), Player(packager, "480p")
        await asyncio.gather(high.play(2), low.play(2))
        with pytest.raises(UnknownRenditionError, match="720p is too much"):
            await packager.playlist("720p", number=0)
        station.send(4)
        await asyncio.gather(high.until(18), low.until(18))
        master = hls.parse(await packager.master(), "")
        assert isinstance(master, hls.MasterPlaylist)
        assert [one.uri for one in master.variants] == ["1080p.m3u8", "480p.m3u8"]


async def test_who_comes_is_told_of_what_is_left_when_the_best_is_offered_no_more(
    tmp_path: Path,
) -> None:
    station = Station(ENCODED)
    async with (
        open_world(tmp_path, station, transcoder=Overloaded) as world,
        world.packaged() as packager,
    ):
        station.send(4)
        with pytest.raises(UnknownRenditionError, match="720p is too much"):
            await packager.playlist("720p", number=0)
        low = Player(packager, "480p")
        await low.play(1)
        station.change(REMUXED, start=50 * CLOCK)
        station.send(4)
        await low.until(52)
        assert low.breaks == [50]
        master = hls.parse(await packager.master(), "")
        assert isinstance(master, hls.MasterPlaylist)
        assert [one.uri for one in master.variants] == ["480p.m3u8"]
