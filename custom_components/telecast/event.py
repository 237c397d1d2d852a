"""Event entities: sessions and streams that begin, end and fail."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import TelecastConfigEntry
from .engine.events import (
    Event,
    SessionEnded,
    SessionStarted,
    StreamEnded,
    StreamFailed,
    StreamFailedOver,
    StreamStarted,
)
from .entity import HubEntity

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class TelecastEventDescription(EventEntityDescription):
    """Which of the engine's events an entity shows, and under which names."""

    names: Mapping[type[Event], str]


EVENTS = (
    TelecastEventDescription(
        key="sessions",
        translation_key="sessions",
        names={SessionStarted: "started", SessionEnded: "ended"},
    ),
    TelecastEventDescription(
        key="streams",
        translation_key="streams",
        names={
            StreamStarted: "started",
            StreamFailedOver: "failed_over",
            StreamFailed: "failed",
            StreamEnded: "ended",
        },
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: TelecastConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the hub's event entities."""
    coordinator = entry.runtime_data
    async_add_entities(TelecastEvent(coordinator, one) for one in EVENTS)


class TelecastEvent(HubEntity, EventEntity):
    """Shows the latest of some of the engine's events."""

    entity_description: TelecastEventDescription

    @property
    @override
    def event_types(self) -> list[str]:
        """Answer the names of the events."""
        return list(self.entity_description.names.values())

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the engine."""
        await super().async_added_to_hass()
        events = self.coordinator.engine.events
        self.async_on_remove(events.subscribe(self._heard))

    @callback
    def _heard(self, event: Event) -> None:
        if name := self.entity_description.names.get(type(event)):
            self._trigger_event(name, self.coordinator.facts(event))
            self.async_write_ha_state()
