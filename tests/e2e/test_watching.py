"""Players of all kinds watch channels of a real Home Assistant."""

import asyncio
from asyncio.subprocess import PIPE, STDOUT
from contextlib import AsyncExitStack, suppress
from pathlib import Path
import random
import shutil
import time

import aiohttp
import pytest
from pyxtream.pyxtream import XTream

from scripts.workbench.bench.first_bytes import complaints
from scripts.workbench.bench.joining import begins_with_keyframe, whole_pictures
from scripts.workbench.check import describe_stream

from .viewer import watching
from .world import GRACE, LOGIN, SESSIONS, SLOTS, STREAMS, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATHS = ("/auto/v1", "/live/{login}/1.ts", "/{login}/1", "/telecast/stream/1.ts")
ZAPPING_SECONDS = 60.0
# Beyond the grace period, for a busy machine.
CLOSING_SECONDS = 5.0


@pytest.mark.parametrize("path", PATHS)
async def test_ffprobe_finds_picture_and_sound(world: World, path: str) -> None:
    found = await describe_stream(world.url(path))
    assert found == "h264 640x360, aac 48000 Hz"


async def test_a_player_plays(world: World) -> None:
    process = await asyncio.create_subprocess_exec(
        *player(world.url("/telecast/stream/1.ts")), stdout=PIPE, stderr=STDOUT
    )
    async with asyncio.timeout(30):
        said, _ = await process.communicate()
    assert (process.returncode, said.decode()) == (0, "")


def player(url: str) -> tuple[str, ...]:
    """Answer how the player of this machine plays two seconds."""
    if mpv := shutil.which("mpv"):
        quiet = ("--no-config", "--vo=null", "--ao=null", "--msg-level=all=error")
        return (mpv, *quiet, "--no-terminal", "--frames=50", url)
    return ("ffmpeg", "-v", "error", "-i", url, "-t", "2", "-f", "null", "-")


async def test_pyxtream_logs_in_and_lists(world: World, tmp_path: Path) -> None:
    def log_in() -> XTream:
        player = XTream(
            "Telecast",
            LOGIN.username,
            LOGIN.password,
            world.home.url,
            cache_path=str(tmp_path),
        )
        player.load_iptv()
        return player

    found = await asyncio.to_thread(log_in)
    assert found.state["authenticated"]
    names = {channel.name for channel in found.channels}
    assert names == {channel.name for channel in world.provider.channels}
    assert {group.name for group in found.groups} >= {"General", "News", "Sport"}


@pytest.mark.parametrize("path", PATHS)
async def test_head_tells_of_video_and_opens_nothing(world: World, path: str) -> None:
    await world.provider.until(lambda provider: provider.open == 0)
    world.provider.most = 0
    async with aiohttp.ClientSession() as client:
        for _ in range(5):
            async with client.head(world.url(path)) as response:
                assert response.status == 200
                assert response.content_type == "video/mp2t"
    assert world.provider.most == 0


async def test_kodi_may_ask_for_ranges(world: World) -> None:
    whole = {"Range": "bytes=0-"}
    async with aiohttp.ClientSession(headers=whole) as client:
        async with client.get(world.url("/telecast/stream/1.ts")) as response:
            # A live stream has no ranges: the answer is the stream itself.
            assert response.status == 200
            assert begins_with_keyframe(await response.content.readexactly(20_000))
        async with client.get(world.url("/telecast/playlist.m3u")) as response:
            assert response.status in (200, 206)
            assert (await response.text()).startswith("#EXTM3U")


async def test_five_viewers_over_three_protocols_share_one_upstream(
    world: World,
) -> None:
    provider = world.provider
    await provider.until(lambda provider: provider.open == 0)
    provider.most = 0
    paths = (PATHS[0], PATHS[1], PATHS[3], PATHS[0], PATHS[1])
    async with AsyncExitStack() as stack:
        viewers = await asyncio.gather(
            *(
                stack.enter_async_context(watching(world.url(path), f"player {index}"))
                for index, path in enumerate(paths)
            )
        )
        for viewer in viewers:
            await viewer.until_it_plays()
        assert (provider.open, provider.most) == (1, 1)
        state = await world.frontend.until(
            SESSIONS, lambda state: state["state"] == "5"
        )
        sessions = state["attributes"]["sessions"]
        assert {session["protocol"] for session in sessions} == {
            "hdhomerun",
            "xtream",
            "http",
        }
        assert {session["channel"] for session in sessions} == {"Demo One"}
        streams = await world.frontend.state(STREAMS)
        assert streams["state"] == "1"
    began = time.monotonic()
    async with asyncio.timeout(GRACE + CLOSING_SECONDS):
        await provider.until(lambda provider: provider.open == 0)
    assert time.monotonic() - began > GRACE / 2


async def test_a_late_viewer_begins_at_once_with_a_keyframe(world: World) -> None:
    url = world.url("/telecast/stream/1.ts")
    async with watching(url, "early") as early:
        await early.until(lambda viewer: len(viewer.data) > 100_000)
        for _ in range(5):
            async with watching(url, "late") as late:
                await late.until_it_plays()
                await late.until(lambda viewer: len(viewer.data) > 100_000)
            data = bytes(late.data)
            assert begins_with_keyframe(data)
            assert await complaints(whole_pictures(data)) == ""


async def test_zapping_never_takes_more_streams_than_allowed(world: World) -> None:
    provider = world.provider
    provider.most = 0
    end = time.monotonic() + ZAPPING_SECONDS
    answers = await asyncio.gather(*(zap(world, index, end) for index in range(4)))
    assert provider.most <= SLOTS
    played = sum(status == 200 for statuses in answers for status in statuses)
    assert played > 4 * ZAPPING_SECONDS / 4
    assert {status for statuses in answers for status in statuses} <= {200, 503}
    async with asyncio.timeout(GRACE + CLOSING_SECONDS):
        await provider.until(lambda provider: provider.open == 0)


async def zap(world: World, viewer: int, end: float) -> list[int]:
    """Tune channels at random, some for a moment only; answer what was answered."""
    chance = random.Random(viewer)
    statuses = []
    while time.monotonic() < end:
        number = chance.randint(1, len(world.provider.channels))
        path = chance.choice(PATHS).replace("1", str(number))
        with suppress(TimeoutError):
            async with (
                asyncio.timeout(chance.uniform(0.02, 1.5)),
                watching(world.url(path), f"zapper {viewer}") as tuned,
            ):
                statuses.append(tuned.status)
                if tuned.status == 200:
                    await tuned.until_it_plays()
    return statuses
