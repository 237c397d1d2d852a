"""Who gives way when a limit is reached, with the whole engine: the idle, and they alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
import ssl

import pytest

from custom_components.telecast.engine.composition import open_engine
from custom_components.telecast.engine.engine import Engine
from custom_components.telecast.engine.errors import (
    AccountBusyError,
    BusyError,
    SourceBusyError,
    TunerInUseError,
    TunersBusyError,
)
from custom_components.telecast.engine.events import Event, SessionEnded
from custom_components.telecast.engine.model import Account, Client
from custom_components.telecast.engine.settings import Settings, TunerSettings
from custom_components.telecast.engine.streams.stream_manager import (
    SLOT_PATIENCE_SECONDS,
)
from custom_components.telecast.engine.streams.viewing import Viewing
from tests.fakes.hdhomerun import HDHomeRun
from tests.fakes.left_over import leaving_nothing
from tests.fakes.loop_time import LoopTime
from tests.fakes.transport import Multiplex

VIDEO = b"".join(Multiplex().seconds(2, frames=5, size=20))
NUMBERS = ("5.1", "7.1", "9.1")
ANN, BOB, EVE = (
    Client(address=f"10.0.0.{host}", user_agent="TV") for host in (1, 2, 3)
)
FAMILY = Account(id="f", username="family", password="secret", max_connections=2)


@dataclass(kw_only=True)
class World:
    """An engine over a device, and why sessions ended."""

    engine: Engine
    device: HDHomeRun
    events: list[Event]
    changed: asyncio.Event

    @asynccontextmanager
    async def watch(
        self,
        number: str,
        who: Client,
        *,
        protocol: str = "http",
        account: Account | None = None,
        tuner: int | None = None,
    ) -> AsyncIterator[Viewing]:
        """Watch as a player does, once the first bytes are there."""
        channel = await self.engine.lineup.by_number(number)
        async with self.engine.watch(
            channel, client=who, protocol=protocol, account=account, tuner=tuner
        ) as viewing:
            assert await anext(viewing)
            yield viewing

    async def refused(
        self, number: str, who: Client, *, account: Account | None = None
    ) -> BusyError:
        """Answer with what a viewer is refused."""
        with pytest.raises(BusyError) as refusal:
            async with self.watch(number, who, account=account):
                pass
        return refusal.value

    def pause(self, viewing: Viewing) -> None:
        """Let a player say that it has paused."""
        self.engine.sessions.pause(viewing.session)

    @property
    def ended(self) -> list[tuple[str, str]]:
        """Whose sessions have ended, and why."""
        return [
            (event.session["client"], event.reason)
            for event in self.events
            if isinstance(event, SessionEnded)
        ]


@asynccontextmanager
async def open_world(
    folder: Path, *, tuner_count: int = 4, slots: int = 4
) -> AsyncIterator[World]:
    """Run an engine on a device that has so many tuners of its own."""
    streams = dict.fromkeys(NUMBERS, VIDEO)
    async with (
        leaving_nothing(),
        HDHomeRun(streams, tuners=slots, rate=len(VIDEO) // 2) as device,
        open_engine(
            folder=folder,
            cache_folder=folder / "cache",
            settings=Settings(
                grace_period=0.0, hardware_acceleration="none", tuner_count=tuner_count
            ),
            ssl_context=ssl.create_default_context(),
        ) as engine,
    ):
        events: list[Event] = []
        changed = asyncio.Event()
        engine.events.subscribe(events.append)
        engine.events.subscribe(lambda _: changed.set())
        await engine.sources.add(
            TunerSettings(id="tuner", name="Tuner", host=device.host)
        )
        async with asyncio.timeout(60):
            while engine.sources.status("tuner").last_refresh is None:
                changed.clear()
                await changed.wait()
        yield World(engine=engine, device=device, events=events, changed=changed)


async def ends(viewing: Viewing) -> None:
    """Read on until a viewer is hung up on."""
    async with asyncio.timeout(60):
        async for block in viewing:
            assert block


async def test_an_accounts_idle_session_gives_way_to_another_player(
    tmp_path: Path,
) -> None:
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(open_world(tmp_path))
        world.engine.accounts.replace([FAMILY])
        await stack.enter_async_context(world.watch("5.1", ANN, account=FAMILY))
        paused = await stack.enter_async_context(
            world.watch("7.1", BOB, account=FAMILY)
        )
        refusal = await world.refused("9.1", EVE, account=FAMILY)
        assert isinstance(refusal, AccountBusyError)
        assert "5.1 (10.0.0.1)" in str(refusal)
        assert "7.1 (10.0.0.2)" in str(refusal)
        assert world.ended == []
        world.pause(paused)
        async with world.watch("9.1", EVE, account=FAMILY):
            assert world.ended == [(BOB.address, "gave_way")]
            await ends(paused)
            watching = world.engine.sessions.of_account("family")
            assert [one.client for one in watching] == [ANN, EVE]


@pytest.mark.parametrize(
    ("index", "error"), [(None, TunersBusyError), (1, TunerInUseError)]
)
async def test_a_tuner_whose_viewer_has_paused_gives_way(
    tmp_path: Path, index: int | None, error: type[BusyError]
) -> None:
    async with (
        open_world(tmp_path, tuner_count=2) as world,
        world.watch("5.1", ANN, protocol="hdhomerun", tuner=0),
        world.watch("7.1", BOB, protocol="hdhomerun", tuner=1) as paused,
    ):
        with pytest.raises(error, match=r"10\.0\.0\.2 watches .*7\.1"):
            async with world.watch("9.1", EVE, protocol="hdhomerun", tuner=index):
                pass
        world.pause(paused)
        async with world.watch("9.1", EVE, protocol="hdhomerun", tuner=index):
            assert world.ended == [(BOB.address, "gave_way")]
            await ends(paused)
            assert [one.client for one in world.engine.tuners.all] == [ANN, EVE]


async def refused_in_time(world: World) -> BusyError:
    """Answer with what a viewer of another channel is refused who has waited for a slot."""
    time = LoopTime()
    waiting = asyncio.create_task(world.refused("7.1", EVE))
    await asyncio.sleep(0)
    time.advance(SLOT_PATIENCE_SECONDS + 0.5)
    return await waiting


async def test_a_stream_gives_its_slot_up_when_all_its_viewers_have_paused(
    tmp_path: Path,
) -> None:
    async with (
        open_world(tmp_path, slots=1) as world,
        world.watch("5.1", ANN) as paused,
        world.watch("5.1", BOB) as shares,
    ):
        world.pause(paused)
        refusal = await refused_in_time(world)
        assert isinstance(refusal, SourceBusyError)
        assert str(refusal) == "In use by channel 5.1 (10.0.0.1, 10.0.0.2)"
        assert world.ended == []
        world.pause(shares)
        async with world.watch("7.1", EVE):
            assert sorted(world.ended) == [
                (ANN.address, "gave_way"),
                (BOB.address, "gave_way"),
            ]
            await ends(paused)
            await ends(shares)
            assert world.device.tuned == ["7.1"]


async def test_a_stream_that_another_channel_shows_outlasts_its_own_idle_viewers(
    tmp_path: Path,
) -> None:
    async with (
        open_world(tmp_path, slots=1) as world,
        world.watch("5.1", ANN) as paused,
    ):
        world.pause(paused)
        channel = await world.engine.lineup.by_number("5.1")
        async with world.engine.streams.watch(channel, relays=True) as relayed:
            assert isinstance(await refused_in_time(world), SourceBusyError)
            assert world.ended == []
            assert await anext(relayed)
        async with world.watch("7.1", EVE):
            assert world.ended == [(ANN.address, "gave_way")]
