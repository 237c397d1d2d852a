"""Actions: refresh a source."""

from typing import cast

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr, service
import probatio

from .const import ATTR_SOURCE, DOMAIN, SERVICE_REFRESH, SOURCE_KINDS
from .coordinator import TelecastConfigEntry
from .engine.engine import Engine
from .engine.errors import SourceError, TelecastError

REFRESH_SCHEMA = probatio.Schema(
    {
        probatio.Required(ATTR_SOURCE): probatio.All(
            probatio.EnsureList(), [str], probatio.NonEmpty()
        )
    }
)


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions, for good."""
    hass.services.async_register(DOMAIN, SERVICE_REFRESH, _refresh, REFRESH_SCHEMA)


async def async_refresh(engine: Engine, subentry: ConfigSubentry) -> None:
    """Refresh a source and wait for it; raise HomeAssistantError with what went wrong."""
    try:
        await engine.sources.refresh(subentry.subentry_id)
    except TelecastError as err:
        known = isinstance(err, SourceError)
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key=err.code if known else "refresh_failed",
            translation_placeholders={"source": subentry.title},
        ) from err


async def _refresh(call: ServiceCall) -> None:
    """Refresh the sources that the call names, one after the other."""
    entry = cast(
        TelecastConfigEntry, service.async_get_config_entry(call.hass, DOMAIN, None)
    )
    named = [_source(call.hass, entry, name) for name in call.data[ATTR_SOURCE]]
    for subentry in named:
        await async_refresh(entry.runtime_data.engine, subentry)


@callback
def _source(
    hass: HomeAssistant, entry: TelecastConfigEntry, name: str
) -> ConfigSubentry:
    """Find a source by its device, its subentry's id, or its name."""
    device = dr.async_get(hass).async_get(name)
    subentry_id = device.config_subentry_id if device else name
    for subentry in entry.subentries.values():
        if subentry.subentry_type in SOURCE_KINDS and (
            subentry.subentry_id == subentry_id or subentry.title == name
        ):
            return subentry
    raise ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="unknown_source",
        translation_placeholders={"source": name},
    )
