"""Buttons: refresh a source now."""

from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import TelecastConfigEntry
from .entity import SourceEntity, async_add_source_entities
from .services import async_refresh

PARALLEL_UPDATES = 0

REFRESH = ButtonEntityDescription(key="refresh", translation_key="refresh")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: TelecastConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up a button for each source."""
    coordinator = entry.runtime_data
    async_add_source_entities(
        entry,
        async_add_entities,
        lambda subentry: [RefreshButton(coordinator, REFRESH, subentry)],
    )


class RefreshButton(SourceEntity, ButtonEntity):
    """Refreshes a source."""

    @override
    async def async_press(self) -> None:
        """Refresh the source and wait for it; a failure is an error with its reason."""
        await async_refresh(self.coordinator.engine, self._subentry)
