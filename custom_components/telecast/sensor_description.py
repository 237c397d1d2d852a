"""What a sensor shows of its subject, and how."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import UnitOfDataRate


@dataclass(frozen=True, kw_only=True)
class TelecastSensorDescription[Subject](SensorEntityDescription):
    """A fact about the hub, a source or an account."""

    value_fn: Callable[[Subject], int | str | datetime | None]
    attributes_fn: Callable[[Subject], Mapping[str, Any]] = lambda _: {}


def data_rate[Subject](
    key: str,
    unit: UnitOfDataRate,
    value: Callable[[Subject], int | None],
    *,
    enabled: bool = True,
) -> TelecastSensorDescription[Subject]:
    """Answer the description of a rate that is told in `unit`, and shown in Mbit/s."""
    return TelecastSensorDescription(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.DATA_RATE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=unit,
        suggested_unit_of_measurement=UnitOfDataRate.MEGABITS_PER_SECOND,
        suggested_display_precision=1,
        entity_registry_enabled_default=enabled,
        value_fn=value,
    )
