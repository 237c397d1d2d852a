"""Times as guides write them: `20260102030405 +0100`, and what becomes of that."""

from datetime import date
from functools import lru_cache
import re

_DAY = 86400
_EPOCH = date(1970, 1, 1).toordinal()
# So that no zone on earth takes a time out of the years that calendars have.
_END = (date(9999, 1, 1).toordinal() - _EPOCH) * _DAY
# A time is short; what is long is hostile, and must not be kept.
_LONGEST = 64

_TIME = re.compile(
    r"\s*([0-9]{4})-?([0-9]{2})-?([0-9]{2})"
    r"(?:[T ]?([0-9]{2})(?::?([0-9]{2})(?::?([0-9]{2})(?:[.,][0-9]+)?)?)?)?"
    r"\s*((?:[^0-9\s].*)?)"
)
_OFFSET = re.compile(
    r"(?:UTC|GMT|UT|Z)?\s*([+-])\s*([0-9]{1,2}):?([0-9]{2})?(?![0-9])", re.IGNORECASE
)
# Minutes east of Greenwich. Where a name is used in several places, the one with more
# guides has it.
_ZONES = (
    dict.fromkeys(("UTC", "UT", "GMT", "Z", "WET"), 0)
    | dict.fromkeys(("BST", "WEST", "CET", "MET", "WAT"), 60)
    | dict.fromkeys(("CEST", "MEST", "MESZ", "EET", "SAST", "CAT"), 120)
    | dict.fromkeys(("EEST", "MSK", "TRT", "EAT"), 180)
    | {"MEZ": 60, "GST": 240, "PKT": 300, "IST": 330, "ICT": 420, "WIB": 420}
    | {"SGT": 480, "HKT": 480, "AWST": 480, "PHT": 480, "JST": 540, "KST": 540}
    | {"ACST": 570, "AEST": 600, "ACDT": 630, "AEDT": 660, "NZST": 720, "NZDT": 780}
    | {"NST": -210, "NDT": -150, "AST": -240, "ADT": -180, "BRT": -180, "ART": -180}
    | {"EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360}
    | {"PST": -480, "PDT": -420, "AKST": -540, "AKDT": -480, "HST": -600}
)


def parse_time(text: str, default_offset_minutes: int = 0) -> int | None:
    """Answer seconds since 1970 (UTC), or None if no time since then can be made of it.

    A time without a zone, or with one that nobody knows, is `default_offset_minutes`
    east of Greenwich. Fractions of seconds are dropped.
    """
    if len(text) > _LONGEST:
        return None
    return _parse(text, default_offset_minutes)


def render_time(epoch: int) -> str:
    """Write seconds since 1970 as guides do, in UTC; raises outside the years 1 to 9999."""
    days, seconds = divmod(epoch, _DAY)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{_render_day(days)}{hours:02}{minutes:02}{seconds:02} +0000"


# Channels share most of their times, and programmes begin when others end.
@lru_cache(maxsize=8192)
def _parse(text: str, default_offset_minutes: int) -> int | None:
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, zone = found.groups()
    try:
        days = date(int(year), int(month), int(day)).toordinal() - _EPOCH
    except ValueError:
        return None
    hours, minutes, seconds = int(hour or 0), int(minute or 0), int(second or 0)
    # Some write midnight as the end of a day; and there are leap seconds.
    if hours > 24 or minutes > 59 or seconds > 60:
        return None
    minutes += hours * 60 - _offset(zone, default_offset_minutes)
    epoch = days * _DAY + minutes * 60 + seconds
    return epoch if 0 <= epoch < _END else None


def _offset(zone: str, default: int) -> int:
    if found := _OFFSET.match(zone):
        sign, hours, minutes = found.groups()
        offset = int(hours) * 60 + int(minutes or 0)
        return -offset if sign == "-" else offset
    return _ZONES.get(zone.rstrip().upper(), default)


@lru_cache(maxsize=512)
def _render_day(days: int) -> str:
    day = date.fromordinal(days + _EPOCH)
    return f"{day.year:04}{day.month:02}{day.day:02}"
