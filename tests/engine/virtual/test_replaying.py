"""Recordings whose viewers pause, or that could not begin at once: nothing is left out."""

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any, cast, override

import pytest

from custom_components.telecast.engine.encoders.encoders import Encoders
from custom_components.telecast.engine.playout import ticks_at
from custom_components.telecast.engine.timeline import Showing
from custom_components.telecast.engine.virtual.replaying import ReplayClock
from custom_components.telecast.formats.mpegts import CLOCK, unwrap
from tests.fakes.left_over import leaving_nothing
from tests.fakes.loop_time import LoopTime
from tests.fakes.virtual import FakeChannel, clock, item
from tests.formats.clips import AAC, H264, clip, packets

from .playing import again, open_world, until_disks_have_answered

NOON = 1_795_000_000_000
DAY = 86_400_000
MATROSKA = ("-f", "matroska")
# So much is taken in without being read; more than that comes with the first seconds.
FULL = 2 * 1024 * 1024
LARGE = clip(
    *(*H264, "-qp", "18", *AAC),
    picture="testsrc2=size=320x180:rate=25,noise=alls=100:allf=t",
    seconds=14,
    start=0,
    keys="expr:gte(t,n_forced)",
    container=MATROSKA,
)
SMALL = clip(*H264, *AAC, seconds=1, start=0, container=MATROSKA)


@pytest.fixture(autouse=True)
async def _nothing_is_left() -> AsyncIterator[None]:
    async with leaving_nothing():
        yield
        until_disks_have_answered()


class Viewer:
    """Takes what is poured, but for what comes while it has paused."""

    def __init__(self) -> None:
        self.took: list[bytes] = []
        self.goes_on = asyncio.Event()

    async def pour(self, data: bytes) -> None:
        """Take it, once the viewer goes on."""
        await self.goes_on.wait()
        self.took.append(data)


class Overheard(FakeChannel):
    """Tells what time of day those who play it take it for."""

    def __init__(self, *args: Any, **others: Any) -> None:
        super().__init__(*args, **others)
        self._asked: asyncio.Queue[int] = asyncio.Queue()

    @override
    def at(self, instant: int) -> Showing:
        self._asked.put_nowait(instant)
        return super().at(instant)

    async def time(self) -> int:
        """Answer that: an edit has play-out look what is on."""
        while not self._asked.empty():
            self._asked.get_nowait()
        self.write(clock(), [(item(1, 20_000), 20_000)])
        return await self.asked()

    async def asked(self) -> int:
        """Answer what of the times that play-out has asked about comes next."""
        return await self._asked.get()


class Proving:
    """Encoders that take a minute to prove themselves."""

    def __init__(self, encoders: Encoders, time: LoopTime) -> None:
        self._encoders = encoders
        self._time = time

    def __getattr__(self, name: str) -> Any:
        return getattr(self._encoders, name)

    async def ready(self) -> None:
        """Wait for the proofs."""
        await self._encoders.prove()
        self._time.advance(60)


def into(begun: int, pts: int) -> float:
    """Answer how long after an instant a time stamp is shown, in seconds."""
    return (unwrap(ticks_at(begun), pts) - ticks_at(begun)) / CLOCK


async def until_it_stands(channel: Overheard) -> None:
    """Wait until a recording gets no further, since nobody reads it."""
    async with asyncio.timeout(60):
        while True:
            before = await channel.time()
            await asyncio.sleep(0.05)
            if await channel.time() == before:
                return


async def test_the_clock_goes_on_while_there_is_room() -> None:
    time, viewer = LoopTime(stopped=True), Viewer()
    replay = ReplayClock(NOON)
    viewer.goes_on.set()
    pour = replay.stood_by(viewer.pour)
    for seconds in (1, 2):
        time.advance(1)
        await pour(b"block")
        assert replay.now() == NOON + seconds * 1000
    assert viewer.took == [b"block", b"block"]


async def test_the_clock_stands_for_as_long_as_nobody_takes_anything() -> None:
    time, viewer = LoopTime(stopped=True), Viewer()
    replay = ReplayClock(NOON)
    pour = replay.stood_by(viewer.pour)
    for pauses in (1, 2):
        viewer.goes_on.clear()
        time.advance(2)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(pour(b"block"))
            await asyncio.sleep(0)
            time.advance(180)
            assert replay.now() == NOON + pauses * 2000
            viewer.goes_on.set()
        assert replay.now() == NOON + pauses * 2000


async def test_the_clock_goes_on_after_somebody_has_left_while_it_stood() -> None:
    time, viewer = LoopTime(stopped=True), Viewer()
    replay = ReplayClock(NOON)
    pouring = asyncio.create_task(replay.stood_by(viewer.pour)(b"block"))
    await asyncio.sleep(0)
    time.advance(5)
    pouring.cancel()
    with pytest.raises(asyncio.CancelledError):
        await pouring
    time.advance(1)
    assert replay.now() == NOON + 1000


async def test_who_pauses_a_recording_misses_nothing(tmp_path: Path) -> None:
    time = LoopTime()
    async with open_world(tmp_path) as world:
        added = world.add(LARGE, shape="large", kind=Overheard)
        begun = (clock() - DAY) // 1000 * 1000
        added.write(begun, [(item(1, 14_000), 14_000)])
        async with world.open(again(begun, 12)) as upstream:
            data = await upstream.read()
            await until_it_stands(cast("Overheard", added))
            time.advance(180)
            while len(data) < 3 * FULL:
                block = await upstream.read()
                assert block
                data += block
    shown = sorted(into(begun, one.pts) for one in packets(data))
    assert shown[0] < 3
    assert shown[-1] > shown[0] + 2
    assert max(later - one for one, later in pairwise(shown)) <= 0.5


async def test_a_recording_begins_where_it_begins_however_long_encoders_take_to_prove(
    tmp_path: Path,
) -> None:
    time = LoopTime()
    async with open_world(
        tmp_path, used=lambda encoders: cast("Encoders", Proving(encoders, time))
    ) as world:
        added = world.add(SMALL, kind=Overheard)
        begun = (clock() - DAY) // 1000 * 1000
        added.write(begun, [(item(1, 200_000), 200_000)])
        async with world.open(again(begun + 3000, 150)):
            begins = await cast("Overheard", added).asked()
    assert begun + 3000 <= begins < begun + 33_000
