"""Who watches a channel is known by requests: who waits, who is silent, who comes back."""

import asyncio
from pathlib import Path

from custom_components.telecast.engine.hls.ladder import UNWATCHED_SECONDS
from custom_components.telecast.formats import hls
from custom_components.telecast.formats.hls import MediaPlaylist
from tests.fakes.broadcast import Station
from tests.fakes.loop_time import LoopTime, turns_until

from .world import Player, open_world

TELEVISION = "high h264 aac"
"""Can be copied; there is a smaller rendition that has to be encoded."""
RARE = "rare h264 aac"
"""Can be copied, in segments of eight seconds."""


def media_of(text: str) -> MediaPlaylist:
    """Read a rendition's playlist, which has to be valid."""
    assert hls.validate_media(text) == []
    media = hls.parse(text, "http://h/")
    assert isinstance(media, MediaPlaylist)
    return media


async def test_who_asks_for_nothing_does_not_need_the_stream(tmp_path: Path) -> None:
    station, time = Station(TELEVISION), LoopTime(stopped=True)
    async with open_world(tmp_path, station) as world, world.packaged() as packager:
        station.send(5)
        await packager.master()
        (needed,) = world.needed
        assert needed()
        time.advance(4)
        assert not needed()
        packager.segment("720p", 0)
        assert needed()


async def test_who_waits_for_an_answer_needs_the_stream(tmp_path: Path) -> None:
    station, time = Station(TELEVISION), LoopTime(stopped=True)
    async with open_world(tmp_path, station) as world, world.packaged() as packager:
        asking = asyncio.create_task(packager.master())
        await turns_until(lambda: station.stream.readers)
        (needed,) = world.needed
        time.advance(10)
        assert needed()
        asking.cancel()
        await asyncio.wait({asking})
        assert not needed(), "who hangs up has left"
        station.send(4)
        await packager.master()
        asking = asyncio.create_task(packager.playlist("720p", number=99))
        await asyncio.sleep(0)
        time.advance(5)
        assert needed()
        time.advance(2)
        await asking
        time.advance(2)
        assert needed(), "who is answered now has been there until now"
        time.advance(2)
        assert not needed()


async def test_who_is_told_of_long_segments_asks_seldom(tmp_path: Path) -> None:
    station, time = Station(RARE), LoopTime(stopped=True)
    async with open_world(tmp_path, station) as world, world.packaged() as packager:
        station.send(9)
        text = await packager.playlist("480p", number=0)
        assert media_of(text).target_duration == 8
        (needed,) = world.needed
        time.advance(11)
        assert needed()
        time.advance(2)
        assert not needed()


async def test_who_comes_back_to_what_was_left_alone_still_gets_its_segments(
    tmp_path: Path,
) -> None:
    station, time = Station(TELEVISION), LoopTime(stopped=True)
    async with open_world(tmp_path, station) as world, world.packaged() as packager:
        station.send(5)
        await Player(packager, "480p").play(2)
        time.advance(UNWATCHED_SECONDS + 1)
        await turns_until(lambda: not world.encoders.runs)
        with packager.player() as playback:
            for number in range(2):
                _, listed = packager.segment("480p", number, playback=playback)
                assert (listed.number, playback.end) == (number, listed.end)
        time.go_on()


async def test_who_begins_with_what_was_left_alone_is_not_soon_dry(
    tmp_path: Path,
) -> None:
    station, time = Station(TELEVISION), LoopTime(stopped=True)
    async with open_world(tmp_path, station) as world, world.packaged() as packager:
        station.send(7)
        before = media_of(await packager.playlist("480p"))
        time.advance(UNWATCHED_SECONDS + 1)
        await turns_until(lambda: not world.encoders.runs)
        had = station.stream.ring.end
        station.send(11)
        await turns_until(lambda: station.stream.ring.end > had)
        found = media_of(await packager.playlist("480p"))
        assert found.media_sequence >= len(before.segments)
        lasting = sum(one.duration for one in found.segments)
        assert lasting >= 2 * found.target_duration
        time.go_on()
