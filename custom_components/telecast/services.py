"""Actions: refresh a source, stop a stream, play a channel."""

from typing import cast

from homeassistant.components.media_player.const import (
    ATTR_MEDIA_CONTENT_ID,
    ATTR_MEDIA_CONTENT_TYPE,
    ATTR_MEDIA_EXTRA,
    DOMAIN as MEDIA_PLAYER,
    SERVICE_PLAY_MEDIA,
)
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import (
    config_validation as cv,
    device_registry as dr,
    service,
)
from homeassistant.helpers.target import (
    TargetSelection,
    async_extract_referenced_entity_ids,
)
import probatio

from .appointment_actions import async_setup_appointment_actions
from .channel_names import async_find_channel
from .const import (
    ATTR_CHANNEL,
    ATTR_SOURCE,
    DOMAIN,
    SERVICE_PLAY,
    SERVICE_REFRESH,
    SERVICE_STOP_STREAM,
    SOURCE_KINDS,
)
from .coordinator import TelecastConfigEntry
from .engine.engine import Engine
from .engine.errors import SourceError, TelecastError
from .item_actions import async_setup_item_actions
from .lineup_actions import async_setup_lineup_actions
from .media_items import content_type, media_id
from .session_actions import async_setup_session_actions

_CHANNEL = probatio.All(cv.string, probatio.Strip, probatio.NonEmpty())

PLAY_SCHEMA = cv.make_entity_service_schema({probatio.Required(ATTR_CHANNEL): _CHANNEL})
REFRESH_SCHEMA = probatio.Schema(
    {
        probatio.Required(ATTR_SOURCE): probatio.All(
            probatio.EnsureList(), [str], probatio.NonEmpty()
        )
    }
)
STOP_STREAM_SCHEMA = probatio.Schema({probatio.Required(ATTR_CHANNEL): _CHANNEL})


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions, for good."""
    for name, action, schema in (
        (SERVICE_PLAY, _play, PLAY_SCHEMA),
        (SERVICE_REFRESH, _refresh, REFRESH_SCHEMA),
        (SERVICE_STOP_STREAM, _stop_stream, STOP_STREAM_SCHEMA),
    ):
        hass.services.async_register(DOMAIN, name, action, schema)
    async_setup_lineup_actions(hass, _engine)
    async_setup_session_actions(hass, _engine)
    async_setup_item_actions(hass, _engine)
    async_setup_appointment_actions(hass, _engine)


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


async def _play(call: ServiceCall) -> None:
    """Let the players that the call names play its channel, all at once."""
    channel = await async_find_channel(_engine(call.hass), call.data[ATTR_CHANNEL])
    target = {key: value for key, value in call.data.items() if key != ATTR_CHANNEL}
    if not _has_player(call.hass, TargetSelection(target)):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="no_player"
        )
    media = {
        ATTR_MEDIA_CONTENT_ID: media_id(channel),
        ATTR_MEDIA_CONTENT_TYPE: content_type(channel),
        ATTR_MEDIA_EXTRA: {"title": channel.name},
    }
    await call.hass.services.async_call(
        MEDIA_PLAYER,
        SERVICE_PLAY_MEDIA,
        media,
        blocking=True,
        context=call.context,
        target=target,
    )


async def _refresh(call: ServiceCall) -> None:
    """Refresh the sources that the call names, one after the other."""
    entry = _entry(call.hass)
    named = [_source(call.hass, entry, name) for name in call.data[ATTR_SOURCE]]
    for subentry in named:
        await async_refresh(entry.runtime_data.engine, subentry)


async def _stop_stream(call: ServiceCall) -> None:
    """End the channel's stream for all who watch it; well where there is none."""
    engine = _engine(call.hass)
    channel = await async_find_channel(engine, call.data[ATTR_CHANNEL])
    engine.stop_stream(channel.id)


@callback
def _entry(hass: HomeAssistant) -> TelecastConfigEntry:
    """Answer the entry; raise ServiceValidationError where it is not loaded."""
    entry = service.async_get_config_entry(hass, DOMAIN, None)
    return cast(TelecastConfigEntry, entry)


@callback
def _engine(hass: HomeAssistant) -> Engine:
    """Answer the engine; raise HomeAssistantError where it is not running."""
    if engine := _entry(hass).runtime_data.running_engine:
        return engine
    raise HomeAssistantError(translation_domain=DOMAIN, translation_key="not_loaded")


@callback
def _has_player(hass: HomeAssistant, target: TargetSelection) -> bool:
    """Tell whether one of the entities that are meant is a player that is there."""
    selected = async_extract_referenced_entity_ids(hass, target)
    return any(
        (state := hass.states.get(entity_id)) is not None
        and state.domain == MEDIA_PLAYER
        and state.state != STATE_UNAVAILABLE
        for entity_id in selected.referenced | selected.indirectly_referenced
    )


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
