"""Home Assistant is killed, and encoders lie: the next start, or stream, knows better."""

import asyncio
from contextlib import AsyncExitStack
import os
from pathlib import Path
import signal
import sys

import pytest

from scripts.workbench.demo.provider import serve
from scripts.workbench.frontend import open_frontend
from scripts.workbench.home_assistant import (
    CONFIGURATION,
    is_ffmpeg,
    run_home_assistant,
)

from .hls_player import playing
from .provider import Provider
from .viewer import shows_a_new_picture, watching
from .world import STREAMS, World, open_world

pytestmark = pytest.mark.timeout(120)

PROFILES = ("internet240", "internet360", "internet480", "aac", "ac3")
GONE_SECONDS = 10.0
ENCODER = "sensor.telecast_encoder"
PLAYS_SECONDS = 10.0
LIES_SECONDS = 4.0
PROOF_SECONDS = 1.0
GOES_ON_SECONDS = 5.0


async def test_a_killed_home_assistant_leaves_nothing_to_its_next_run(
    tmp_path: Path,
) -> None:
    provider = Provider()
    async with serve(provider):
        async with (
            run_home_assistant(tmp_path) as home,
            open_frontend(home.url) as page,
        ):
            await page.enter("telecast", "telecast")
            await page.until_running()
            world = World(provider=provider, home=home, frontend=page)
            await world.set_up()
            entry = await world.entry()
            async with page.reloading(entry):
                await page.configure(entry, max_encoders=10, tuner_count=10)
            async with AsyncExitStack() as stack:
                for profile in PROFILES:
                    url = world.url(f"/auto/v1?transcode={profile}")
                    viewer = await stack.enter_async_context(watching(url))
                    await viewer.until_it_plays()
                folder = await segments(world)
                left = home.ffmpegs()
                assert len(left) == len(PROFILES)
                os.kill(home.pid, signal.SIGKILL)
        async with (
            run_home_assistant(tmp_path) as home,
            open_frontend(home.url) as page,
        ):
            async with asyncio.timeout(GONE_SECONDS):
                while alive(left) or folder.exists():
                    await asyncio.sleep(0.1)
            # Stopped in the middle of its start it would leave something again.
            await page.enter("telecast", "telecast")
            await page.until_running()


async def segments(world: World) -> Path:
    """Watch a channel by HLS, and answer where its segments lie."""
    async with playing(await world.hls_url("Demo Two")) as player:
        await player.watch("480p", 1)
        state = await world.frontend.until(
            STREAMS,
            lambda state: any(
                stream["segment_path"] for stream in state["attributes"]["streams"]
            ),
        )
    return next(
        Path(stream["segment_path"])
        for stream in state["attributes"]["streams"]
        if stream["segment_path"]
    )


def alive(pids: list[int]) -> bool:
    """Tell whether any of these processes is still there, as FFmpeg."""
    return any(is_ffmpeg(pid) for pid in pids)


# Proves itself as an encoder of NVIDIA's, encodes a few seconds, and fails. Its proof
# takes longer than two changes of a sensor are apart, so that each of them is seen.
LIAR = """#!{python}
import re, subprocess, sys, time

arguments = sys.argv[1:]
if "h264_nvenc" not in arguments:
    sys.exit(subprocess.call(["ffmpeg", *arguments], close_fds=False))
if "pipe:0" not in arguments:
    time.sleep({proof})
    said = arguments.index("-progress")
    proof = ["-f", "lavfi", "-i", "testsrc2", "-frames:v", "10", "-f", "null", "-"]
    command = ["ffmpeg", "-v", "error", *arguments[said : said + 2], *proof]
    sys.exit(subprocess.call(command, close_fds=False))
text = " ".join(arguments).replace("h264_nvenc", "libx264")
for option in ("-preset p1", "-rc vbr", "-forced-idr 1"):
    text = text.replace(option, "-preset ultrafast" if "preset" in option else "")
process = subprocess.Popen(["ffmpeg", *text.split()], close_fds=False)
try:
    process.wait({seconds})
except subprocess.TimeoutExpired:
    process.kill()
sys.exit(1)
"""


async def test_a_stream_goes_on_in_software_when_its_encoder_fails(
    tmp_path: Path,
) -> None:
    program = tmp_path / "ffmpeg"
    program.write_text(
        LIAR.format(python=sys.executable, proof=PROOF_SECONDS, seconds=LIES_SECONDS)
    )
    program.chmod(0o755)
    config = tmp_path / "config"
    config.mkdir()
    (config / "configuration.yaml").write_text(
        f"{CONFIGURATION}ffmpeg:\n  ffmpeg_bin: {program}\n"
    )
    async with open_world(config) as world:
        await world.set_up()
        await world.frontend.until(ENCODER, lambda state: state["state"] == "nvenc")
        async with (
            asyncio.TaskGroup() as tasks,
            watching(world.url("/auto/v1?transcode=internet240")) as viewer,
        ):
            # It soon proves itself again, and that must not be missed.
            choosing = tasks.create_task(
                world.frontend.until(ENCODER, lambda state: state["state"] != "nvenc")
            )
            async with asyncio.timeout(PLAYS_SECONDS):
                await viewer.until_it_plays()
            # What tells of the encoder may come later than the new picture.
            viewer.forget()
            async with asyncio.timeout(LIES_SECONDS + GOES_ON_SECONDS):
                await choosing
            async with asyncio.timeout(GOES_ON_SECONDS):
                await viewer.until(shows_a_new_picture)
            assert not viewer.ended
