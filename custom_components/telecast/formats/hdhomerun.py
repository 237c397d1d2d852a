"""The documents of an HDHomeRun tuner, as its HTTP server answers them."""

from enum import IntEnum
from typing import Any
from uuid import UUID, uuid5

from .markup import escape

# No model whose number begins with "HDTC": those transcode, and are asked to.
MODEL_NUMBER = "HDHR5-4US"
MODEL_NAME = "HDHomeRun CONNECT QUATRO"
FIRMWARE_NAME = "hdhomerun5_atsc"
FIRMWARE_VERSION = "20250815"
MANUFACTURER = "Silicondust"
MANUFACTURER_URL = "https://www.silicondust.com/"
DEVICE_TYPE = "urn:schemas-upnp-org:device:MediaServer:1"

LINEUP_XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<Lineup>\n'
LINEUP_XML_FOOT = "</Lineup>\n"

_SOURCE = "Cable"
_CHECK = (
    0xA,
    0x5,
    0xF,
    0x6,
    0x7,
    0xC,
    0x1,
    0xB,
    0x9,
    0x2,
    0x8,
    0xD,
    0x4,
    0x3,
    0xE,
    0x0,
)
# Clients tune devices of these kinds in an old way that we do not speak.
_LEGACY = frozenset({0x100, 0x101, 0x102, 0x103, 0x111, 0x120, 0x121, 0x122})
# What stands for no device and for any device.
_NONE, _ANY = 0, 0xFFFFFFF
_DEVICES = UUID("6d3be0a2-6d5c-4c1e-9a51-2f2f0a1b7c44")


class Code(IntEnum):
    """Why a tuner does not stream, as the header X-HDHomeRun-Error tells it."""

    UNKNOWN_CHANNEL = 801
    UNKNOWN_TRANSCODE_PROFILE = 802
    SYSTEM_BUSY = 803
    TUNER_IN_USE = 804
    ALL_TUNERS_IN_USE = 805
    TUNE_FAILED = 806
    NO_VIDEO_DATA = 807

    @property
    def text(self) -> str:
        """The reason in the device's words."""
        return self.name.replace("_", " ").title()


def device_id_is_valid(device_id: int) -> bool:
    """Tell whether the check digit fits, as clients look before they believe in a device."""
    return 0 <= device_id <= 0xFFFFFFFF and _remainder(device_id) == 0


def make_device_id(random_bits: int) -> str:
    """Answer eight hexadecimal digits that a device of today could have.

    Takes 28 bits, of which clients may see all; the check digit is the last one.
    """
    bits = random_bits & 0xFFFFFFF
    if bits in (_NONE, _ANY) or bits >> 16 in _LEGACY:
        bits ^= 0x8000000
    return f"{bits << 4 | _remainder(bits << 4):08X}"


def discover(
    *, name: str, device_id: str, base_url: str, tuner_count: int, device_auth: str
) -> dict[str, Any]:
    """Answer what the device is (`/discover.json`); `base_url` is where the client asks."""
    return {
        "FriendlyName": name,
        "Manufacturer": MANUFACTURER,
        "ManufacturerURL": MANUFACTURER_URL,
        "ModelNumber": MODEL_NUMBER,
        "FirmwareName": FIRMWARE_NAME,
        "FirmwareVersion": FIRMWARE_VERSION,
        "DeviceID": device_id,
        "DeviceAuth": device_auth,
        "BaseURL": base_url,
        "LineupURL": f"{base_url}/lineup.json",
        "TunerCount": tuner_count,
    }


def unique_device_name(device_id: str) -> str:
    """Answer the UDN: the same for a device for ever, and for no other one."""
    return f"uuid:{uuid5(_DEVICES, device_id)}"


def device_xml(*, name: str, device_id: str, base_url: str) -> str:
    """Answer what the device is in the words of UPnP (`/device.xml`)."""
    facts = {
        "deviceType": DEVICE_TYPE,
        "friendlyName": name,
        "manufacturer": MANUFACTURER,
        "manufacturerURL": MANUFACTURER_URL,
        "modelDescription": MODEL_NAME,
        "modelName": MODEL_NAME,
        "modelNumber": MODEL_NUMBER,
        "serialNumber": device_id,
        "UDN": unique_device_name(device_id),
    }
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<root xmlns="urn:schemas-upnp-org:device-1-0">\n'
        "<specVersion><major>1</major><minor>0</minor></specVersion>\n"
        f"<URLBase>{escape(base_url)}</URLBase>\n"
        f"<device>\n{_elements(facts)}</device>\n"
        "</root>\n"
    )


def lineup_status(*, progress: int | None = None, found: int = 0) -> dict[str, Any]:
    """Answer whether channels are searched for; `progress` is in per cent, if they are."""
    if progress is None:
        return {
            "ScanInProgress": 0,
            "ScanPossible": 1,
            "Source": _SOURCE,
            "SourceList": [_SOURCE],
        }
    return {"ScanInProgress": 1, "Progress": progress, "Found": found}


def lineup_entry(
    *,
    number: str,
    name: str,
    url: str,
    hd: bool = False,
    video_codec: str = "",
    audio_codec: str = "",
    favorite: bool = False,
) -> dict[str, Any]:
    """Answer one channel of `/lineup.json`; codecs are named as devices do (`H264`)."""
    entry: dict[str, Any] = {
        "GuideNumber": number,
        "GuideName": name,
        "URL": url,
        "HD": int(hd),
    }
    # What is not known is left out: a wrong codec makes players transcode.
    if video_codec:
        entry["VideoCodec"] = video_codec
    if audio_codec:
        entry["AudioCodec"] = audio_codec
    if favorite:
        entry |= {"Favorite": 1, "Tags": "favorite"}
    return entry


def lineup_xml_entry(
    *,
    number: str,
    name: str,
    url: str,
    hd: bool = False,
    video_codec: str = "",
    audio_codec: str = "",
    favorite: bool = False,
) -> str:
    """Answer one channel of `/lineup.xml`, with its line end."""
    entry = lineup_entry(
        number=number,
        name=name,
        url=url,
        hd=hd,
        video_codec=video_codec,
        audio_codec=audio_codec,
        favorite=favorite,
    )
    return f"<Program>\n{_elements(entry)}</Program>\n"


def tuner_status(
    *,
    index: int,
    number: str | None = None,
    name: str = "",
    target_ip: str = "",
    rate: int = 0,
    frequency: int = 0,
) -> dict[str, Any]:
    """Answer what a tuner does (`/status.json`); without a number it does nothing.

    `rate` is in bit/s, `frequency` in Hz.
    """
    resource = {"Resource": f"tuner{index}"}
    if number is None:
        return resource
    return resource | {
        "VctNumber": number,
        "VctName": name,
        "Frequency": frequency,
        "SignalStrengthPercent": 100,
        "SignalQualityPercent": 100,
        "SymbolQualityPercent": 100,
        "TargetIP": target_ip,
        "NetworkRate": rate,
    }


def _remainder(device_id: int) -> int:
    """Add up the digits, every other one by the table; a valid id comes to nothing."""
    remainder = 0
    for shift in range(0, 32, 8):
        remainder ^= device_id >> shift & 0xF
        remainder ^= _CHECK[device_id >> shift + 4 & 0xF]
    return remainder


def _elements(facts: dict[str, Any]) -> str:
    return "".join(
        f"<{tag}>{escape(str(fact))}</{tag}>\n" for tag, fact in facts.items()
    )
