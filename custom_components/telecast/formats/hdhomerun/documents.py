"""The documents of an HDHomeRun tuner, as its HTTP server answers them."""

from typing import Any

from ..markup import escape
from .device_id import unique_device_name

# No model whose number begins with "HDTC": those transcode, and are asked to.
MODEL_NUMBER = "HDHR5-4US"
MODEL_NAME = "HDHomeRun CONNECT QUATRO"
FIRMWARE_NAME = "hdhomerun5_atsc"
FIRMWARE_VERSION = "20250815"
MANUFACTURER = "Silicondust"
MANUFACTURER_URL = "https://www.silicondust.com/"
DEVICE_TYPE = "urn:schemas-upnp-org:device:MediaServer:1"

MOST_CHANNELS = 480
"""Plex shows no more channels of one tuner."""

LINEUP_XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<Lineup>\n'
LINEUP_XML_FOOT = "</Lineup>\n"

_SOURCE = "Cable"


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


def _elements(facts: dict[str, Any]) -> str:
    return "".join(
        f"<{tag}>{escape(str(fact))}</{tag}>\n" for tag, fact in facts.items()
    )
