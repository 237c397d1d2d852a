"""An HDHomeRun tuner, with the whole engine: pictures, busy tuners, what is received."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
import ssl

import pytest

from custom_components.telecast.engine.composition import open_engine
from custom_components.telecast.engine.engine import Engine
from custom_components.telecast.engine.errors import (
    NoDataError,
    OwnTunerError,
    SourceBusyError,
    TelecastError,
    TuneFailedError,
)
from custom_components.telecast.engine.model import Client, SourceStatus
from custom_components.telecast.engine.settings import (
    PlaylistSettings,
    Settings,
    SourceSettings,
    TunerSettings,
)
from custom_components.telecast.engine.sources.tuner import (
    FIRST_LOOK_SECONDS,
    LOOK_SECONDS,
)
from custom_components.telecast.engine.streams.viewing import Viewing
from custom_components.telecast.formats.hdhomerun.reading import Signal
from custom_components.telecast.formats.mpegts import Scanner
from tests.fakes.hdhomerun import HDHomeRun
from tests.fakes.left_over import leaving_nothing
from tests.fakes.loop_time import LoopTime
from tests.fakes.provider import Provider
from tests.fakes.transport import Multiplex
from tests.formats.clips import clip

VIDEO = b"".join(Multiplex().seconds(2, frames=5, size=20))
RATE = len(VIDEO) // 2


@pytest.fixture(autouse=True)
async def _nothing_is_left() -> AsyncIterator[None]:
    async with leaving_nothing():
        yield


@pytest.fixture(name="device")
async def _device(_nothing_is_left: None) -> AsyncIterator[HDHomeRun]:
    async with HDHomeRun({"5.1": VIDEO, "7.1": VIDEO, "9.1": VIDEO}, rate=RATE) as one:
        yield one


@dataclass(kw_only=True)
class World:
    """An engine, and what it tells."""

    engine: Engine
    changes: asyncio.Event

    async def add(self, settings: SourceSettings) -> None:
        """Add a source, and wait until its channels are there."""
        await self.engine.sources.add(settings)
        await self.until(lambda: self.status(settings.id).last_refresh is not None)

    def status(self, source: str = "tuner") -> SourceStatus:
        """What is known of a source."""
        return self.engine.sources.status(source)

    async def until(self, met: Callable[[], object]) -> None:
        """Wait until a condition is met."""
        async with asyncio.timeout(60):
            while not met():
                self.changes.clear()
                await self.changes.wait()

    @asynccontextmanager
    async def watch(self, number: str) -> AsyncIterator[Viewing]:
        """Watch as a player does."""
        channel = await self.engine.lineup.by_number(number)
        who = Client(address="10.0.0.1", user_agent="test")
        async with self.engine.watch(channel, client=who, protocol="http") as viewing:
            yield viewing

    async def outcome(self, number: str) -> bytes | TelecastError:
        """Tune in; answer the first block, or what went wrong."""
        try:
            async with self.watch(number) as viewing:
                return await anext(viewing)
        except TelecastError as err:
            return err


@asynccontextmanager
async def open_world(folder: Path) -> AsyncIterator[World]:
    """Run an engine; streams end with their last viewers."""
    async with open_engine(
        folder=folder,
        cache_folder=folder / "cache",
        settings=Settings(grace_period=0.0, hardware_acceleration="none"),
        ssl_context=ssl.create_default_context(),
    ) as engine:
        changes = asyncio.Event()
        engine.events.subscribe(lambda _: changes.set())
        yield World(engine=engine, changes=changes)


def tuner(device: HDHomeRun) -> TunerSettings:
    return TunerSettings(id="tuner", name="Tuner", host=device.host)


async def test_a_picture_reaches_a_viewer_as_the_device_sends_it(
    tmp_path: Path,
) -> None:
    picture = clip()
    async with HDHomeRun({"5.1": picture}, rate=len(picture)) as device:
        async with open_world(tmp_path) as world:
            await world.add(tuner(device))
            scanner, came = Scanner(), b""
            async with world.watch("5.1") as viewing:
                while not scanner.program or len(came) < 100 * 188:
                    block = await anext(viewing)
                    scanner.scan(block)
                    came += block
            assert scanner.program.video
            assert scanner.program.video.codec == "h264"
            assert came[188 * 5 : 188 * 90] in picture
            await device.until(lambda: device.tuned == [None, None])


async def test_as_many_channels_as_there_are_tuners_can_be_watched_and_no_more(
    tmp_path: Path, device: HDHomeRun
) -> None:
    time = LoopTime()
    async with open_world(tmp_path) as world:
        await world.add(tuner(device))
        async with world.watch("5.1") as one, world.watch("7.1") as other:
            assert await anext(one)
            assert await anext(other)
            assert (world.status().streams_in_use, world.status().max_streams) == (2, 2)
            third = asyncio.ensure_future(world.outcome("9.1"))
            await asyncio.sleep(0)
            time.advance(4.0)
            assert isinstance(await third, SourceBusyError)
        assert device.asked.count("/auto/v9.1") == 0


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        ("803 System Busy", SourceBusyError),
        ("804 Tuner In Use", SourceBusyError),
        ("805 All Tuners In Use", SourceBusyError),
        ("806 Tune Failed", TuneFailedError),
        ("807 No Video Data", NoDataError),
        ("nonsense", TuneFailedError),
    ],
)
async def test_what_the_device_refuses_with_is_what_the_viewer_hears(
    tmp_path: Path, device: HDHomeRun, refusal: str, error: type[TelecastError]
) -> None:
    device.refusals["5.1"] = refusal
    async with open_world(tmp_path) as world:
        await world.add(tuner(device))
        found = await world.outcome("5.1")
        assert type(found) is error
        if refusal.startswith("805"):
            assert (
                str(found) == f"All tuners of http://{device.host} are in use by others"
            )


async def test_others_who_use_all_tuners_send_the_viewer_to_the_next_candidate(
    tmp_path: Path, device: HDHomeRun
) -> None:
    device.busy = 2
    async with (
        Provider() as provider,
        HDHomeRun({"5.1": VIDEO}, rate=RATE, device_id="1040A5B2") as spare,
        open_world(tmp_path) as world,
    ):
        lines = ["#EXTM3U"]
        for host in (device.host, spare.host):
            lines += ['#EXTINF:-1 tvg-id="five",Five', f"http://{host}/auto/v5.1"]
        provider.playlist("\n".join([*lines, ""]))
        url = provider.playlist_url
        await world.add(
            PlaylistSettings(id="list", name="List", url=url, max_streams=0)
        )
        for _ in range(6):
            assert isinstance(await world.outcome("1"), bytes)
            await spare.until(lambda: spare.tuned == [None, None])
        # It is tried first each time: that others watch speaks against nobody.
        assert device.asked.count("/auto/v5.1") == 6
        device.busy = 0
        assert isinstance(await world.outcome("1"), bytes)
        assert spare.asked.count("/auto/v5.1") == 6


async def test_what_is_received_is_asked_only_while_a_channel_is_watched(
    tmp_path: Path, device: HDHomeRun
) -> None:
    time = LoopTime()
    async with open_world(tmp_path) as world:
        await world.add(tuner(device))
        time.advance(2 * LOOK_SECONDS)
        async with world.watch("5.1") as viewing:
            assert await anext(viewing)
            assert world.status().signals == ()
            assert "/status.json" not in device.asked
            time.advance(FIRST_LOOK_SECONDS)
            await world.until(lambda: world.status().signals)
            assert world.status().signals == (
                Signal(tuner=0, strength=87, quality=92, symbol_quality=100),
                Signal(tuner=1),
            )
            device.signal["Strength"] = 41
            for _ in range(round(LOOK_SECONDS)):
                # Not all at once: the stream itself would be missed.
                time.advance(1.0)
                assert await anext(viewing)
            await world.until(lambda: world.status().signals[0].strength == 41)
        await world.until(lambda: world.status().signals == ())
        asked = device.asked.count("/status.json")
        assert asked == 2
        time.advance(5 * LOOK_SECONDS)
        assert isinstance(await world.outcome("7.1"), bytes)
        assert device.asked.count("/status.json") == asked


async def test_a_device_that_does_not_say_what_it_receives_streams_all_the_same(
    tmp_path: Path, device: HDHomeRun
) -> None:
    device.documents["/status.json"] = b"<html>"
    time = LoopTime()
    async with open_world(tmp_path) as world:
        await world.add(tuner(device))
        async with world.watch("5.1") as viewing:
            assert await anext(viewing)
            time.advance(FIRST_LOOK_SECONDS)
            await device.until(lambda: "/status.json" in device.asked)
            assert await anext(viewing)
            assert world.status().signals == ()
            assert world.status().error is None


async def test_our_own_tuner_is_no_source_though_it_were_added(
    tmp_path: Path, device: HDHomeRun
) -> None:
    async with open_world(tmp_path) as world:
        device.device_id = world.engine.identity.device_id
        with pytest.raises(OwnTunerError):
            await world.engine.check_tuner(device.host)
        assert await world.engine.find_tuners([device.place]) == []
        await world.engine.sources.add(tuner(device))
        await world.until(lambda: world.status().connected is False)
        assert world.status().error == "own_tuner"
        assert world.engine.lineup.count == 0
