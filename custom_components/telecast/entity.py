"""What all entities of Telecast share."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, override

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import (
    DOMAIN,
    SOURCE_KINDS,
    SUBENTRY_ACCOUNT,
    SUBENTRY_ACESTREAM,
    SUBENTRY_LIBRARY,
    SUBENTRY_PLAYLIST,
    SUBENTRY_PROVIDER,
    SUBENTRY_TUNER,
    SUBENTRY_VIRTUAL_CHANNEL,
)
from .coordinator import Snapshot, TelecastConfigEntry, TelecastCoordinator
from .engine.model import Account, SourceStatus

_MODELS = {
    SUBENTRY_PLAYLIST: "Playlist",
    SUBENTRY_PROVIDER: "Xtream provider",
    SUBENTRY_ACESTREAM: "AceStream engine",
    SUBENTRY_TUNER: "HDHomeRun tuner",
    SUBENTRY_LIBRARY: "Film library",
    SUBENTRY_VIRTUAL_CHANNEL: "Virtual channel",
    SUBENTRY_ACCOUNT: "Account",
}


class HubEntity(CoordinatorEntity[TelecastCoordinator]):
    """An entity of the hub itself."""

    _attr_has_entity_name = True

    def __init__(
        self, coordinator: TelecastCoordinator, description: EntityDescription
    ) -> None:
        super().__init__(coordinator)
        entry_id = coordinator.config_entry.entry_id
        self.entity_description = description
        self._attr_unique_id = f"{entry_id}_{description.key}"
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, entry_id)})

    @property
    def subject(self) -> Snapshot:
        """What the entity is about: all that goes on."""
        return self.coordinator.data


class SubentryEntity(CoordinatorEntity[TelecastCoordinator]):
    """An entity of a source or an account."""

    _attr_has_entity_name = True

    def __init__(
        self,
        coordinator: TelecastCoordinator,
        description: EntityDescription,
        subentry: ConfigSubentry,
    ) -> None:
        super().__init__(coordinator)
        self.entity_description = description
        self._subentry = subentry
        self._attr_unique_id = f"{subentry.subentry_id}_{description.key}"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, subentry.subentry_id)},
            name=subentry.title,
            manufacturer="Telecast",
            model=_MODELS[subentry.subentry_type],
            entry_type=DeviceEntryType.SERVICE,
            via_device_id=coordinator.device_id,
        )


class SourceEntity(SubentryEntity):
    """An entity of a source."""

    @property
    @override
    def available(self) -> bool:
        """Answer whether the engine knows the source."""
        known = self.coordinator.data.sources
        return super().available and self._subentry.subentry_id in known

    @property
    def subject(self) -> SourceStatus:
        """What the entity is about: the source as it is now."""
        return self.coordinator.data.sources[self._subentry.subentry_id]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountUse:
    """An account, and who watches with it."""

    account: Account
    sessions: list[dict[str, Any]]


class AccountEntity(SubentryEntity):
    """An entity of an account."""

    @property
    @override
    def available(self) -> bool:
        """Answer whether the engine knows the account."""
        return super().available and self._account is not None

    @property
    def subject(self) -> AccountUse:
        """What the entity is about: the account as it is now, and its sessions."""
        account = self._account
        assert account
        return AccountUse(
            account=account,
            sessions=[
                session
                for session in self.coordinator.data.sessions
                if session["account"] == account.username
            ],
        )

    @property
    def _account(self) -> Account | None:
        accounts = self.coordinator.engine.accounts.all
        wanted = self._subentry.subentry_id
        return next((account for account in accounts if account.id == wanted), None)


@callback
def async_add_source_entities(
    entry: TelecastConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make: Callable[[ConfigSubentry], Iterable[Entity]],
) -> None:
    """Add entities for each source, now and whenever one comes."""
    _async_add(entry, async_add_entities, SOURCE_KINDS, make)


@callback
def async_add_virtual_entities(
    entry: TelecastConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make: Callable[[ConfigSubentry], Iterable[Entity]],
) -> None:
    """Add entities for each virtual channel, now and whenever one comes."""
    _async_add(entry, async_add_entities, {SUBENTRY_VIRTUAL_CHANNEL}, make)


@callback
def async_add_account_entities(
    entry: TelecastConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make: Callable[[ConfigSubentry], Iterable[Entity]],
) -> None:
    """Add entities for each account, now and whenever one comes."""
    _async_add(entry, async_add_entities, {SUBENTRY_ACCOUNT}, make)


@callback
def _async_add(
    entry: TelecastConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    types: Iterable[str],
    make: Callable[[ConfigSubentry], Iterable[Entity]],
) -> None:
    def add(subentry: ConfigSubentry) -> None:
        if subentry.subentry_type in types:
            async_add_entities(make(subentry), config_subentry_id=subentry.subentry_id)

    entry.async_on_unload(entry.runtime_data.subentries.async_follow(add))
