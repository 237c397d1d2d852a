"""Timelines as JSON documents; `reading` makes timelines of them again."""

from collections.abc import Mapping
from typing import Any

from .items import Item, Live
from .rotation import Rotation
from .schedule import Schedule
from .timeline import Timeline
from .week import WEEKDAYS, Block

VERSION = 1
"""Of the document's shape."""


def as_dict(timeline: Timeline) -> dict[str, Any]:
    """Answer a document of what JSON has: revisions, their schedules, and all items once."""
    # Revisions share most of what they have; each item and each schedule is told once.
    schedules = {id(it.schedule): it.schedule for it in timeline.revisions}
    items: dict[Item, int] = {}
    for schedule in schedules.values():
        for rotation in schedule.rotations.values():
            for item in rotation.items:
                items.setdefault(item, len(items))
    at = {one: index for index, one in enumerate(schedules)}
    return {
        "version": VERSION,
        "items": [_item(item) for item in items],
        "schedules": [_schedule(one, items) for one in schedules.values()],
        "revisions": [
            {
                "start": one.start,
                "schedule": at[id(one.schedule)],
                "places": {name: list(place) for name, place in one.places.items()},
            }
            for one in timeline.revisions
        ],
    }


def _item(item: Item) -> dict[str, Any]:
    episode = {
        "series": item.series,
        "season": item.season,
        "number": item.number,
        "title": item.title,
    }
    told = {key: value for key, value in episode.items() if value}
    return {"key": item.key, "duration": item.duration, **told}


def _live(live: Live) -> dict[str, Any]:
    title = {"title": live.title} if live.title else {}
    return {"channel": live.channel, **title}


def _schedule(schedule: Schedule, items: Mapping[Item, int]) -> dict[str, Any]:
    return {
        "zone": schedule.zone.key,
        "rotations": {
            name: _rotation(rotation, items)
            for name, rotation in schedule.rotations.items()
        },
        "blocks": [_block(block) for block in schedule.blocks],
        "appointments": [
            {"start": one.start, "stop": one.stop, "plays": _thing(one.plays)}
            for one in schedule.appointments
        ],
        "otherwise": _plays(schedule.otherwise),
        "fit": schedule.fit.value,
    }


def _rotation(rotation: Rotation, items: Mapping[Item, int]) -> dict[str, Any]:
    return {
        "items": [items[item] for item in rotation.items],
        "order": rotation.order.value,
        "loop": rotation.loop,
        "seed": rotation.seed,
    }


def _block(block: Block) -> dict[str, Any]:
    return {
        "days": [day for day in WEEKDAYS if day in block.days],
        "begin": block.begin.isoformat(),
        "end": block.end.isoformat(),
        "plays": _plays(block.plays),
        "fit": block.fit.value,
        "grid": block.grid,
    }


def _plays(plays: str | Live | None) -> str | dict[str, Any] | None:
    return _live(plays) if isinstance(plays, Live) else plays


def _thing(plays: Item | Live) -> dict[str, Any]:
    return _live(plays) if isinstance(plays, Live) else _item(plays)
