"""Setting up, unloading, reloading and removing Telecast, also in mid-stream."""

import asyncio
from pathlib import Path
import threading
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
import psutil
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.fakes import faults
from tests.fakes.provider import PLAYLIST, Provider

from .home import Home


def folders(hass: HomeAssistant) -> list[Path]:
    """Where Telecast keeps its data."""
    return [
        Path(hass.config.path("telecast")),
        Path(hass.config.cache_path("telecast")),
    ]


async def test_the_hub_is_a_device_with_its_entities(home: Home) -> None:
    device = home.device()
    assert device is not None
    assert device.name == "Telecast"
    assert device.entry_type is dr.DeviceEntryType.SERVICE
    assert {
        state.entity_id
        for state in home.hass.states.async_all()
        if ".telecast_" in state.entity_id
    } == {
        "button.telecast_test_encoders",
        "event.telecast_sessions",
        "event.telecast_streams",
        "sensor.telecast_active_encoders",
        "sensor.telecast_active_sessions",
        "sensor.telecast_active_streams",
        "sensor.telecast_channels",
        "sensor.telecast_encoder",
        "sensor.telecast_upstream_rate",
        "sensor.telecast_viewer_rate",
    }


def left() -> tuple[set[asyncio.Task[Any]], set[str], list[psutil.Process], int]:
    """What may be left behind: tasks, threads, processes and open files."""
    us = psutil.Process()
    # Home Assistant's own pool of threads grows as it likes.
    threads = {one.name for one in threading.enumerate() if "Sync" not in one.name}
    return asyncio.all_tasks(), threads, us.children(), us.num_fds()


async def test_unloading_in_mid_stream_leaves_nothing(
    home: Home, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    await home.unload()
    before = left()
    caplog.clear()
    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    await home.add_playlist(provider)
    viewers = [await home.watch() for _ in range(3)]
    await home.unload()
    for viewer in viewers:
        await viewer.content.read()
        viewer.close()
    await provider.until(lambda: provider.connections.now == 0)
    assert home.entry.state is ConfigEntryState.NOT_LOADED
    after = left()
    assert after[0] <= before[0]
    assert after[1] <= before[1]
    assert after[2] == before[2] == []
    # The viewers' own connections may be kept alive.
    assert after[3] <= before[3] + 2 * len(viewers)
    assert not [one for one in caplog.records if one.levelname in ("WARNING", "ERROR")]


async def test_unloading_in_mid_refresh_leaves_nothing(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    provider.misbehave(PLAYLIST, faults.stall(after=20))
    refreshing = asyncio.create_task(
        home.hass.services.async_call(
            "telecast", "refresh", {"source": "Provider"}, blocking=True
        )
    )
    await provider.until(lambda: len(provider.asked(PLAYLIST)) == 3)
    async with asyncio.timeout(5):
        await home.unload()
        with pytest.raises(HomeAssistantError) as interrupted:
            await refreshing
    assert interrupted.value.translation_key == "ingestion_failed"
    await provider.until(lambda: provider.connections.now == 0)
    assert psutil.Process().children() == []


async def test_an_unloaded_hub_answers_503_and_comes_back(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    await home.unload()
    response = await home.player.get("/lineup.json")
    assert response.status == 503
    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    await home.until("sensor.telecast_channels", lambda state: state.state == "2")
    response = await home.player.get("/lineup.json")
    assert [entry["GuideName"] for entry in await response.json()] == ["one", "two"]


async def test_reloading_in_mid_stream_ends_the_stream_in_order(
    home: Home, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    await home.add_playlist(provider)
    viewer = await home.watch()
    ended = home.heard("telecast_session_ended")
    assert await home.hass.config_entries.async_reload(home.entry.entry_id)
    await viewer.content.read()
    await provider.until(lambda: provider.streams.now == 0)
    assert [one["reason"] for one in ended] == ["stopping"]
    await home.until("sensor.telecast_channels", lambda state: state.state == "2")
    again = await home.watch()
    again.close()
    assert not [one for one in caplog.records if one.levelname in ("WARNING", "ERROR")]


async def test_removing_deletes_what_was_kept_and_adding_again_starts_anew(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    viewer = await home.watch()
    assert any(folders(home.hass)[0].iterdir())
    device_id = home.engine.identity.device_id
    await home.hass.config_entries.async_remove(home.entry.entry_id)
    await viewer.content.read()
    assert not any(folder.exists() for folder in folders(home.hass))
    assert not [
        state for state in home.hass.states.async_all() if "telecast" in state.entity_id
    ]
    entry = home.entry = MockConfigEntry(domain="telecast", title="Telecast")
    entry.add_to_hass(home.hass)
    assert await home.hass.config_entries.async_setup(entry.entry_id)
    assert home.engine.identity.device_id != device_id
    assert home.engine.lineup.count == 0


async def test_removing_what_never_started_is_no_error(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await hass.config_entries.async_remove(entry.entry_id)
    assert not hass.config_entries.async_entries("telecast")


async def test_home_assistant_stops_at_once_though_viewers_watch(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    viewers = [await home.watch() for _ in range(20)]
    async with asyncio.timeout(5):
        await home.hass.async_stop(force=True)
        for viewer in viewers:
            await viewer.content.read()
        await provider.until(lambda: provider.connections.now == 0)


async def test_a_folder_that_cannot_be_made_is_tried_again_later(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    folders(hass)[0].write_text("in the way")
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "cannot_start"
    folders(hass)[0].unlink()
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED


async def test_an_engine_whose_sources_cannot_be_added_is_stopped_again(
    home: Home, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    await home.add_playlist(provider)
    await home.unload()
    tasks = asyncio.all_tasks()

    async def fail(*_: object) -> None:
        raise RuntimeError("no platform today")

    monkeypatch.setattr(home.hass.config_entries, "async_forward_entry_setups", fail)
    assert not await home.hass.config_entries.async_setup(home.entry.entry_id)
    assert home.entry.state is ConfigEntryState.SETUP_ERROR
    await provider.until(lambda: provider.connections.now == 0)
    assert asyncio.all_tasks() <= tasks


async def test_a_platform_that_stays_keeps_the_engine(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = home.engine

    async def refuse(*_: object) -> bool:
        return False

    with monkeypatch.context() as patched:
        patched.setattr(home.hass.config_entries, "async_unload_platforms", refuse)
        assert not await home.hass.config_entries.async_unload(home.entry.entry_id)
    assert home.entry.state is ConfigEntryState.FAILED_UNLOAD
    assert await engine.lineup.groups() == []


async def test_the_time_zone_is_home_assistants_also_when_it_changes(
    home: Home,
) -> None:
    assert str(home.engine.time_zone) == "US/Pacific"
    await home.hass.config.async_update(time_zone="Europe/Berlin")
    await home.hass.async_block_till_done()
    assert str(home.engine.time_zone) == "Europe/Berlin"
    await home.hass.config.async_update(time_zone="UTC")
    await home.hass.async_block_till_done()
