"""An engine that fails by itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.telecast import hub
from custom_components.telecast.engine.composition import open_engine
from custom_components.telecast.engine.engine import Engine
from custom_components.telecast.engine.store.store import StorageError
from tests.fakes.provider import Provider

from .home import Home


@pytest.fixture
def bomb(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """What ends the engine when set, as a fault in one of its tasks would."""
    lit = asyncio.Event()

    async def explode() -> None:
        await lit.wait()
        lit.clear()
        raise RuntimeError("a fault of ours")

    @asynccontextmanager
    async def open_fragile(**arguments: Any) -> AsyncIterator[Engine]:
        async with open_engine(**arguments) as engine, asyncio.TaskGroup() as tasks:
            task = tasks.create_task(explode())
            yield engine
            task.cancel()

    monkeypatch.setattr(hub, "open_engine", open_fragile)
    return lit


async def test_an_engine_that_fails_at_once_stays_down_and_says_so(
    bomb: asyncio.Event,
    home: Home,
    provider: Provider,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await home.add_playlist(provider)
    viewer = await home.watch()
    engine = home.engine
    bomb.set()
    await viewer.content.read()
    await home.until(
        "sensor.telecast_channels", lambda state: state.state == STATE_UNAVAILABLE
    )
    assert home.hass.states.get("sensor.provider_channels").state == STATE_UNAVAILABLE
    assert (await home.player.get("/lineup.json")).status == 503
    assert "a fault of ours" in caplog.text
    step = await home.fill_in("account", {"username": "ann"})
    assert step["reason"] == "not_loaded"
    assert home.engine is engine
    assert await home.hass.config_entries.async_reload(home.entry.entry_id)
    await home.until("sensor.telecast_channels", lambda state: state.state == "2")


async def test_an_engine_that_fails_after_a_while_is_started_anew(
    bomb: asyncio.Event, home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    engine = home.engine
    engine.started = dt_util.utcnow() - timedelta(hours=1)
    bomb.set()
    await home.wait_for(
        lambda: (
            (home.entry.state is ConfigEntryState.LOADED and home.engine is not engine)
            or None
        )
    )
    await home.until("sensor.telecast_channels", lambda state: state.state == "2")


async def test_a_disk_that_fails_while_sources_are_added_is_tried_again_later(
    hass: HomeAssistant, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise StorageError("The disk is full")

    monkeypatch.setattr(
        "custom_components.telecast.engine.sources.registry.Sources.keep_only", fail
    )
    tasks = asyncio.all_tasks()
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "cannot_start"
    assert asyncio.all_tasks() <= tasks
