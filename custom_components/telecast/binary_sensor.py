"""Binary sensors: whether each source could be read."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.components.binary_sensor import (
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import TelecastConfigEntry
from .entity import SourceEntity, async_add_source_entities

PARALLEL_UPDATES = 0

CONNECTED = BinarySensorEntityDescription(
    key="connected",
    translation_key="connected",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: TelecastConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up a binary sensor for each source."""
    coordinator = entry.runtime_data
    async_add_source_entities(
        entry,
        async_add_entities,
        lambda subentry: [Connected(coordinator, CONNECTED, subentry)],
    )


class Connected(SourceEntity, BinarySensorEntity):
    """Whether the last refresh of a source succeeded."""

    @property
    @override
    def is_on(self) -> bool | None:
        """Answer whether it did; None before the first one."""
        return self.subject.connected

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Answer what went wrong, and what was left out."""
        return {
            "last_error": self.subject.error,
            "message": self.subject.message,
            "guide_error": self.subject.guide_error,
            "skipped": self.subject.skipped,
        }
