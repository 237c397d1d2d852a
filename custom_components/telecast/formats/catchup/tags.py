"""Catch-up as playlists tell of it, in the attributes of an entry or of the header."""

from collections.abc import Mapping
import re

from .. import m3u, m3u_tags
from .model import Catchup, Kind

USUAL_DAYS = 5
"""How far back a channel goes that does not say it; what Kodi assumes."""
_MOST_DAYS = 365
_MOST_HOURS = 24
_LONGEST_SOURCE = 4096

_KINDS = {
    **{kind.value: kind for kind in Kind},
    "flussonic-hls": Kind.FLUSSONIC,
    "fs": Kind.FLUSSONIC_TS,
    "timeshift": Kind.SHIFT,
    "xc": Kind.XTREAM,
}
_OFF = frozenset({"", "0", "disabled", "false", "no", "none", "off"})
_DAYS = re.compile(r"[0-9]{1,6}")
_HOURS = re.compile(r"[+-]?[0-9]{1,2}(\.[0-9]{1,2})?")


def parse(facts: Mapping[str, str]) -> tuple[Catchup, int] | None:
    """Answer how a channel is caught up with, and for how many days; None if it is not.

    `facts` are the attributes of its entry, those of the header in place of what it does
    not say itself. A kind that nobody knows is taken by what there is: a `catchup-source`
    is an address, and a number of days without any kind (`timeshift`, `tvg-rec`) means
    what SIPTV does by it.
    """
    days = _days(facts)
    kind = _kind(facts, days)
    if kind is None or days == 0:
        return None
    source, _ = m3u_tags.split_url(facts.get(m3u.CATCHUP_SOURCE, ""))
    if len(source) > _LONGEST_SOURCE:
        return None
    has_template = kind in {Kind.DEFAULT, Kind.APPEND, Kind.VOD}
    catchup = Catchup(
        kind=kind,
        source=source if has_template else "",
        correction=_correction(facts.get(m3u.CATCHUP_CORRECTION, "")),
    )
    return catchup, min(USUAL_DAYS if days is None else days, _MOST_DAYS)


def _kind(facts: Mapping[str, str], days: int | None) -> Kind | None:
    said = facts.get(m3u.CATCHUP) or facts.get(m3u.CATCHUP_TYPE)
    name = (said or "").strip().casefold()
    if kind := _KINDS.get(name):
        return kind
    if said and name in _OFF:
        return None
    if facts.get(m3u.CATCHUP_SOURCE):
        return Kind.DEFAULT
    if said or any(_number(facts, tag) for tag in (m3u.TIMESHIFT, m3u.TVG_REC)):
        return Kind.SHIFT if days else None
    return None


def _days(facts: Mapping[str, str]) -> int | None:
    """Answer the days that are told; None where none are."""
    for name in (m3u.CATCHUP_DAYS, m3u.TVG_REC, m3u.TIMESHIFT):
        if (days := _number(facts, name)) is not None:
            return days
    return None


def _number(facts: Mapping[str, str], name: str) -> int | None:
    text = facts.get(name, "")
    return int(text) if _DAYS.fullmatch(text) else None


def _correction(hours: str) -> int:
    """Answer a correction in minutes; none for what makes no sense."""
    if not _HOURS.fullmatch(hours):
        return 0
    return round(float(hours) * 60) if abs(float(hours)) <= _MOST_HOURS else 0
