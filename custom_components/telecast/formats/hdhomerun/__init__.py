"""HDHomeRun: what a tuner says over HTTP, and on port 65001."""

from .codes import Code
from .device_id import (
    device_id_is_valid,
    further_device_id,
    make_device_id,
    unique_device_name,
)
from .documents import (
    DEVICE_TYPE,
    FIRMWARE_NAME,
    FIRMWARE_VERSION,
    LINEUP_XML_FOOT,
    LINEUP_XML_HEAD,
    MANUFACTURER,
    MANUFACTURER_URL,
    MODEL_NAME,
    MODEL_NUMBER,
    MOST_CHANNELS,
    device_xml,
    discover,
    lineup_entry,
    lineup_status,
    lineup_xml_entry,
    tuner_status,
)

__all__ = [
    "DEVICE_TYPE",
    "FIRMWARE_NAME",
    "FIRMWARE_VERSION",
    "LINEUP_XML_FOOT",
    "LINEUP_XML_HEAD",
    "MANUFACTURER",
    "MANUFACTURER_URL",
    "MODEL_NAME",
    "MODEL_NUMBER",
    "MOST_CHANNELS",
    "Code",
    "device_id_is_valid",
    "device_xml",
    "discover",
    "further_device_id",
    "lineup_entry",
    "lineup_status",
    "lineup_xml_entry",
    "make_device_id",
    "tuner_status",
    "unique_device_name",
]
