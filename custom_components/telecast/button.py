"""Buttons: refresh a source, skip what a virtual channel plays, test the encoders."""

from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .coordinator import TelecastConfigEntry
from .entity import (
    HubEntity,
    SourceEntity,
    async_add_source_entities,
    async_add_virtual_entities,
)
from .services import async_refresh
from .virtual_actions import refusals

PARALLEL_UPDATES = 0

REFRESH = ButtonEntityDescription(key="refresh", translation_key="refresh")
SKIP = ButtonEntityDescription(key="skip", translation_key="skip")
TEST_ENCODERS = ButtonEntityDescription(
    key="test_encoders",
    translation_key="test_encoders",
    entity_category=EntityCategory.DIAGNOSTIC,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: TelecastConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the hub's button, and those of its sources."""
    coordinator = entry.runtime_data
    async_add_entities([TestEncodersButton(coordinator, TEST_ENCODERS)])
    async_add_source_entities(
        entry,
        async_add_entities,
        lambda subentry: [RefreshButton(coordinator, REFRESH, subentry)],
    )
    async_add_virtual_entities(
        entry,
        async_add_entities,
        lambda subentry: [SkipButton(coordinator, SKIP, subentry)],
    )


class RefreshButton(SourceEntity, ButtonEntity):
    """Refreshes a source."""

    @override
    async def async_press(self) -> None:
        """Refresh the source and wait for it; a failure is an error with its reason."""
        await async_refresh(self.coordinator.engine, self._subentry)


class SkipButton(SourceEntity, ButtonEntity):
    """Skips the rest of what a virtual channel plays, for all who watch it."""

    @override
    async def async_press(self) -> None:
        """Begin what is next now, where that may begin."""
        with refusals(self._subentry.title):
            await self.coordinator.engine.virtual.skip(self._subentry.subentry_id)


class TestEncodersButton(HubEntity, ButtonEntity):
    """Finds out anew which encoders work on this machine."""

    @override
    async def async_press(self) -> None:
        """Test all encoders and wait for that; an FFmpeg of no use is an error."""
        encoders = self.coordinator.engine.encoders
        await encoders.prove()
        self.coordinator.async_push()
        if encoders.problem:
            raise HomeAssistantError(
                translation_domain=DOMAIN, translation_key=encoders.problem
            )
