"""Streams heal, over real HTTP: viewers stay whatever a provider does, and hear why."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
import ssl
import time

import pytest

from custom_components.telecast.engine.errors import TelecastError
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
from custom_components.telecast.engine.streams import stills
from custom_components.telecast.engine.streams.breakers import OPEN_SECONDS, address_key
from custom_components.telecast.engine.streams.cover import Slates
from custom_components.telecast.engine.streams.quality import Record
from custom_components.telecast.engine.streams.reader import Reader
from custom_components.telecast.engine.streams.slate import SlateMaker
from custom_components.telecast.engine.streams.slots import Slots
from custom_components.telecast.engine.streams.state import StreamState
from custom_components.telecast.engine.streams.stream_manager import StreamManager
from custom_components.telecast.engine.upstreams import open_upstream
from custom_components.telecast.engine.upstreams.upstream import (
    CONNECT_SECONDS,
    SILENCE_SECONDS,
)
from custom_components.telecast.formats.mpegts import PACKET, Scanner, discontinuities
from tests.fakes import faults
from tests.fakes.left_over import leaving_nothing
from tests.fakes.lineup import channel
from tests.fakes.loop_time import LoopTime
from tests.fakes.provider import Provider
from tests.fakes.scripted import ScriptedSlates, SlateLoop
from tests.fakes.transport import Multiplex

FFMPEG = Programs(binary="ffmpeg", owner="me")
CHANNEL = channel(1)
SECOND = b"".join(Multiplex().seconds(1, frames=5, size=20))
SIGHTLESS = b"".join(
    multiplex.tables() + multiplex.frame(key=False, size=50)
    for multiplex in [Multiplex()]
    for _ in range(5)
)


@pytest.fixture(autouse=True)
async def _nothing_is_left() -> AsyncIterator[None]:
    async with leaving_nothing():
        yield


@pytest.fixture(name="provider")
async def _provider() -> AsyncIterator[Provider]:
    streams = {"one": SECOND, "two": SECOND}
    async with Provider(streams, rate=len(SECOND)) as provider:
        provider.stream("sightless", SIGHTLESS, rate=len(SIGHTLESS))
        yield provider


class World:
    """A stream manager, its channel's addresses, and what it tells."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.names = ["one"]
        self.events: list[Event] = []
        self.slots = Slots(1)
        self.manager: StreamManager

    async def candidates(self, channel: Channel) -> tuple[Candidate, ...]:
        return tuple(
            Candidate(url=self.provider.stream_url(name), source="s", local=True)
            for name in self.names
        )

    @property
    def state(self) -> StreamState:
        return self.manager.streams[CHANNEL.id].stream.state

    @property
    def told(self) -> list[type[Event]]:
        return [type(event) for event in self.events]


@asynccontextmanager
async def managing(
    provider: Provider, slates: Slates | None = None
) -> AsyncIterator[World]:
    world = World(provider)
    async with (
        open_fetcher(ssl.create_default_context()) as fetcher,
        asyncio.TaskGroup() as tasks,
    ):
        world.manager = StreamManager(
            tasks=tasks,
            open_upstream=partial(open_upstream, fetcher, programs=FFMPEG),
            candidates=world.candidates,
            slots=lambda _: world.slots,
            grace_period=60,
            emit=world.events.append,
            slates=slates or ScriptedSlates(SlateLoop()),
        )
        yield world
        world.manager.close()
    assert world.slots.in_use == 0


async def read_until(reader: Reader, world: World, state: StreamState) -> bytes:
    """Read until the stream is in a state; answer what came."""
    read = b""
    async with asyncio.timeout(60):
        while world.state is not state:
            read += await anext(reader)
    return read


@pytest.mark.parametrize(
    "fault",
    [faults.drip(), faults.no_headers(), faults.stall(after=1)],
    ids=["drip", "mute", "stall"],
)
async def test_what_brings_no_television_ends_in_time(
    provider: Provider, fault: faults.Fault
) -> None:
    provider.misbehave("one", fault)
    time, loop = LoopTime(), asyncio.get_running_loop()
    async with managing(provider) as world:
        began = loop.time()
        async with world.manager.watch(CHANNEL) as reader, asyncio.TaskGroup() as tasks:

            async def fly() -> None:
                await provider.until(lambda: bool(provider.asked("/live/one.ts")))
                while True:
                    await asyncio.sleep(0.01)
                    time.advance(0.25)

            flying = tasks.create_task(fly())
            with pytest.raises(TelecastError):
                await anext(reader)
            flying.cancel()
        assert world.manager.last_failure
        assert world.manager.last_failure.reason == "timeout"
        # Time flies in hops of a quarter second and a half.
        assert loop.time() - began < 12 * 1.1 + 1
    assert world.told == [StreamFailed]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (faults.empty(), "no_data"),
        (faults.instead(b"\x00" * 300_000), "no_data"),
        (faults.html(), "no_data"),
        (faults.redirect_loop(), "cannot_connect"),
        (faults.status(458), "cannot_connect"),
    ],
    ids=["empty", "garbage", "page", "redirects", "refuses"],
)
async def test_what_is_no_television_ends_at_once_and_by_its_name(
    provider: Provider, fault: faults.Fault, reason: str
) -> None:
    provider.misbehave("one", fault)
    loop = asyncio.get_running_loop()
    async with managing(provider) as world:
        began = loop.time()
        async with world.manager.watch(CHANNEL) as reader:
            with pytest.raises(TelecastError):
                await anext(reader)
        assert world.manager.last_failure
        assert world.manager.last_failure.reason == reason
        # Nobody was waited for.
        assert loop.time() - began < min(CONNECT_SECONDS, SILENCE_SECONDS)
    assert world.told == [StreamFailed]


async def test_who_promises_a_picture_and_sends_none_is_told(
    provider: Provider,
) -> None:
    time = LoopTime()
    async with managing(provider) as world:
        world.names = ["sightless", "two"]
        async with world.manager.watch(CHANNEL) as reader:
            await anext(reader)
            while StreamFailedOver not in world.told:
                time.advance(0.2)
                await anext(reader)
        assert isinstance(change := world.events[1], StreamFailedOver)
        assert change.reason == "no_picture"
    assert world.told == [StreamStarted, StreamFailedOver, StreamEnded]


async def test_viewers_stay_through_an_outage(provider: Provider) -> None:
    async with managing(provider) as world:
        async with world.manager.watch(CHANNEL) as reader:
            await read_until(reader, world, StreamState.ACTIVE)
            stream = world.manager.streams[CHANNEL.id].stream
            provider.misbehave("one", faults.status(503))
            provider.cut("one", reset=True)
            before = await read_until(reader, world, StreamState.FAILED)
            async with asyncio.timeout(60):
                while StreamFailed not in world.told or reader.behind:
                    before += await anext(reader)
            assert world.manager.last_failure
            assert world.manager.last_failure.reason == "cannot_connect"
            assert stream.error_count >= 2
            async with world.manager.watch(CHANNEL) as newcomer:
                assert Scanner().scan(await anext(newcomer)), "it sees the slate"
            provider.behave("one")
            after = await read_until(reader, world, StreamState.ACTIVE)
            while StreamStarted not in world.told[1:] or reader.behind:
                after += await anext(reader)
            assert stream.error is None
    assert world.told == [StreamStarted, StreamFailed, StreamStarted, StreamEnded]
    scanner = Scanner()
    scanner.scan(SECOND)
    assert scanner.program
    mark = discontinuities(scanner.program)
    assert len(before + after) % PACKET == 0
    assert (before + after).count(mark) == 2, "of slate and stream"


async def test_nobody_is_kept_who_has_nothing_to_see(provider: Provider) -> None:
    time = LoopTime()
    async with managing(provider, slates=ScriptedSlates(None)) as world:
        async with world.manager.watch(CHANNEL) as reader:
            await read_until(reader, world, StreamState.ACTIVE)
            provider.misbehave("one", faults.status(503))
            provider.cut("one")
            ended = asyncio.create_task(_read_on(reader))
            while not ended.done():
                time.advance(0.2)
                await asyncio.sleep(0.01)
            assert reader.end_reason == "tune_failed"
    assert world.told == [StreamStarted, StreamFailed, StreamEnded], "failed only once"


async def test_a_failing_stream_can_be_stopped(provider: Provider) -> None:
    async with managing(provider) as world:
        async with world.manager.watch(CHANNEL) as reader:
            await read_until(reader, world, StreamState.ACTIVE)
            provider.misbehave("one", faults.status(503))
            provider.cut("one")
            await read_until(reader, world, StreamState.FAILED)
            async with asyncio.timeout(2):
                world.manager.stop(CHANNEL.id)
                await _read_on(reader)
    await provider.until(lambda: provider.streams.now == 0)


async def test_an_address_that_fails_and_fails_is_refused_without_asking(
    provider: Provider,
) -> None:
    provider.misbehave("one", faults.status(503))
    async with managing(provider) as world:
        for _ in range(8):
            async with world.manager.watch(CHANNEL) as reader:
                with pytest.raises(TelecastError, match="503"):
                    await anext(reader)
    assert len(provider.asked("/live/one.ts")) == 5
    assert world.told == [StreamFailed] * 8


async def test_the_next_stream_begins_with_the_better_address(
    provider: Provider,
) -> None:
    provider.misbehave("one", faults.status(503))
    async with managing(provider) as world:
        world.names = ["one", "two"]
        async with world.manager.watch(CHANNEL) as reader:
            await anext(reader)
            quality = world.manager.streams[CHANNEL.id].quality
    assert quality
    now, unknown = time.time(), Record()
    records = [
        quality.records.get(address_key(candidate), unknown)
        for candidate in quality.candidates
    ]
    assert [record.failed_lately(now) for record in records] == [True, False]


async def test_with_a_real_slate_what_viewers_get_can_be_decoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Beside other work a slate may take longer to encode than viewers would wait.
    monkeypatch.setattr(stills, "PATIENCE_SECONDS", 60.0)
    recording = await encoded()
    async with Provider({"one": recording}, rate=len(recording) / 4) as provider:
        async with managing(provider, SlateMaker(FFMPEG)) as world:
            async with world.manager.watch(CHANNEL) as reader:
                seen = await read_until(reader, world, StreamState.ACTIVE)
                provider.misbehave("one", faults.status(503))
                provider.cut("one")
                # Where that takes long, the address has to be let in again meanwhile.
                async with asyncio.timeout(OPEN_SECONDS + 60):
                    while StreamFailed not in world.told or len(seen) < 100_000:
                        seen += await anext(reader)
                    provider.behave("one")
                    while StreamStarted not in world.told[1:]:
                        seen += await anext(reader)
                    for _ in range(5):
                        seen += await anext(reader)
    sizes = await sizes_decoded(seen)
    assert sizes == ["320x180", "1280x720", "320x180"]


async def _read_on(reader: Reader) -> None:
    async for _ in reader:
        pass


async def encoded() -> bytes:
    """Have FFmpeg make some seconds of television."""
    return await _ffmpeg(
        *("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=4"),
        *("-f", "lavfi", "-i", "sine=d=4", "-c:v", "libx264", "-preset", "ultrafast"),
        *("-g", "25", "-c:a", "aac", "-f", "mpegts", "pipe:1"),
    )


async def sizes_decoded(data: bytes) -> list[str]:
    """Have FFmpeg decode; answer the sizes of the pictures in their order."""
    said = await _ffmpeg(
        *("-f", "mpegts", "-i", "pipe:0", "-map", "0:v", "-vf", "showinfo"),
        *("-autoscale", "0", "-f", "null", "-"),
        data=data,
        stderr=True,
    )
    sizes = [
        word.removeprefix("s:")
        for line in said.decode().splitlines()
        if "showinfo" in line
        for word in line.split()
        if word.startswith("s:")
    ]
    return [size for at, size in enumerate(sizes) if at == 0 or sizes[at - 1] != size]


async def _ffmpeg(*arguments: str, data: bytes = b"", stderr: bool = False) -> bytes:
    process = await asyncio.create_subprocess_exec(
        *("ffmpeg", "-hide_banner", *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate(data)
    return err if stderr else out
