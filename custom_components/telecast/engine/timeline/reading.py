"""Timelines out of the documents that `writing` makes; what is not of that form is refused."""

from collections.abc import Callable, Sequence
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from ..errors import InvalidTimelineError
from .course import Revision
from .fields import Fields
from .items import Item, Live
from .rotation import Order, Rotation
from .schedule import Appointment, Schedule
from .timeline import Timeline, restored
from .week import Block, Fit
from .writing import VERSION

type Zones = Callable[[str], ZoneInfo]
"""Finds a time zone by its name; raises ZoneInfoNotFoundError or ValueError."""


def read_timeline(document: Any, zones: Zones = ZoneInfo) -> Timeline:
    """Make the timeline again; raise InvalidTimelineError for anything but our own document.

    `ZoneInfo` reads zones from disk, and so belongs off the event loop.
    """
    fields = Fields(document, "The timeline")
    if fields.take("version", int) != VERSION:
        raise InvalidTimelineError("The timeline is of another version")
    items = [_item(Fields(it, "An item")) for it in fields.take("items", list)]
    schedules = [
        _schedule(Fields(it, "A schedule"), items, zones)
        for it in fields.take("schedules", list)
    ]
    revisions = [
        _revision(Fields(it, "A revision"), schedules)
        for it in fields.take("revisions", list)
    ]
    fields.end()
    return restored(revisions)


def _item(fields: Fields) -> Item:
    item = Item(
        key=fields.take("key", str),
        duration=fields.take("duration", int),
        series=fields.take("series", str, ""),
        season=fields.take("season", int, 0),
        number=fields.take("number", int, 0),
        title=fields.take("title", str, ""),
    )
    fields.end()
    return item


def _schedule(fields: Fields, items: Sequence[Item], zones: Zones) -> Schedule:
    schedule = Schedule(
        zone=fields.take_as("zone", lambda name: _zone(name, zones)),
        rotations={
            name: _rotation(Fields(it, "A rotation"), items)
            for name, it in fields.take("rotations", dict).items()
        },
        blocks=tuple(
            _block(Fields(it, "A block")) for it in fields.take("blocks", list)
        ),
        appointments=tuple(
            _appointment(Fields(it, "An appointment"))
            for it in fields.take("appointments", list)
        ),
        otherwise=_plays(fields.take_any("otherwise")),
        fit=fields.take_as("fit", Fit),
    )
    fields.end()
    return schedule


def _rotation(fields: Fields, items: Sequence[Item]) -> Rotation:
    rotation = Rotation(
        items=tuple(_one_of(items, it) for it in fields.take_all("items", int)),
        order=fields.take_as("order", Order),
        loop=fields.take("loop", bool),
        seed=fields.take("seed", int),
    )
    fields.end()
    return rotation


def _block(fields: Fields) -> Block:
    plays = _plays(fields.take_any("plays"))
    if plays is None:
        raise InvalidTimelineError("A block plays nothing")
    block = Block(
        days=frozenset(fields.take_all("days", str)),
        begin=fields.take_as("begin", time.fromisoformat),
        end=fields.take_as("end", time.fromisoformat),
        plays=plays,
        fit=fields.take_as("fit", Fit),
        grid=fields.take("grid", int),
    )
    fields.end()
    return block


def _appointment(fields: Fields) -> Appointment:
    plays = fields.take("plays", dict)
    appointment = Appointment(
        start=fields.take("start", int),
        stop=fields.take("stop", int),
        plays=_live(plays) if "channel" in plays else _item(Fields(plays, "An item")),
    )
    fields.end()
    return appointment


def _revision(fields: Fields, schedules: Sequence[Schedule]) -> Revision:
    places = Fields(fields.take("places", dict), "A revision's places")
    schedule = _one_of(schedules, fields.take("schedule", int))
    revision = Revision(
        start=fields.take("start", int),
        schedule=schedule,
        places={name: tuple(places.take_all(name, int)) for name in schedule.rotations},
    )
    places.end()
    fields.end()
    return revision


def _plays(given: Any) -> str | Live | None:
    return given if given is None or isinstance(given, str) else _live(given)


def _live(given: Any) -> Live:
    fields = Fields(given, "A channel")
    live = Live(
        channel=fields.take("channel", int), title=fields.take("title", str, "")
    )
    fields.end()
    return live


def _zone(name: str, zones: Zones) -> ZoneInfo:
    try:
        return zones(name)
    except (KeyError, OSError) as err:
        raise ValueError from err


def _one_of[T](things: Sequence[T], index: int) -> T:
    if not 0 <= index < len(things):
        raise InvalidTimelineError(f"There is no number {index}")
    return things[index]
