"""When a recording is to begin, in all the ways in which players write it."""

from datetime import UTC, datetime, tzinfo
import re

_LOCAL = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"[:_ T+]([0-9]{1,2})[:-]([0-9]{1,2})(?:[:-]([0-9]{1,2}))?"
)
_UNIX = re.compile(r"[0-9]{9,10}")
_EARLIEST, _LATEST = 1970, 2200


def parse_start(text: str, zone: tzinfo) -> datetime | None:
    """Answer an instant in UTC; None for what is none.

    Players write local times in `zone`, that of `server_info`, as `Y-m-d:H-M`,
    `Y-m-d_H-M`, `Y-m-d:H:M:S`, `Y-m-d:H-M-S` or `Y-m-d H:M:S`; and seconds since 1970. A
    time that comes twice in the night in which clocks go back is the first of the two;
    one that never comes, because clocks go ahead, is as much later. One client
    (@iptv/xtream-api) writes UTC instead, which nothing tells from a local time.
    """
    text = text.strip()
    if _UNIX.fullmatch(text):
        return datetime.fromtimestamp(int(text), UTC)
    if not (match := _LOCAL.fullmatch(text)):
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    if not _EARLIEST < year < _LATEST:
        return None
    try:
        local = datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None
    return local.astimezone(UTC)


def render_start(start: datetime, zone: tzinfo) -> str:
    """Write an instant as panels expect it: `Y-m-d:H-M`, in their zone."""
    return start.astimezone(zone).strftime("%Y-%m-%d:%H-%M")
