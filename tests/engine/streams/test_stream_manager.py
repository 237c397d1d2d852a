"""The stream manager over real HTTP: one upstream per channel, limits, zapping."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
import random
import ssl

from aiohttp import web
from aiohttp.test_utils import TestServer
import pytest

from custom_components.telecast.engine.errors import (
    NoDataError,
    SourceBusyError,
    StreamClosedError,
    TuneFailedError,
)
from custom_components.telecast.engine.events import (
    Event,
    StreamEnded,
    StreamFailed,
    StreamFailedOver,
    StreamStarted,
)
from custom_components.telecast.engine.fetch import open_fetcher
from custom_components.telecast.engine.model import Candidate, Channel
from custom_components.telecast.engine.processes.process import Programs
from custom_components.telecast.engine.streams.slots import Slots
from custom_components.telecast.engine.streams.stream_manager import StreamManager
from custom_components.telecast.engine.upstreams import open_upstream
from tests.fakes.lineup import channel
from tests.fakes.loop_time import LoopTime
from tests.fakes.transport import Multiplex

FFMPEG = Programs(binary="ffmpeg", owner="me")
SECOND = b"".join(Multiplex().seconds(1, frames=5, size=20))


class Station:
    """Sends endless video under any path, and counts who is connected."""

    def __init__(self) -> None:
        self.now = 0
        self.peak = 0
        self.ever = 0
        self.dead = False
        self.cut = asyncio.Event()

    async def send(self, request: web.Request) -> web.StreamResponse:
        if self.dead or request.path.startswith("/dead"):
            return web.Response(status=404)
        if request.path.startswith("/page"):
            return web.Response(text="<html>", content_type="text/html")
        self.ever += 1
        self.now += 1
        self.peak = max(self.peak, self.now)
        response = web.StreamResponse(headers={"Content-Type": "video/mp2t"})
        try:
            await response.prepare(request)
            while not self.cut.is_set():
                await response.write(SECOND)
                await asyncio.sleep(0.02)
        finally:
            self.now -= 1
        self.cut.clear()
        assert request.transport
        request.transport.abort()
        return response


class World:
    """A stream manager, and what it tells."""

    def __init__(self, station: Station, server: TestServer) -> None:
        self.station = station
        self.server = server
        self.slots = Slots(1)
        self.events: list[Event] = []
        self.paths: dict[int, list[str]] = {}

    async def candidates(self, channel: Channel) -> tuple[Candidate, ...]:
        paths = self.paths.get(channel.id, [f"/{channel.id}"])
        return tuple(
            Candidate(url=str(self.server.make_url(path)), source="s", local=True)
            for path in paths
        )

    def told(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
async def world() -> AsyncIterator[World]:
    station = Station()
    app = web.Application()
    app.router.add_get("/{path:.*}", station.send)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    yield World(station, server)
    await server.close()


@asynccontextmanager
async def managing(
    world: World, grace_period: float = 60
) -> AsyncIterator[StreamManager]:
    async with (
        open_fetcher(ssl.create_default_context()) as fetcher,
        asyncio.TaskGroup() as tasks,
    ):
        manager = StreamManager(
            tasks=tasks,
            open_upstream=partial(open_upstream, fetcher, programs=FFMPEG),
            candidates=world.candidates,
            slots=lambda _: world.slots,
            grace_period=grace_period,
            emit=world.events.append,
        )
        yield manager
        manager.close()
    assert world.slots.in_use == 0
    assert not manager.streams


async def eventually(true: Callable[[], bool]) -> None:
    """Wait for what other tasks and the network bring about; fail after half a minute."""
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.01)


async def test_a_herd_opens_one_upstream(world: World) -> None:
    async with managing(world) as manager:

        async def view() -> bytes:
            async with manager.watch(channel(1)) as reader:
                return await anext(reader)

        blocks = await asyncio.gather(*(view() for _ in range(50)))
        assert {block[0] for block in blocks} == {0x47}
        assert (world.station.ever, world.station.peak) == (1, 1)
        assert world.told(StreamStarted) == [
            StreamStarted(channel_id=1, channel="Channel 1", number="1", source="s")
        ]


async def test_after_the_grace_period_the_provider_sees_nobody(world: World) -> None:
    async with managing(world, grace_period=0.05) as manager:
        async with manager.watch(channel(1)) as reader:
            await anext(reader)
            assert world.station.now == 1
        await eventually(lambda: not manager.streams)
        await eventually(lambda: world.station.now == 0)
        assert len(world.told(StreamEnded)) == 1


async def test_zapping_with_one_connection_never_opens_two(world: World) -> None:
    async with managing(world) as manager:
        for number in (1, 2, 3, 1, 2, 3):
            async with manager.watch(channel(number)) as reader:
                await anext(reader)
        assert (world.station.ever, world.station.peak) == (6, 1)


async def test_many_zappers_never_exceed_the_limit(world: World) -> None:
    world.slots.limit = 2
    chance = random.Random(2)
    tuned = refused = 0

    async def zap() -> None:
        nonlocal tuned, refused
        for _ in range(15):
            try:
                async with manager.watch(channel(chance.randint(1, 5))) as reader:
                    await anext(reader)
                    await asyncio.sleep(chance.random() / 50)
                    tuned += 1
            except SourceBusyError, StreamClosedError:
                refused += 1

    async with managing(world) as manager:
        await asyncio.gather(*(zap() for _ in range(6)))
    assert world.station.peak <= 2
    assert tuned > refused


async def test_when_all_slots_are_watched_the_next_is_refused(world: World) -> None:
    async with managing(world) as manager, manager.watch(channel(1)) as reader:
        await anext(reader)
        async with manager.watch(channel(2)) as refused:
            with pytest.raises(SourceBusyError, match="channel 1"):
                await anext(refused)
        async with manager.watch(channel(1)) as sharing:
            assert await anext(sharing)


async def test_a_viewer_who_leaves_in_time_makes_room_for_one_who_waits(
    world: World,
) -> None:
    async with managing(world) as manager:
        async with asyncio.TaskGroup() as tasks:
            async with manager.watch(channel(1)) as reader:
                await anext(reader)

                async def next_channel() -> bytes:
                    async with manager.watch(channel(2)) as other:
                        return await anext(other)

                waiting = tasks.create_task(next_channel())
                await asyncio.sleep(0.05)
                assert not waiting.done()
        assert waiting.result()
        assert world.station.peak == 1


async def test_a_dead_channel_is_refused_and_said(world: World) -> None:
    world.paths[1] = ["/dead"]
    async with managing(world) as manager:
        async with manager.watch(channel(1)) as reader:
            with pytest.raises(TuneFailedError, match="404"):
                await anext(reader)
        await eventually(lambda: not manager.streams)
        (failed,) = world.told(StreamFailed)
        assert isinstance(failed, StreamFailed)
        assert failed.reason == "cannot_connect"
        assert manager.last_failure == failed


async def test_a_page_is_no_video(world: World) -> None:
    world.paths[1] = ["/page"]
    async with managing(world) as manager, manager.watch(channel(1)) as reader:
        with pytest.raises(NoDataError):
            await anext(reader)


async def test_the_next_candidate_goes_on_when_the_upstream_dies(world: World) -> None:
    world.paths[1] = ["/a", "/b"]
    async with managing(world) as manager, manager.watch(channel(1)) as reader:
        await anext(reader)
        world.station.cut.set()
        await eventually(lambda: bool(world.told(StreamFailedOver)))
        while reader.behind:
            await anext(reader)
        assert await anext(reader)
        assert (world.station.ever, world.station.peak) == (2, 1)


async def test_nobody_is_let_in_while_it_stops(world: World) -> None:
    async with managing(world) as manager:
        async with manager.watch(channel(1)) as reader:
            await anext(reader)
            manager.close()
            assert [block async for block in reader if not block] == []
        with pytest.raises(StreamClosedError):
            async with manager.watch(channel(2)):
                pass


async def test_what_is_idle_for_longer_than_the_grace_period_is_swept(
    world: World,
) -> None:
    async with managing(world, grace_period=60) as manager:
        async with manager.watch(channel(1)) as reader:
            await anext(reader)
            manager.end_idle()
            assert manager.streams, "it is watched"
        manager.end_idle()
        assert manager.streams, "its grace period has not ended"
        LoopTime().advance(61)
        manager.end_idle()
        await eventually(lambda: not manager.streams)


async def test_who_makes_something_that_nobody_watches_keeps_no_slot(
    world: World,
) -> None:
    needed = True
    async with managing(world) as manager:
        async with manager.watch(channel(1), needed=lambda: needed) as reader:
            await anext(reader)
            needed = False
            async with manager.watch(channel(2)) as other:
                assert await anext(other)
        assert world.station.peak == 1
