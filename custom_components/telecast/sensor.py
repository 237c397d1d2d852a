"""Sensors: who watches, how much flows, what each source holds."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, override

from homeassistant.components.sensor import SensorEntity, SensorStateClass
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import Snapshot, TelecastConfigEntry
from .engine.model import Account, SourceStatus
from .entity import (
    AccountEntity,
    AccountUse,
    HubEntity,
    SourceEntity,
    async_add_account_entities,
    async_add_source_entities,
    async_add_virtual_entities,
)
from .hub_sensors import HUB_SENSORS
from .on_air import OnAirSensor
from .sensor_description import TelecastSensorDescription
from .source_sensors import ON_AIR, sensors_of

PARALLEL_UPDATES = 0


def _limits(account: Account) -> Mapping[str, Any]:
    return {
        "max_connections": account.max_connections,
        "expires": account.expires and account.expires.isoformat(),
        "enabled": account.enabled,
    }


ACCOUNT_SENSORS: tuple[TelecastSensorDescription[AccountUse], ...] = (
    TelecastSensorDescription(
        key="sessions",
        translation_key="sessions",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda use: len(use.sessions),
        attributes_fn=lambda use: _limits(use.account),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: TelecastConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the hub's sensors, and those of its sources and accounts."""
    coordinator = entry.runtime_data
    async_add_entities(HubSensor(coordinator, one) for one in HUB_SENSORS)
    async_add_source_entities(
        entry,
        async_add_entities,
        lambda subentry: [
            SourceSensor(coordinator, one, subentry) for one in sensors_of(subentry)
        ],
    )
    async_add_virtual_entities(
        entry,
        async_add_entities,
        lambda subentry: [OnAirSensor(coordinator, ON_AIR, subentry)],
    )
    async_add_account_entities(
        entry,
        async_add_entities,
        lambda subentry: [
            AccountSensor(coordinator, one, subentry) for one in ACCOUNT_SENSORS
        ],
    )


class TelecastSensor[Subject](SensorEntity):
    """Shows one fact about its subject."""

    entity_description: TelecastSensorDescription[Subject]
    _unrecorded_attributes = frozenset(
        f"{name}{left_out}"
        for name in ("encoders", "sessions", "streams")
        for left_out in ("", "_left_out")
    )

    @property
    def subject(self) -> Subject:
        """What the entity is about."""
        raise NotImplementedError

    @property
    @override
    def native_value(self) -> int | str | datetime | None:
        """Answer the fact."""
        return self.entity_description.value_fn(self.subject)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Answer what is behind the fact."""
        return self.entity_description.attributes_fn(self.subject)


class HubSensor(HubEntity, TelecastSensor[Snapshot]):
    """A fact about the hub."""


class SourceSensor(SourceEntity, TelecastSensor[SourceStatus]):
    """A fact about a source."""


class AccountSensor(AccountEntity, TelecastSensor[AccountUse]):
    """A fact about an account."""
