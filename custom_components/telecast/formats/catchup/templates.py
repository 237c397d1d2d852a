"""Templates of addresses, with placeholders as Kodi's pvr.iptvsimple documents them."""

from datetime import datetime, tzinfo
from functools import lru_cache
import re

from .model import Moment

_PLACEHOLDER = re.compile(r"\$?\{([A-Za-z][A-Za-z-]{0,15})(?::([^{}]{1,64}))?\}")
_FIELDS = {"Y": "%Y", "m": "%m", "d": "%d", "H": "%H", "M": "%M", "S": "%S"}
_FIELD = re.compile("[YmdHMS]")
_STARTS = frozenset({"utc", "start"})
_ENDS = frozenset({"utcend", "end"})
_NOWS = frozenset({"lutc", "now", "timestamp"})
_ID = "catchup-id"
_MINUTE = 60


def fill(template: str, moment: Moment, zone: tzinfo) -> str:
    """Write times in place of a template's placeholders; unknown ones stay.

    Either way of writing one is taken, `{utc}` and `${utc}`:
    - `utc`, `start`, `utcend`, `end`, `lutc`, `now`, `timestamp`: seconds since 1970, or
      as a format behind a colon says, made of `Y`, `m`, `d`, `H`, `M` and `S`;
    - `Y`, `m`, `d`, `H`, `M`, `S`: a field of the start;
    - `duration`, `offset` (from the start until now): seconds, or units of so many
      seconds as stand behind a colon, rounded up so that nothing is missed;
    - `catchup-id`: the programme's id.

    Fields are local times in `zone`.
    """

    def value(match: re.Match[str]) -> str:
        name, argument = match.groups()
        return _value(name, argument, moment, zone) or match[0]

    return _PLACEHOLDER.sub(value, template)


def granularity(template: str) -> int:
    """Answer how exactly a template can name a start, in seconds: 1 or 60."""
    for name, argument in _PLACEHOLDER.findall(template):
        if name == "S" or (name in _STARTS and (not argument or "S" in argument)):
            return 1
        if name == "offset" and argument in {"", "1"}:
            return 1
    return _MINUTE


def names_start(template: str) -> bool:
    """Tell whether a template says which programme is meant."""
    names = {name for name, _ in _PLACEHOLDER.findall(template)}
    return not names.isdisjoint(_STARTS | _FIELDS.keys() | {"offset", _ID})


def names_id(template: str) -> bool:
    """Tell whether a template is of use only where the programme's id is known."""
    return any(name == _ID for name, _ in _PLACEHOLDER.findall(template))


def _value(name: str, argument: str | None, moment: Moment, zone: tzinfo) -> str | None:
    if name == _ID:
        return moment.id
    if name in _FIELDS:
        return None if argument else _local(moment.start, name, zone)
    if name == "duration":
        return _units(moment.duration, argument)
    if name == "offset":
        return _units(moment.now - moment.start, argument)
    if (time := _time(name, moment)) is None:
        return None
    return _local(time, argument, zone) if argument else str(time)


def _time(name: str, moment: Moment) -> int | None:
    if name in _STARTS:
        return moment.start
    if name in _ENDS:
        return moment.start + moment.duration
    return moment.now if name in _NOWS else None


def _units(seconds: int, unit: str | None) -> str | None:
    if unit is None:
        return str(max(0, seconds))
    if not (unit.isascii() and unit.isdigit() and int(unit)):
        return None
    return str(max(0, -(-seconds // int(unit))))


# An import asks the same of every entry.
@lru_cache(maxsize=256)
def _local(time: int, form: str, zone: tzinfo) -> str:
    local = datetime.fromtimestamp(time, zone)
    written = _FIELD.sub(lambda field: local.strftime(_FIELDS[field[0]]), form)
    return written.replace(" ", "%20")
