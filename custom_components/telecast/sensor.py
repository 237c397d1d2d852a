"""Sensors: who watches, how much flows, what each source holds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory, UnitOfDataRate
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .attributes import listed
from .coordinator import Snapshot, TelecastConfigEntry
from .engine.model import SourceStatus
from .entity import (
    AccountEntity,
    HubEntity,
    SourceEntity,
    async_add_account_entities,
    async_add_source_entities,
)
from .formats.ffmpeg import Encoder

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class TelecastSensorDescription[Subject](SensorEntityDescription):
    """A fact about the hub, a source or an account."""

    value_fn: Callable[[Subject], int | str | datetime | None]
    attributes_fn: Callable[[Subject], Mapping[str, Any]] = lambda _: {}


def _streams(snapshot: Snapshot) -> Mapping[str, Any]:
    return listed("streams", snapshot.streams) | _last_failure(snapshot)


def _last_failure(snapshot: Snapshot) -> dict[str, Any]:
    if not (failure := snapshot.last_failure):
        return {"last_failure": None}
    return {"last_failure": failure.facts | {"at": failure.at.isoformat()}}


HUB_SENSORS: tuple[TelecastSensorDescription[Snapshot], ...] = (
    TelecastSensorDescription(
        key="active_sessions",
        translation_key="active_sessions",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda snapshot: len(snapshot.sessions),
        attributes_fn=lambda snapshot: listed("sessions", snapshot.sessions),
    ),
    TelecastSensorDescription(
        key="active_streams",
        translation_key="active_streams",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda snapshot: snapshot.statistics.streams,
        attributes_fn=_streams,
    ),
    TelecastSensorDescription(
        key="active_encoders",
        translation_key="active_encoders",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda snapshot: snapshot.statistics.encoders,
        attributes_fn=lambda snapshot: listed("encoders", snapshot.encoders),
    ),
    TelecastSensorDescription(
        key="encoder",
        translation_key="encoder",
        device_class=SensorDeviceClass.ENUM,
        options=list(Encoder),
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda snapshot: snapshot.encoder,
        attributes_fn=lambda snapshot: {
            "reason": snapshot.encoder_reason,
            "unusable": snapshot.unusable_encoders,
        },
    ),
    TelecastSensorDescription(
        key="upstream_rate",
        translation_key="upstream_rate",
        device_class=SensorDeviceClass.DATA_RATE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfDataRate.BITS_PER_SECOND,
        suggested_unit_of_measurement=UnitOfDataRate.MEGABITS_PER_SECOND,
        suggested_display_precision=1,
        value_fn=lambda snapshot: snapshot.statistics.upstream_rate,
    ),
    TelecastSensorDescription(
        key="viewer_rate",
        translation_key="viewer_rate",
        device_class=SensorDeviceClass.DATA_RATE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfDataRate.BITS_PER_SECOND,
        suggested_unit_of_measurement=UnitOfDataRate.MEGABITS_PER_SECOND,
        suggested_display_precision=1,
        value_fn=lambda snapshot: snapshot.statistics.viewer_rate,
    ),
    TelecastSensorDescription(
        key="channels",
        translation_key="channels",
        value_fn=lambda snapshot: snapshot.statistics.channels,
    ),
)

SOURCE_SENSORS: tuple[TelecastSensorDescription[SourceStatus], ...] = (
    TelecastSensorDescription(
        key="channels",
        translation_key="channels",
        value_fn=lambda status: status.channels,
    ),
    TelecastSensorDescription(
        key="streams_in_use",
        translation_key="streams_in_use",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda status: status.streams_in_use,
        attributes_fn=lambda status: {"max_streams": status.max_streams},
    ),
    TelecastSensorDescription(
        key="last_refresh",
        translation_key="last_refresh",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda status: status.last_refresh,
    ),
)

ACCOUNT_SENSORS: tuple[TelecastSensorDescription[list[dict[str, Any]]], ...] = (
    TelecastSensorDescription(
        key="sessions",
        translation_key="sessions",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=len,
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
            SourceSensor(coordinator, one, subentry) for one in SOURCE_SENSORS
        ],
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


class AccountSensor(AccountEntity, TelecastSensor[list[dict[str, Any]]]):
    """A fact about an account."""
