"""What the sensors of the hub show."""

from collections.abc import Mapping
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory, UnitOfDataRate

from .attributes import listed
from .coordinator import Snapshot
from .formats.ffmpeg import Encoder
from .sensor_description import TelecastSensorDescription, data_rate


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
    data_rate(
        "upstream_rate",
        UnitOfDataRate.BITS_PER_SECOND,
        lambda snapshot: snapshot.statistics.upstream_rate,
    ),
    data_rate(
        "viewer_rate",
        UnitOfDataRate.BITS_PER_SECOND,
        lambda snapshot: snapshot.statistics.viewer_rate,
    ),
    TelecastSensorDescription(
        key="channels",
        translation_key="channels",
        value_fn=lambda snapshot: snapshot.statistics.channels,
    ),
)
