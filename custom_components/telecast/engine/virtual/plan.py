"""The plan of a virtual channel, as the user writes it: what is played at which hours.

    {"blocks": [{"days": ["mon", "tue"], "from": "18:00", "to": "20:00",
                 "plays": "Series A", "fit": "run_over", "grid": 30},
                {"from": "20:45", "to": "22:45", "channel": "5.1"}],
     "otherwise": "films", "fit": "wait"}

`plays` names a series, a folder, or one of ALL, FILMS and SERIES. Without `days` a block
is on every day; without `otherwise` everything is played, and null is nothing at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
import json
import re
from typing import Any
import unicodedata

from ...formats.names import parse_number
from ..errors import CircleError, InvalidTimelineError
from ..timeline import GRIDS, WEEKDAYS, Fit

ALL = "all"
FILMS = "films"
SERIES = "series"

_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_MIDNIGHT = (24, 0, 0)


@dataclass(frozen=True, slots=True)
class Selection:
    """Items that a word stands for: the name of a series or a folder, or one of ours."""

    name: str
    """As `folded` makes it."""


@dataclass(frozen=True, slots=True)
class Number:
    """Another channel of the line-up, by its number."""

    number: str


type Plays = Selection | Number


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """What is played at certain hours of certain days."""

    days: frozenset[str]
    begin: time
    end: time
    plays: Plays
    fit: Fit
    grid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is played when."""

    blocks: tuple[Hours, ...] = ()
    otherwise: Plays | None = Selection(ALL)
    fit: Fit = Fit.WAIT

    @property
    def plays(self) -> Iterator[Plays]:
        """All that is played, each as often as it is named."""
        yield from (block.plays for block in self.blocks)
        if self.otherwise is not None:
            yield self.otherwise

    @property
    def selections(self) -> set[Selection]:
        """The words for items that are played."""
        return {one for one in self.plays if isinstance(one, Selection)}

    @property
    def numbers(self) -> set[str]:
        """The numbers of the channels that are played."""
        return {one.number for one in self.plays if isinstance(one, Number)}


def read_plan(text: str, *, number: str = "") -> Plan:
    """Read a plan from JSON; empty where everything is played at all times.

    `number` is the channel's own. Raises InvalidTimelineError, in words for whoever
    wrote the plan, and CircleError where that is played.
    """
    if not text:
        return Plan()
    try:
        fields = _Fields(json.loads(text), "The schedule")
    except (ValueError, RecursionError) as err:
        raise InvalidTimelineError("The schedule is no JSON") from err
    blocks = fields.take("blocks", [])
    if not isinstance(blocks, list):
        raise InvalidTimelineError("The schedule's 'blocks' are no list")
    plan = Plan(
        blocks=tuple(
            _block(_Fields(one, f"Block {place}"))
            for place, one in enumerate(blocks, 1)
        ),
        otherwise=_otherwise(fields),
        fit=_fit(fields),
    )
    fields.end()
    if number and parse_number(number) in plan.numbers:
        raise CircleError("A channel cannot play itself", shown=number)
    return plan


def folded(name: str) -> str:
    """Answer what is the same however a name is written.

    Disks that a Mac has written to part letters from their marks; keyboards do not.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


class _Fields:
    """The fields of one object; each is taken once, and none is left."""

    def __init__(self, given: Any, name: str) -> None:
        if not isinstance(given, dict):
            raise InvalidTimelineError(f"{name} has to be a list of names and values")
        self._left = dict(given)
        self.name = name

    def take(self, key: str, default: Any = None) -> Any:
        return self._left.pop(key, default)

    def has(self, key: str) -> bool:
        return key in self._left

    def wrong(self, why: str) -> InvalidTimelineError:
        return InvalidTimelineError(f"{self.name}: {why}")

    def end(self) -> None:
        if self._left:
            raise self.wrong(f"nothing is called {min(map(str, self._left))!r}")


def _block(fields: _Fields) -> Hours:
    block = Hours(
        days=_days(fields),
        begin=_time(fields, "from"),
        end=_time(fields, "to"),
        plays=_plays(fields),
        fit=_fit(fields),
        grid=_grid(fields),
    )
    fields.end()
    return block


def _days(fields: _Fields) -> frozenset[str]:
    given = fields.take("days", list(WEEKDAYS))
    if not isinstance(given, list) or not given:
        raise fields.wrong("'days' is a list of days")
    days = [str(day).strip().casefold() for day in given]
    for day in days:
        if day not in WEEKDAYS:
            raise fields.wrong(f"no day is called {day!r}; use {', '.join(WEEKDAYS)}")
    return frozenset(days)


def _time(fields: _Fields, key: str) -> time:
    given = fields.take(key)
    if given is None:
        raise fields.wrong(f"{key!r} is missing, a time as '18:00'")
    found = _TIME.fullmatch(given.strip()) if isinstance(given, str) else None
    parts = tuple(int(part or 0) for part in found.groups()) if found else ()
    try:
        return time() if parts == _MIDNIGHT else time.fromisoformat(_iso(parts))
    except ValueError:
        raise fields.wrong(f"{key!r} is no time as '18:00': {given!r}") from None


def _iso(parts: tuple[int, ...]) -> str:
    return ":".join(f"{part:02}" for part in parts)


def _plays(fields: _Fields) -> Plays:
    if fields.has("plays") is fields.has("channel"):
        raise fields.wrong("it has either 'plays' or 'channel'")
    if fields.has("channel"):
        return _number(fields)
    return _selection(fields, fields.take("plays"), "plays")


def _otherwise(fields: _Fields) -> Plays | None:
    given = fields.take("otherwise", ALL)
    if given is None:
        return None
    if isinstance(given, dict):
        inner = _Fields(given, "'otherwise'")
        number = _number(inner)
        inner.end()
        return number
    return _selection(fields, given, "otherwise")


def _selection(fields: _Fields, given: Any, key: str) -> Selection:
    name = folded(given.strip()) if isinstance(given, str) else ""
    if not name:
        raise fields.wrong(
            f"{key!r} is the name of a series or a folder, or {ALL!r}, {FILMS!r} or"
            f" {SERIES!r}"
        )
    return Selection(name)


def _number(fields: _Fields) -> Number:
    given = fields.take("channel")
    # Whoever writes no quotation marks means the number all the same.
    told = isinstance(given, (str, int, float)) and not isinstance(given, bool)
    if not told or not (number := parse_number(str(given))):
        raise fields.wrong(f"'channel' is a channel's number as '5.1': {given!r}")
    return Number(number)


def _fit(fields: _Fields) -> Fit:
    given = fields.take("fit", Fit.WAIT.value)
    if given not in list(Fit):
        names = ", ".join(Fit)
        raise fields.wrong(f"'fit' is one of {names}: {given!r}")
    return Fit(given)


def _grid(fields: _Fields) -> int:
    given = fields.take("grid", 0)
    if type(given) is not int or given not in GRIDS:
        allowed = ", ".join(map(str, GRIDS))
        raise fields.wrong(f"'grid' is one of {allowed} minutes: {given!r}")
    return given
