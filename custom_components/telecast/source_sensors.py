"""What the sensors of sources show, by the kind of source."""

from collections.abc import Callable
from itertools import chain

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import PERCENTAGE, EntityCategory, UnitOfDataRate

from .const import (
    CONF_TUNER_COUNT,
    SUBENTRY_ACESTREAM,
    SUBENTRY_LIBRARY,
    SUBENTRY_PROVIDER,
    SUBENTRY_TUNER,
    SUBENTRY_VIRTUAL_CHANNEL,
)
from .engine.model import SourceStatus
from .formats.acestream import DOWNLOADING, Swarm
from .formats.hdhomerun.reading import Signal
from .sensor_description import TelecastSensorDescription, data_rate

_PLAYBACK = {"": "buffering", "prebuf": "buffering", "buf": "buffering"} | {
    DOWNLOADING: "downloading"
}


def _swarm(status: SourceStatus) -> Swarm:
    return status.swarm or Swarm()


def _signal(status: SourceStatus, tuner: int) -> Signal:
    told = (one for one in status.signals if one.tuner == tuner)
    return next(told, Signal(tuner=tuner))


def _playback(status: SourceStatus) -> str:
    told = _swarm(status).status
    return _PLAYBACK.get(told, "other") if status.streams_in_use else "idle"


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
    data_rate(
        "download_speed",
        UnitOfDataRate.BYTES_PER_SECOND,
        lambda status: _swarm(status).speed_down,
    ),
    data_rate(
        "upload_speed",
        UnitOfDataRate.BYTES_PER_SECOND,
        lambda status: _swarm(status).speed_up,
        enabled=False,
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


def sensors_of(
    subentry: ConfigSubentry,
) -> tuple[TelecastSensorDescription[SourceStatus], ...]:
    """Answer the sensors of a source, by its kind."""
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
