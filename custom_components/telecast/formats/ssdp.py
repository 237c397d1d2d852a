"""SSDP (UPnP Device Architecture 1.1, 1): searches, answers to them, and announcements."""

from dataclasses import dataclass, field
import re

GROUP = "239.255.255.250"
PORT = 1900
ALL = "ssdp:all"
ROOT_DEVICE = "upnp:rootdevice"
MAX_AGE = 1800
"""Seconds for which an announcement holds."""
MAX_DELAY = 5
"""Seconds; who lets answers take longer means this (1.3.3)."""

_LONGEST = 2048
_SEARCH = re.compile(rb"M-SEARCH \* HTTP/1\.[01]\r?\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What somebody looks for."""

    target: str
    delay: int = 0
    """Seconds (MX) over which answers should spread; 0 where there is to be no delay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A root device as it is announced."""

    udn: str
    """`uuid:` and a UUID."""
    type: str
    """As `urn:schemas-upnp-org:device:MediaServer:1`."""
    location: str = field(repr=False)
    """The address of its description."""
    server: str
    """Operating system, UPnP version and product, each with its version."""

    @property
    def targets(self) -> tuple[str, str, str]:
        """All that it answers to (1.2.2)."""
        return ROOT_DEVICE, self.udn, self.type


def parse(datagram: bytes) -> Search | None:
    """Read a search; None for what is none, as others' answers and announcements."""
    if len(datagram) > _LONGEST or not (start := _SEARCH.match(datagram)):
        return None
    headers = _headers(datagram[start.end() :].decode(errors="replace"))
    target = headers.get("st", "")
    if headers.get("man", "").strip('"').casefold() != "ssdp:discover" or not target:
        return None
    delay = headers.get("mx", "")
    seconds = int(delay) if re.fullmatch("[0-9]{1,6}", delay) else 0
    return Search(target=target, delay=min(seconds, MAX_DELAY))


def render_search(search: Search) -> bytes:
    """Answer a search as a client sends it."""
    return _message(
        "M-SEARCH * HTTP/1.1",
        HOST=f"{GROUP}:{PORT}",
        MAN='"ssdp:discover"',
        MX=str(search.delay),
        ST=search.target,
    )


def answers(device: Device, search: Search) -> list[bytes]:
    """Answer what a device says to a search: nothing where another one is meant."""
    return [
        _message(
            "HTTP/1.1 200 OK",
            **{"CACHE-CONTROL": f"max-age={MAX_AGE}"},
            EXT="",
            LOCATION=device.location,
            SERVER=device.server,
            ST=target,
            USN=_name(device, target),
        )
        for target in device.targets
        if search.target in (ALL, target)
    ]


def alive(device: Device) -> list[bytes]:
    """Answer what a device tells everybody while it is there."""
    return [
        _notify(
            device,
            target,
            {
                "CACHE-CONTROL": f"max-age={MAX_AGE}",
                "LOCATION": device.location,
                "SERVER": device.server,
            },
            "ssdp:alive",
        )
        for target in device.targets
    ]


def byebye(device: Device) -> list[bytes]:
    """Answer what a device tells everybody when it goes."""
    return [_notify(device, target, {}, "ssdp:byebye") for target in device.targets]


def _notify(device: Device, target: str, facts: dict[str, str], message: str) -> bytes:
    return _message(
        "NOTIFY * HTTP/1.1",
        HOST=f"{GROUP}:{PORT}",
        **facts,
        NT=target,
        NTS=message,
        USN=_name(device, target),
    )


def _name(device: Device, target: str) -> str:
    """Answer a name that only this device has for this target (USN)."""
    return device.udn if target == device.udn else f"{device.udn}::{target}"


def _message(start: str, **headers: str) -> bytes:
    lines = [start, *(f"{name}: {value}".rstrip() for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def _headers(text: str) -> dict[str, str]:
    """Read headers up to the empty line; the first one of a name counts."""
    headers: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip():
            break
        name, _, value = line.partition(":")
        headers.setdefault(name.strip().casefold(), value.strip())
    return headers
