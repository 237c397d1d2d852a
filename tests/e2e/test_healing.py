"""FFmpegs are killed and providers misbehave: who watches goes on watching."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from operator import add
import os
import signal
import time
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from custom_components.telecast.formats.mpegts import CLOCK

from .hls_player import key_frames, playing
from .viewer import shows_a_new_picture, watching
from .world import STREAMS, World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]

KILLS = 10
# Ten in less than a minute.
KILL_PAUSE_SECONDS = 1.5
PICTURE_SECONDS = 3.0
# Of a segment, from its first picture until a player knows of it.
LISTED_SECONDS = 6.0


@pytest_asyncio.fixture(loop_scope="module")
async def world(world: World) -> AsyncIterator[World]:
    """Let the provider carry recordings, and be left alone in the end."""
    await world.add_recordings()
    yield world
    world.provider.live_again()
    async with asyncio.timeout(40):
        await world.provider.until(lambda provider: provider.open == 0)


async def test_tuner_viewers_go_on_when_ffmpeg_is_killed_ten_times(
    world: World,
) -> None:
    async with watching(world.url("/auto/v60?transcode=internet360")) as viewer:
        await viewer.until_it_plays()
        for _ in range(KILLS):
            await kill_ffmpeg(world)
            viewer.forget()
            killed = time.monotonic()
            await viewer.until(shows_a_new_picture)
            assert time.monotonic() - killed < PICTURE_SECONDS
            await asyncio.sleep(KILL_PAUSE_SECONDS)
        assert not viewer.ended


async def test_hls_goes_on_with_a_discontinuity_when_ffmpeg_is_killed_ten_times(
    world: World,
) -> None:
    async with playing(await world.hls_url("dvb")) as player:
        await player.watch("480p", 2)
        for kill in range(1, KILLS + 1):
            await kill_ffmpeg(world)
            async with asyncio.timeout(LISTED_SECONDS):
                while len(player.breaks) < kill:
                    await player.watch("480p", 1)
            assert len(player.breaks) == kill
        numbers = [int(name[-6:-3]) for name in player.segments["480p"]]
        assert numbers == list(range(len(numbers)))
        starts = [stamp / CLOCK for stamp in key_frames(player, "480p")]
        ends = map(add, starts, player.durations.values(), strict=True)
        for (_, begin), end in zip(pairwise(starts), ends, strict=False):
            assert begin == pytest.approx(end, abs=0.1), "nothing is lost or repeated"


async def kill_ffmpeg(world: World) -> None:
    """Kill the one FFmpeg that runs, or is about to."""
    while not (found := world.home.ffmpegs()):
        await asyncio.sleep(0.05)
    (pid,) = found
    os.kill(pid, signal.SIGKILL)


@asynccontextmanager
async def watching_while_it_fails(url: str) -> AsyncIterator[None]:
    """Ask for a stream that will never come, be it refused or not."""
    async with aiohttp.ClientSession() as client:
        asking = asyncio.create_task(client.get(url))
        try:
            yield
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)


@pytest.mark.parametrize(
    ("name", "reasons", "seconds"),
    [
        ("trickle", {"timeout", "no_data"}, 25),
        ("silence", {"timeout", "no_data"}, 25),
        ("page", {"no_data"}, 5),
        ("circle", {"cannot_connect"}, 5),
        ("liar", {"no_picture"}, 30),
    ],
)
async def test_what_a_bad_provider_sends_ends_with_its_name(
    world: World, name: str, reasons: set[str], seconds: float
) -> None:
    url = world.url(f"/telecast/stream/{await world.channel_id(name)}.ts")
    began = time.monotonic()

    def named(state: dict[str, Any]) -> bool:
        failure = state["attributes"].get("last_failure")
        return bool(failure and failure["channel"] == name)

    async with watching_while_it_fails(url):
        async with asyncio.timeout(seconds + 5):
            state = await world.frontend.until(STREAMS, named)
    assert time.monotonic() - began < seconds
    assert state["attributes"]["last_failure"]["reason"] in reasons


async def test_a_channel_whose_addresses_are_all_dead_shows_so_and_comes_back(
    world: World,
) -> None:
    async with watching(world.url("/auto/v60")) as viewer:
        await viewer.until_it_plays()
        world.provider.die("hd")
        await viewer.until(shows_a_new_picture)
        await world.frontend.until(STREAMS, fails_while_it_is_watched)
        viewer.forget()
        await viewer.until(lambda viewer: len(viewer.data) > 20_000)
        assert not viewer.ended
        viewer.forget()
        world.provider.live_again()
        await viewer.until(shows_a_new_picture)
        assert world.provider.carrying("hd") == 1
        assert not viewer.ended


def fails_while_it_is_watched(state: dict[str, Any]) -> bool:
    """Tell whether the channel called hd was the last to fail, and still has viewers."""
    failure = state["attributes"]["last_failure"]
    return bool(
        state["attributes"]["streams"] and failure and failure["channel"] == "hd"
    )
