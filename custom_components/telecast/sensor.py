"""Sensors: who watches, how much flows, what each source holds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import PERCENTAGE, EntityCategory, UnitOfDataRate
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .attributes import listed
from .const import (
    CONF_TUNER_COUNT,
    SUBENTRY_ACESTREAM,
    SUBENTRY_LIBRARY,
    SUBENTRY_PROVIDER,
    SUBENTRY_TUNER,
    SUBENTRY_VIRTUAL_CHANNEL,
)
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
from .formats.acestream import DOWNLOADING, Swarm
from .formats.ffmpeg import Encoder
from .formats.hdhomerun.reading import Signal
from .on_air import OnAirSensor

PARALLEL_UPDATES = 0

_PLAYBACK = {"": "buffering", "prebuf": "buffering", "buf": "buffering"} | {
    DOWNLOADING: "downloading"
}


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


def _limits(account: Account) -> Mapping[str, Any]:
    return {
        "max_connections": account.max_connections,
        "expires": account.expires and account.expires.isoformat(),
        "enabled": account.enabled,
    }


def _swarm(status: SourceStatus) -> Swarm:
    return status.swarm or Swarm()


def _signal(status: SourceStatus, tuner: int) -> Signal:
    told = (one for one in status.signals if one.tuner == tuner)
    return next(told, Signal(tuner=tuner))


def _playback(status: SourceStatus) -> str:
    told = _swarm(status).status
    return _PLAYBACK.get(told, "other") if status.streams_in_use else "idle"


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

LAST_REFRESH = TelecastSensorDescription[SourceStatus](
    key="last_refresh",
    translation_key="last_refresh",
    device_class=SensorDeviceClass.TIMESTAMP,
    entity_category=EntityCategory.DIAGNOSTIC,
    value_fn=lambda status: status.last_refresh,
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
    LAST_REFRESH,
)

LIBRARY_SENSORS: tuple[TelecastSensorDescription[SourceStatus], ...] = (
    TelecastSensorDescription(
        key="films",
        translation_key="films",
        value_fn=lambda status: status.films,
    ),
    TelecastSensorDescription(
        key="series",
        translation_key="series",
        value_fn=lambda status: status.series,
    ),
    LAST_REFRESH,
)

VIRTUAL_SENSORS: tuple[TelecastSensorDescription[SourceStatus], ...] = (
    TelecastSensorDescription(
        key="items",
        translation_key="items",
        value_fn=lambda status: status.items,
        attributes_fn=lambda status: {
            "skipped": status.skipped,
            "missing": list(status.missing),
        },
    ),
)
ON_AIR = SensorEntityDescription(key="on_air", translation_key="on_air")

ACESTREAM_SENSORS: tuple[TelecastSensorDescription[SourceStatus], ...] = (
    TelecastSensorDescription(
        key="peers",
        translation_key="peers",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda status: _swarm(status).peers,
    ),
    TelecastSensorDescription(
        key="playback",
        translation_key="playback",
        device_class=SensorDeviceClass.ENUM,
        options=["idle", "buffering", "downloading", "other"],
        value_fn=_playback,
    ),
    TelecastSensorDescription(
        key="download_speed",
        translation_key="download_speed",
        device_class=SensorDeviceClass.DATA_RATE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfDataRate.BYTES_PER_SECOND,
        suggested_unit_of_measurement=UnitOfDataRate.MEGABITS_PER_SECOND,
        suggested_display_precision=1,
        value_fn=lambda status: _swarm(status).speed_down,
    ),
    TelecastSensorDescription(
        key="upload_speed",
        translation_key="upload_speed",
        device_class=SensorDeviceClass.DATA_RATE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfDataRate.BYTES_PER_SECOND,
        suggested_unit_of_measurement=UnitOfDataRate.MEGABITS_PER_SECOND,
        suggested_display_precision=1,
        entity_registry_enabled_default=False,
        value_fn=lambda status: _swarm(status).speed_up,
    ),
)


PROVIDER_SENSORS: tuple[TelecastSensorDescription[SourceStatus], ...] = (
    TelecastSensorDescription(
        key="expires",
        translation_key="expires",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda status: status.expires,
        attributes_fn=lambda status: {"trial": status.is_trial},
    ),
)


def tuner_sensors(
    tuner: int,
) -> tuple[TelecastSensorDescription[SourceStatus], ...]:
    """Answer the sensors of one tuner of a device, by its index."""

    def share(
        key: str, value: Callable[[Signal], int | None], *, enabled: bool = True
    ) -> TelecastSensorDescription[SourceStatus]:
        return TelecastSensorDescription(
            key=f"{key}_{tuner}",
            translation_key=key,
            translation_placeholders={"tuner": str(tuner + 1)},
            state_class=SensorStateClass.MEASUREMENT,
            entity_category=EntityCategory.DIAGNOSTIC,
            native_unit_of_measurement=PERCENTAGE,
            entity_registry_enabled_default=enabled,
            value_fn=lambda status: value(_signal(status, tuner)),
        )

    return (
        share("signal_strength", lambda signal: signal.strength),
        share("signal_quality", lambda signal: signal.quality),
        share("symbol_quality", lambda signal: signal.symbol_quality, enabled=False),
    )


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
            SourceSensor(coordinator, one, subentry) for one in _sensors_of(subentry)
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


def _sensors_of(
    subentry: ConfigSubentry,
) -> tuple[TelecastSensorDescription[SourceStatus], ...]:
    if subentry.subentry_type == SUBENTRY_ACESTREAM:
        return SOURCE_SENSORS + ACESTREAM_SENSORS
    if subentry.subentry_type == SUBENTRY_PROVIDER:
        return SOURCE_SENSORS + PROVIDER_SENSORS
    if subentry.subentry_type == SUBENTRY_LIBRARY:
        return LIBRARY_SENSORS
    if subentry.subentry_type == SUBENTRY_VIRTUAL_CHANNEL:
        return SOURCE_SENSORS + VIRTUAL_SENSORS
    if subentry.subentry_type == SUBENTRY_TUNER:
        tuners = range(subentry.data[CONF_TUNER_COUNT])
        return SOURCE_SENSORS + tuple(chain.from_iterable(map(tuner_sensors, tuners)))
    return SOURCE_SENSORS


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
