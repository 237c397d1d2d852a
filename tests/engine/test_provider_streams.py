"""A provider with the whole engine: pictures, and no more of them than its logins allow."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
import ssl

import pytest

from custom_components.telecast.engine.composition import open_engine
from custom_components.telecast.engine.engine import Engine
from custom_components.telecast.engine.errors import (
    InvalidAuthError,
    SourceBusyError,
    TelecastError,
)
from custom_components.telecast.engine.model import Client, SourceStatus
from custom_components.telecast.engine.settings import (
    ProviderLogin,
    ProviderSettings,
    Settings,
)
from custom_components.telecast.engine.streams.viewing import Viewing
from tests.engine.sources.providers import fill, settings
from tests.fakes.left_over import leaving_nothing
from tests.fakes.panel import Panel, Quirk

SECOND = ProviderLogin(username="second", password="other/password")


@pytest.fixture(autouse=True)
async def _nothing_is_left() -> AsyncIterator[None]:
    async with leaving_nothing():
        yield


@pytest.fixture(name="panel")
async def _panel(_nothing_is_left: None) -> AsyncIterator[Panel]:
    async with Panel() as panel:
        panel.login(SECOND.username, SECOND.password)
        fill(panel)
        yield panel


@dataclass(kw_only=True)
class World:
    """An engine, and what it tells."""

    engine: Engine
    changes: asyncio.Event

    async def add(self, settings: ProviderSettings) -> None:
        """Add a provider, and wait until its channels are there."""
        await self.engine.sources.add(settings)
        await self.until(
            lambda: self.status.last_refresh and not self.status.refreshing
        )

    @property
    def status(self) -> SourceStatus:
        """What is known of the provider."""
        return self.engine.sources.status("one")

    async def until(self, met: Callable[[], object]) -> None:
        """Wait until a condition is met."""
        async with asyncio.timeout(60):
            while not met():
                self.changes.clear()
                await self.changes.wait()

    @asynccontextmanager
    async def watch(self, number: str) -> AsyncIterator[Viewing]:
        """Watch as a player does; the picture is there inside the block."""
        channel = await self.engine.lineup.by_number(number)
        who = Client(address="10.0.0.1", user_agent=f"test {number}")
        async with self.engine.watch(channel, client=who, protocol="http") as viewing:
            assert await anext(viewing)
            yield viewing

    async def failure(self, number: str) -> TelecastError | None:
        """Tune in; answer what goes wrong."""
        try:
            async with self.watch(number):
                return None
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


async def test_a_channel_plays_with_the_login_in_its_path(
    tmp_path: Path, panel: Panel
) -> None:
    async with open_world(tmp_path) as world:
        await world.add(settings(panel))
        async with world.watch("1"), world.watch("1"):
            assert panel.count().now == 1
            assert (world.status.streams_in_use, world.status.max_streams) == (1, 1)
            (asked,) = panel.asked(f"live/{panel.username}/{panel.password}/101.ts")
            assert asked.method == "GET"
        await panel.until(lambda: panel.streams.now == 0)
        await world.until(lambda: world.status.streams_in_use == 0)


async def test_no_more_channels_are_opened_than_the_account_allows(
    tmp_path: Path, panel: Panel
) -> None:
    async with open_world(tmp_path) as world:
        await world.add(settings(panel))
        async with world.watch("1"):
            error = await world.failure("2")
            assert isinstance(error, SourceBusyError)
            assert panel.password not in str(error)
        assert panel.count().peak == 1
        assert not panel.asked(f"live/{panel.username}/{panel.password}/102.ts")
        async with world.watch("2"):
            pass


async def test_the_slots_of_pooled_accounts_add_up_and_channels_do_not_double(
    tmp_path: Path, panel: Panel
) -> None:
    async with open_world(tmp_path) as world:
        await world.add(settings(panel, accounts=(SECOND,)))
        assert world.status.channels == world.engine.lineup.count == 3
        assert world.status.max_streams == 2
        async with world.watch("1"), world.watch("2"):
            assert world.status.streams_in_use == 2
            assert panel.count().now == panel.count("second").now == 1
            assert isinstance(await world.failure("3"), SourceBusyError)
        assert panel.count().peak == panel.count("second").peak == 1


async def test_who_zaps_gets_the_slot_of_whichever_login_is_free_first(
    tmp_path: Path, panel: Panel
) -> None:
    async with open_world(tmp_path) as world:
        await world.add(settings(panel, accounts=(SECOND,)))
        async with AsyncExitStack() as first:
            await first.enter_async_context(world.watch("1"))
            async with AsyncExitStack() as second:
                await second.enter_async_context(world.watch("2"))
                third = asyncio.ensure_future(world.failure("3"))
                await second.aclose()
                assert await third is None
        assert panel.count().peak == panel.count("second").peak == 1


async def test_a_login_that_is_over_is_not_watched_with(
    tmp_path: Path, panel: Panel
) -> None:
    panel.login(SECOND.username, SECOND.password, status="Banned")
    wrong = ProviderLogin(username="nobody", password="x")
    async with open_world(tmp_path) as world:
        await world.add(settings(panel, accounts=(SECOND, wrong)))
        assert (world.status.error, world.status.max_streams) == (None, 1)
        async with world.watch("1"):
            assert isinstance(await world.failure("2"), SourceBusyError)
        assert panel.count("second").ever == 0


async def test_what_the_user_allows_goes_before_what_the_provider_says(
    tmp_path: Path, panel: Panel
) -> None:
    panel.login(panel.username, panel.password, max_connections=5)
    async with open_world(tmp_path) as world:
        await world.add(settings(panel, max_streams=1))
        async with world.watch("1"):
            assert isinstance(await world.failure("2"), SourceBusyError)
            await world.engine.sources.update(settings(panel))
            assert world.status.max_streams == 5
            async with world.watch("2"), world.watch("3"):
                assert panel.count().now == 3


async def test_a_stream_goes_on_while_its_password_is_changed(
    tmp_path: Path, panel: Panel
) -> None:
    async with open_world(tmp_path) as world:
        await world.add(settings(panel))
        async with world.watch("1") as viewing:
            panel.login(panel.username, "new")
            changed = settings(panel, password="new")
            await world.engine.sources.update(changed)
            assert await anext(viewing)
            assert world.status.streams_in_use == 1
        async with world.watch("2"):
            (asked,) = panel.asked(f"live/{panel.username}/new/102.ts")
            assert asked


async def test_what_a_provider_offers_is_told_before_it_is_added(
    tmp_path: Path, panel: Panel
) -> None:
    wrong = ProviderLogin(username="nobody", password="x")
    async with open_world(tmp_path) as world:
        offer = await world.engine.check_provider(
            settings(panel, accounts=(SECOND, wrong))
        )
        assert offer.categories == ("News", "Sport")
        assert offer.facts.max_connections == 1
        assert [type(one) for one in offer.refused] == [InvalidAuthError]
        films = await world.engine.check_provider(settings(panel, live=False))
        assert films.categories == ()
        panel.quirks.add(Quirk.WRONG_LOGIN)
        with pytest.raises(InvalidAuthError):
            await world.engine.check_provider(settings(panel))
        assert world.engine.lineup.count == 0
