"""Telecast: makes Home Assistant a TV head-end."""

from contextlib import suppress
import shutil
import sqlite3

from homeassistant.const import (
    EVENT_CORE_CONFIG_UPDATE,
    EVENT_HOMEASSISTANT_STOP,
    Platform,
)
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .coordinator import TelecastConfigEntry, TelecastCoordinator
from .engine.errors import TelecastError
from .held import Held
from .http import async_register_views
from .hub import cache_folder, data_folder, open_hub
from .repairs import async_clear_issues
from .services import async_setup_services

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)

PLATFORMS = (Platform.BINARY_SENSOR, Platform.BUTTON, Platform.EVENT, Platform.SENSOR)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register what is there for good: the servers' paths and the actions."""
    async_register_views(hass)
    async_setup_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: TelecastConfigEntry) -> bool:
    """Start the engine with the sources and accounts of the entry."""

    def failed() -> None:
        if hasattr(entry, "runtime_data"):
            entry.runtime_data.async_engine_failed()

    held = Held(open_hub(hass, entry), name="Telecast's engine", on_failure=failed)
    try:
        engine = await held.start()
        entry.runtime_data = TelecastCoordinator(hass, entry, engine, held)
        _listen(hass, entry.runtime_data)
        await entry.runtime_data.subentries.async_restore()
        await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    except (OSError, sqlite3.Error, TelecastError) as err:
        await held.stop()
        raise ConfigEntryNotReady(
            translation_domain=DOMAIN, translation_key="cannot_start"
        ) from err
    except BaseException:
        await held.stop()
        raise
    return True


async def async_unload_entry(hass: HomeAssistant, entry: TelecastConfigEntry) -> bool:
    """End all streams and stop the engine."""
    if not await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        return False
    await entry.runtime_data.async_close()
    return True


async def async_remove_entry(hass: HomeAssistant, entry: TelecastConfigEntry) -> None:
    """Delete all that Telecast keeps on disk."""
    async_clear_issues(hass)
    for folder in (data_folder(hass), cache_folder(hass)):
        with suppress(FileNotFoundError):
            await hass.async_add_executor_job(shutil.rmtree, folder)


@callback
def _listen(hass: HomeAssistant, coordinator: TelecastCoordinator) -> None:
    async def stop(_event: Event) -> None:
        await coordinator.async_close()

    @callback
    def take_time_zone() -> None:
        zone = dt_util.get_default_time_zone()
        coordinator.engine.time_zone = coordinator.engine.guide.time_zone = zone

    async def follow_time_zone(_event: Event) -> None:
        take_time_zone()
        # Blocks of virtual channels, and last days of accounts, go by the clocks here.
        await coordinator.subentries.async_apply()

    async def follow(_hass: HomeAssistant, _entry: TelecastConfigEntry) -> None:
        await coordinator.async_follow_entry()

    take_time_zone()
    for undo in (
        # Viewers hang on until their streams end, and Home Assistant waits for them.
        hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, stop),
        hass.bus.async_listen(EVENT_CORE_CONFIG_UPDATE, follow_time_zone),
        coordinator.config_entry.add_update_listener(follow),
    ):
        coordinator.config_entry.async_on_unload(undo)
