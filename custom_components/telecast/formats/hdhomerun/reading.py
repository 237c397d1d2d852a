"""The documents of an HDHomeRun tuner, as one who uses it reads them."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
import json
import re
from typing import Any

from .. import m3u
from .codes import Code

DISCOVER_PATH = "/discover.json"
STATUS_PATH = "/status.json"
ERROR_HEADER = "X-HDHomeRun-Error"
MOST_BYTES = 4 * 1024 * 1024
"""No document of a tuner is larger."""
MOST_TUNERS = 255

_DEVICE_ID = re.compile(r"[0-9A-F]{8}")
_RESOURCE = re.compile(r"tuner([0-9]{1,3})")
_CODE = re.compile(r"\s*([0-9]{3})\b")
_UNPRINTABLE = re.compile(r'[\x00-\x1f\x7f"\ud800-\udfff]+')


class AnswerError(ValueError):
    """What came is not what a tuner says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFacts:
    """What a device says of itself."""

    device_id: str
    """Eight hexadecimal digits, in capitals."""
    name: str
    tuner_count: int
    """One at least."""
    base_url: str = field(default="", repr=False)
    """What it calls itself, which need not be how it is reached."""
    lineup_url: str = field(default="", repr=False)
    """Empty where it says none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A channel of a tuner."""

    number: str
    name: str
    url: str = field(repr=False)
    radio: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a line-up holds."""

    channels: tuple[Listed, ...] = ()
    skipped: dict[str, int] = field(default_factory=dict)
    """Reason → count: drm (encrypted), malformed, other_host (if an address is)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What a tuner receives, in per cent; None where it says nothing of it."""

    tuner: int
    """Its index, from 0."""
    strength: int | None = None
    quality: int | None = None
    symbol_quality: int | None = None


def parse_discover(data: bytes) -> DeviceFacts:
    """Read `/discover.json`; raise AnswerError where it is none of a tuner."""
    facts = _parse(data)
    if not isinstance(facts, dict):
        raise AnswerError("The answer is none of a tuner")
    device_id = str(facts.get("DeviceID", "")).upper()
    if not _DEVICE_ID.fullmatch(device_id) or "LineupURL" not in facts:
        raise AnswerError("The answer is none of a tuner")
    return DeviceFacts(
        device_id=device_id,
        name=_text(facts.get("FriendlyName")) or f"HDHomeRun {device_id}",
        tuner_count=min(max(1, _number(facts.get("TunerCount")) or 1), MOST_TUNERS),
        base_url=_text(facts.get("BaseURL")),
        lineup_url=_text(facts.get("LineupURL")),
    )


def parse_lineup(data: bytes) -> Listing:
    """Read `/lineup.json`; raise AnswerError where it is none.

    What cannot be played is left out and counted: encrypted channels among them.
    """
    entries = _parse(data)
    if not isinstance(entries, list):
        raise AnswerError("The answer is no line-up")
    channels: dict[str, Listed] = {}
    skipped = Counter[str]()
    for entry in entries:
        if not (listed := _listed(entry)):
            skipped["malformed"] += 1
        elif _number(entry.get("DRM")):
            skipped["drm"] += 1
        else:
            # Devices list a number once; of emulated ones the first entry counts.
            channels.setdefault(listed.number, listed)
    return Listing(channels=tuple(channels.values()), skipped=dict(skipped))


def parse_status(data: bytes) -> tuple[Signal, ...]:
    """Read `/status.json`; raise AnswerError where it is none. Idle tuners say nothing."""
    entries = _parse(data)
    if not isinstance(entries, list):
        raise AnswerError("The answer is no status")
    return tuple(
        Signal(
            tuner=int(match[1]),
            strength=_percent(entry.get("SignalStrengthPercent")),
            quality=_percent(entry.get("SignalQualityPercent")),
            symbol_quality=_percent(entry.get("SymbolQualityPercent")),
        )
        for entry in entries
        if isinstance(entry, dict)
        and (match := _RESOURCE.fullmatch(str(entry.get("Resource", ""))))
    )


def parse_code(header: str) -> Code | None:
    """Read the header X-HDHomeRun-Error (`805 All Tuners In Use`); None for any other."""
    match = _CODE.match(header)
    try:
        return Code(int(match[1])) if match else None
    except ValueError:
        return None


def as_playlist(
    listing: Listing, *, group: str, address: Callable[[str], str | None]
) -> tuple[str, dict[str, int]]:
    """Answer a line-up as an extended M3U, so that it comes in as any playlist does.

    Numbers are wanted numbers, and what channels are recognised by. `address` answers
    where a channel's address leads from here; None for one that is not followed. Also
    answers what was left out, as Listing counts it.
    """
    followed = [(one, address(one.url)) for one in listing.channels]
    entries = [_entry(one, url, group) for one, url in followed if url]
    skipped = Counter(listing.skipped)
    if others := len(followed) - len(entries):
        skipped["other_host"] += others
    return _rendered(entries), dict(skipped)


def _rendered(entries: Iterable[m3u.Entry]) -> str:
    return "".join(m3u.render(entries))


def _entry(one: Listed, url: str, group: str) -> m3u.Entry:
    attributes = {m3u.TVG_ID: one.number, m3u.TVG_CHNO: one.number}
    if one.radio:
        attributes[m3u.RADIO] = "true"
    return m3u.Entry(name=one.name, url=url, attributes=attributes, group=group)


def _listed(entry: Any) -> Listed | None:
    if not isinstance(entry, dict):
        return None
    number, url = _text(entry.get("GuideNumber")), _text(entry.get("URL"))
    if not number or not url:
        return None
    return Listed(
        number=number,
        name=_text(entry.get("GuideName")) or number,
        url=url,
        radio=bool(entry.get("AudioCodec")) and not entry.get("VideoCodec"),
    )


def _parse(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as err:
        raise AnswerError("The answer is no JSON") from err


def _text(value: object) -> str:
    # Numbers come as numbers from some devices that are emulated.
    if not isinstance(value, str | int | float):
        return ""
    return " ".join(_UNPRINTABLE.sub(" ", str(value)).split())


def _number(value: object) -> int | None:
    try:
        return int(value) if isinstance(value, str | int) else None
    except ValueError:
        return None


def _percent(value: object) -> int | None:
    number = _number(value)
    return None if number is None else min(max(0, number), 100)
