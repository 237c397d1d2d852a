"""Packaging real television: what is promised is what comes, without a gap."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
import json
import os
from pathlib import Path
import signal
import subprocess
from typing import Any

import pytest

from custom_components.telecast.engine.errors import (
    FFmpegMissingError,
    NoDataError,
    StorageFullError,
    StreamClosedError,
    UnknownRenditionError,
)
from custom_components.telecast.engine.hls.packager import Packager
from custom_components.telecast.formats import hls
from custom_components.telecast.formats.hls import MasterPlaylist, MediaPlaylist
from custom_components.telecast.formats.mpegts import CLOCK, WRAP
from tests.engine.storage import until
from tests.fakes.broadcast import Station
from tests.fakes.loop_time import LoopTime

from .world import Got, Player, World, open_world

RADIO = "mp2"
TELEVISION = "high h264 aac"
"""Can be copied; there is a smaller rendition that has to be encoded."""


EAGER = [10, 11, 12, 13, 14, 16, 18]
"""Where segments begin whose first ones are cut finer."""


def probe(segments: list[Got]) -> dict[str, dict[str, Any]]:
    """Answer what ffprobe finds in segments, one after the other: kind → stream."""
    command = ("ffprobe", "-v", "error", "-show_streams", "-of", "json", "-f", "mpegts")
    data = b"".join(one.data for one in segments)
    done = subprocess.run([*command, "-"], input=data, capture_output=True, check=True)
    assert done.stderr == b""
    return {one["codec_type"]: one for one in json.loads(done.stdout)["streams"]}


def master_of(text: str) -> MasterPlaylist:
    """Read a master playlist, which has to be valid."""
    assert hls.validate_master(text) == []
    master = hls.parse(text, "http://h/")
    assert isinstance(master, MasterPlaylist)
    return master


@asynccontextmanager
async def watched_already(
    folder: Path, *, seconds: int
) -> AsyncIterator[tuple[World, Packager]]:
    """Have a channel packaged that somebody has watched for so many seconds."""
    station = Station(TELEVISION)
    async with open_world(folder, station) as world:
        with station.stream.reader() as somebody:
            station.send(seconds)
            await until(lambda: station.stream.ring.end > 5 * seconds)
            await anext(somebody)
            async with world.packaged() as packager:
                yield world, packager


async def test_what_can_be_copied_is_there_at_once(tmp_path: Path) -> None:
    async with watched_already(tmp_path, seconds=6) as (world, packager):
        player = Player(packager, "720p")
        await player.play(3)
        assert player.starts == [10, 11, 12]
        assert player.breaks == []
        assert world.encoders.runs == ()


async def test_who_comes_late_is_told_of_all_that_is_there(tmp_path: Path) -> None:
    async with watched_already(tmp_path, seconds=8) as (_, packager):
        found = hls.parse(await packager.playlist("720p"), "http://h/")
        assert isinstance(found, MediaPlaylist)
        # Where the last one begins is known, and not yet where it ends.
        ends = 10 + sum(one.duration for one in found.segments)
        assert ends == pytest.approx(16, abs=0.1)


@pytest.mark.parametrize(
    ("name", "ways"),
    [
        (TELEVISION, {"720p": "copied", "480p": "encoded"}),
        ("low h264 mp2", {"480p": "remuxed"}),
        ("low mpeg2 mp2", {"480p": "encoded"}),
    ],
)
async def test_renditions_are_what_the_master_playlist_says(
    tmp_path: Path, name: str, ways: dict[str, str]
) -> None:
    station = Station(name)
    async with open_world(tmp_path, station) as world, world.packaged() as packager:
        station.send(12)
        variants = master_of(await packager.master()).variants
        assert [one.uri for one in variants] == [f"http://h/{one}.m3u8" for one in ways]
        starts = []
        for variant, rendition in zip(variants, ways, strict=True):
            player = Player(packager, rendition)
            await player.until(20)
            starts.append(player.starts)
            streams = probe(player.got)
            video, audio = streams["video"], streams["audio"]
            assert (video["width"], video["height"]) == variant.resolution
            assert (video["codec_name"], audio["codec_name"]) == ("h264", "aac")
            assert video["r_frame_rate"] == f"{variant.frame_rate:.0f}/1"
            profile = f"avc1.{profiles()[video['profile']]}"
            assert variant.codecs.startswith(profile)
            assert variant.codecs.endswith(",mp4a.40.2")
            size = sum(len(one.data) for one in player.got)
            assert size * 8 / 10 < variant.bandwidth * 1.1
        assert starts == [EAGER] * len(ways)
        (running,) = world.encoders.runs
        encoded = "encoded" in ways.values()
        assert running.encoder == ("none" if encoded else "copy")


def profiles() -> dict[str, str]:
    """The profiles of H.264, as RFC 6381 writes them."""
    return {"Constrained Baseline": "42C0", "High": "6400"}


async def test_radio_is_packaged_without_a_picture(tmp_path: Path) -> None:
    station = Station(RADIO)
    async with open_world(tmp_path, station) as world, world.packaged() as packager:
        station.send(10)
        (variant,) = master_of(await packager.master()).variants
        assert (variant.resolution, variant.codecs) == (None, "mp4a.40.2")
        player = Player(packager, "480p")
        await player.play(4)
        streams = probe(player.got)
        assert streams.keys() == {"audio"}
        assert streams["audio"]["codec_name"] == "aac"


async def test_a_break_of_the_stream_is_one_in_all_renditions(tmp_path: Path) -> None:
    station = Station(TELEVISION)
    async with open_world(tmp_path, station) as world, world.packaged() as packager:
        players = [Player(packager, name) for name in ("720p", "480p")]
        station.send(5)
        await asyncio.gather(*(player.until(14) for player in players))
        station.change(TELEVISION, start=12 * CLOCK)
        station.send(8)
        for player in players:
            await player.play(9)
            assert player.starts == [10, 11, 12, 13, 14, 12, 13, 14, 16]
            assert player.breaks == [12]
            assert [one.epoch for one in player.got] == [0] * 5 + [1] * 4
            # The end before the break is there, too.
            assert player.got[4].end == pytest.approx(15, abs=0.1)


async def test_a_rendition_asked_for_after_a_break_repeats_nothing(
    tmp_path: Path,
) -> None:
    """What is read again from the oldest picture on is partly before the break."""
    station = Station("high mpeg2 mp2")
    async with open_world(tmp_path, station) as world, world.packaged() as packager:
        low, high = Player(packager, "480p"), Player(packager, "720p")
        station.send(5)
        await low.until(14)
        station.change("high mpeg2 mp2", start=12 * CLOCK)
        station.send(5)
        await low.play(7)
        await high.play(3)
        station.send(4)
        await asyncio.gather(low.play(10), high.play(10))
        assert low.starts == [10, 11, 12, 13, 14, 12, 13, 14, 16, 18]
        assert low.breaks == [12]
        assert (high.starts, high.breaks) == (low.starts, low.breaks)
        assert [one.epoch for one in high.got] == [one.epoch for one in low.got]


async def test_a_stream_that_turns_into_another_codec_goes_on_by_the_same_name(
    tmp_path: Path,
) -> None:
    station = Station(TELEVISION)
    async with open_world(tmp_path, station) as world, world.packaged() as packager:
        player = Player(packager, "720p")
        station.send(5)
        await player.play(4)
        assert world.encoders.runs == ()
        station.change("high mpeg2 mp2", start=50 * CLOCK)
        station.send(7)
        await player.until(56)
        assert player.breaks == [50]
        assert player.starts[5:] == [50, 52, 54]
        assert probe(player.got[5:])["video"]["codec_name"] == "h264"
        station.change(TELEVISION, start=50 * CLOCK)
        station.send(7)
        await player.play(len(player.got) + 3)
        assert player.breaks == [50, 50]


async def test_the_clock_may_begin_anew(tmp_path: Path) -> None:
    station = Station(TELEVISION, start=WRAP - 4 * CLOCK)
    async with open_world(tmp_path, station) as world, world.packaged() as packager:
        station.send(12)
        for name in ("720p", "480p"):
            player = Player(packager, name)
            await player.play(7)
            assert player.breaks == []
            ends = [one.end % (WRAP / CLOCK) for one in player.got]
            for end, (_, one) in zip(ends, pairwise(player.got), strict=False):
                assert one.seconds == pytest.approx(end, abs=0.05)


async def test_a_killed_ffmpeg_costs_a_flag_and_no_picture(tmp_path: Path) -> None:
    station = Station(TELEVISION)
    async with open_world(tmp_path, station) as world, world.packaged() as packager:
        copied, encoded = Player(packager, "720p"), Player(packager, "480p")
        station.send(7)
        await encoded.until(16)
        os.kill(world.pid(), signal.SIGKILL)
        station.send(2)
        await encoded.until(18)
        station.send(6)
        await encoded.until(24)
        await copied.until(24)
        assert encoded.starts == copied.starts == [10, 11, 12, 13, 14, 16, 18, 20, 22]
        assert encoded.breaks == [16]
        assert copied.breaks == [18], "it follows"
        assert encoded.got[-1].epoch == copied.got[-1].epoch == 1


async def test_ten_kills_in_a_row_lose_nothing(tmp_path: Path) -> None:
    station, time = Station(TELEVISION), LoopTime()
    async with open_world(tmp_path, station) as world, world.packaged() as packager:
        player = Player(packager, "480p")
        station.send(3)
        for killing in range(10):
            await player.until(12 + 2 * killing)
            os.kill(world.pid(), signal.SIGKILL)
            time.advance(4)
            station.send(2)
        await player.until(32)
        for before, after in pairwise(player.got):
            assert after.seconds == pytest.approx(before.end, abs=0.05)
        assert len(player.breaks) == 10
        assert packager.error is None


async def test_a_full_disk_ends_the_packaging_and_nothing_else(tmp_path: Path) -> None:
    station = Station(TELEVISION)
    async with open_world(tmp_path, station) as world:
        with station.stream.reader() as viewer:
            async with world.packaged() as packager:
                station.send(5)
                await Player(packager, "720p").play(3)
                world.storage.cap = world.storage.used + 1000
                station.send(4)
                await packager.over.wait()
                assert isinstance(packager.error, StorageFullError)
                for asking in (packager.master(), packager.playlist("720p")):
                    with pytest.raises(StorageFullError):
                        await asking
                with pytest.raises(StorageFullError):
                    packager.segment("720p", 0)
            assert world.storage.used == 0
            station.send(1)
            assert await anext(viewer)
            world.storage.cap *= 2
            async with world.packaged() as packager:
                await Player(packager, "720p").play(2)


async def test_without_ffmpeg_what_can_be_copied_is_all_there_is(
    tmp_path: Path,
) -> None:
    station = Station(TELEVISION)
    async with (
        open_world(tmp_path, station, ffmpeg=str(tmp_path / "none")) as world,
        world.packaged() as packager,
    ):
        station.send(5)
        player = Player(packager, "720p")
        await player.play(2)
        for _ in range(2):
            with pytest.raises(FFmpegMissingError):
                await packager.playlist("480p", number=0)
        station.send(4)
        await player.until(16)
        (variant,) = master_of(await packager.master()).variants
        assert variant.uri == "http://h/720p.m3u8"


async def test_without_ffmpeg_what_has_to_be_encoded_is_nothing(
    tmp_path: Path,
) -> None:
    station = Station("low mpeg2 mp2")
    async with (
        open_world(tmp_path, station, ffmpeg=str(tmp_path / "none")) as world,
        world.packaged() as packager,
    ):
        station.send(5)
        with pytest.raises(FFmpegMissingError):
            await packager.playlist("480p", number=0)
        assert isinstance(packager.error, FFmpegMissingError)


async def test_a_stream_that_never_begins_is_told_to_all_who_wait(
    tmp_path: Path,
) -> None:
    station = Station(TELEVISION)
    async with open_world(tmp_path, station) as world, world.packaged() as packager:
        asking = [
            asyncio.create_task(packager.master()),
            asyncio.create_task(packager.playlist("480p")),
        ]
        await until(lambda: station.stream.readers)
        station.end(NoDataError("nothing there"))
        for one in asking:
            with pytest.raises(NoDataError, match="nothing there"):
                await one


async def test_the_end_of_the_stream_is_that_of_the_packaging(tmp_path: Path) -> None:
    station = Station(TELEVISION)
    async with open_world(tmp_path, station) as world, world.packaged() as packager:
        station.send(5)
        await Player(packager, "480p").play(2)
        folder = packager.folder
        assert folder
        assert folder.is_dir()
        waiting = asyncio.create_task(packager.playlist("480p", number=99))
        station.end()
        await packager.over.wait()
        with pytest.raises(StreamClosedError):
            await waiting
    assert not folder.exists()


async def test_what_is_not_there_is_unknown(tmp_path: Path) -> None:
    station = Station(TELEVISION)
    async with open_world(tmp_path, station) as world, world.packaged() as packager:
        station.send(4)
        await packager.master()
        with pytest.raises(UnknownRenditionError):
            await packager.playlist("8k")
        for name, number in (("8k", 0), ("720p", 99), ("480p", 0)):
            with pytest.raises(UnknownRenditionError):
                packager.segment(name, number)


async def test_its_facts_are_those_of_the_renditions_that_there_are(
    tmp_path: Path,
) -> None:
    station = Station(TELEVISION)
    async with open_world(tmp_path, station) as world, world.packaged() as packager:
        assert packager.qualities() == []
        station.send(6)
        await Player(packager, "480p").play(2)
        high, low = packager.qualities()
        assert (high["level"], low["level"]) == ("720p", "480p")
        assert high["resolution"] == "48x576"
        assert 300 < high["bitrate"] < 1000
        assert low["bitrate"] == 1692
        assert low["playlist_path"] == f"{packager.folder}/480p.m3u8"
        assert low["segment_path"] == f"{packager.folder}/480p_segment_%03d.ts"
        assert Path(low["playlist_path"]).read_text().startswith("#EXTM3U")


async def test_segments_stay_fine_for_who_plays_close_behind(tmp_path: Path) -> None:
    station = Station(TELEVISION)
    async with open_world(tmp_path, station) as world, world.packaged() as packager:
        with packager.player() as playback:
            station.send(4)
            player = Player(packager, "720p")
            await player.play(1)
            packager.segment("720p", 0, playback=playback)
            assert playback.is_close
            station.send(6)
            await player.until(19)
            assert player.starts == list(range(10, 19))
        station.send(8)
        await player.until(26)
        assert player.starts[-2:] == [22, 24]


async def test_who_plays_close_behind_soon_gets_what_it_needs_of_another_rendition(
    tmp_path: Path,
) -> None:
    station = Station(TELEVISION)
    async with open_world(tmp_path, station) as world, world.packaged() as packager:
        with packager.player() as playback:
            station.send(4)
            await Player(packager, "720p").play(1)
            packager.segment("720p", 0, playback=playback)
            station.send(5)
            await Player(packager, "720p").until(17)
            for number in range(1, 7):
                packager.segment("720p", number, playback=playback)
            asking = asyncio.create_task(packager.playlist("480p", playback=playback))
            await until(lambda: world.encoders.runs)
            station.send(3)
            await asking
            low = Player(packager, "480p")
            await low.play(1)
            assert low.starts == [17], "what it has already is not made for it"


async def test_each_segment_is_waited_for_by_its_number(tmp_path: Path) -> None:
    station, time = Station(TELEVISION), LoopTime()
    async with open_world(tmp_path, station) as world, world.packaged() as packager:
        station.send(4)
        await Player(packager, "720p").play(3)
        waiting = asyncio.create_task(packager.playlist("720p", number=5))
        station.send(5)
        assert "720p_segment_005.ts" in await waiting
        late = asyncio.create_task(packager.playlist("720p", number=99))
        await asyncio.sleep(0)
        time.advance(10)
        assert "720p_segment_005.ts" in await late, "it is not waited for without end"
