"""Hundreds of starts, stops, zaps and failures, in any order: nothing is left of them."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
import os
from pathlib import Path
import random
import signal

import aiohttp
import pytest

from scripts.workbench.websocket import RefusedError

from .hls_player import playing
from .resources import holds_no_more_than, install_census, resources, running_tasks
from .viewer import watching
from .world import LOGIN, SESSIONS, STREAMS, World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

CYCLES = 500
AT_ONCE = 10
TUNERS = 20
CHANNELS = ("1", "2", "3", "60", "61", "62", "63", "64", "65", "66", "67")
SLOTS_IN_USE = ("sensor.demo_streams_in_use", "sensor.recordings_streams_in_use")
type Action = Callable[[World, random.Random, Counter[str]], Awaitable[None]]

PROFILES = ("", "?transcode=internet240", "?transcode=aac")


@pytest.fixture(scope="module")
def folder(folder: Path) -> Path:
    """Have tasks counted inside Home Assistant."""
    install_census(folder)
    return folder


async def test_five_hundred_cycles_leave_nothing_behind(world: World) -> None:
    await world.add_recordings()
    entry = await world.entry()
    async with world.frontend.reloading(entry):
        await world.frontend.configure(entry, tuner_count=TUNERS)
    # What is opened once and kept is there after the first use.
    done: Counter[str] = Counter()
    await cycle(world, random.Random(0), done, watch_hls)
    await quiet(world)
    before = await resources_and_tasks(world)
    turns = iter(range(CYCLES))

    async def user(number: int) -> None:
        chance = random.Random(number)
        for _ in turns:
            await cycle(world, chance, done, chance.choice(ACTIONS))

    async with asyncio.TaskGroup() as tasks:
        for number in range(AT_ONCE):
            tasks.create_task(user(number))
    await quiet(world)
    await holds_no_more_than(world, before, resources_and_tasks)
    await all_slots_are_free(world)
    world.assert_clean_log()
    assert done["ts"] > CYCLES / 20, done
    assert done["hls"] > CYCLES / 50, done
    assert min(done["killed"], done["stopped"]) > 0, done


async def resources_and_tasks(world: World) -> Counter[str]:
    """Count what must not become more with use."""
    return await resources(world) | await running_tasks(world)


async def cycle(
    world: World, chance: random.Random, done: Counter[str], action: Action
) -> None:
    """Do something, and lose patience before long."""
    with suppress(TimeoutError, aiohttp.ClientError, AssertionError):
        async with asyncio.timeout(chance.uniform(0.05, 2.5)):
            await action(world, chance, done)


async def watch_ts(world: World, chance: random.Random, done: Counter[str]) -> None:
    """Tune a channel, as it is or transcoded."""
    path = f"/auto/v{chance.choice(CHANNELS)}{chance.choice(PROFILES)}"
    async with watching(world.url(path)) as viewer:
        await viewer.until_it_plays()
        done["ts"] += 1
        await viewer.until(lambda viewer: viewer.ended)


async def watch_account(
    world: World, chance: random.Random, done: Counter[str]
) -> None:
    """Tune a channel with a login."""
    number = chance.randint(1, 3)
    async with watching(world.url(f"/live/{LOGIN.path}/{number}.ts")) as viewer:
        await viewer.until_it_plays()
        done["ts"] += 1
        await viewer.until(lambda viewer: viewer.ended)


async def watch_hls(world: World, chance: random.Random, done: Counter[str]) -> None:
    """Watch a channel by HLS, in any rendition."""
    name = chance.choice(("Demo One", "Demo Two", "hd", "dvb", "dolby"))
    async with playing(await world.hls_url(name)) as player:
        rendition = chance.choice(("480p", "720p"))
        await player.watch(rendition, 1)
        done["hls"] += 1
        await player.watch(rendition, 50)


async def kill_an_ffmpeg(
    world: World, chance: random.Random, done: Counter[str]
) -> None:
    """Kill whatever FFmpeg runs."""
    for pid in chance.sample(found := world.home.ffmpegs(), min(1, len(found))):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            done["killed"] += 1


async def let_a_provider_fail(
    world: World, chance: random.Random, done: Counter[str]
) -> None:
    """Cut a channel off, and let it come back."""
    world.provider.die(chance.choice((1, 2, "hd", "dvb")))
    try:
        await asyncio.sleep(chance.random())
    finally:
        world.provider.live_again()


async def stop_a_stream(
    world: World, chance: random.Random, done: Counter[str]
) -> None:
    """End a channel for all who watch it."""
    with suppress(RefusedError):
        number = chance.choice(CHANNELS)
        await world.frontend.act("telecast", "stop_stream", channel=number)
        done["stopped"] += 1


ACTIONS = (
    *(watch_ts, watch_ts, watch_ts, watch_account, watch_hls, watch_hls),
    *(kill_an_ffmpeg, let_a_provider_fail, stop_a_stream),
)


async def all_slots_are_free(world: World) -> None:
    """Encode as many streams at once as may be, of channels that were never cut off."""
    tuners = await world.frontend.get("/status.json")
    assert len(tuners) == TUNERS
    assert not any("VctNumber" in tuner for tuner in tuners)
    async with AsyncExitStack() as stack:
        for number in ("3", "62"):
            url = world.url(f"/auto/v{number}?transcode=internet240")
            viewer = await stack.enter_async_context(watching(url))
            assert viewer.status == 200
            await viewer.until_it_plays()
        assert len(world.home.ffmpegs()) == 2
    await quiet(world)


async def quiet(world: World) -> None:
    """Wait until all that was begun has come to its end."""
    for entity in (SESSIONS, STREAMS, "sensor.telecast_active_encoders", *SLOTS_IN_USE):
        await world.frontend.until(entity, lambda state: state["state"] == "0")
    device = await world.frontend.get("/discover.json")
    segments = Path("/dev/shm") / f"telecast-{device['DeviceID']}"
    async with asyncio.timeout(30):
        await world.provider.until(lambda provider: provider.open == 0)
        while world.home.ffmpegs() or list(segments.iterdir()):
            await asyncio.sleep(0.1)
