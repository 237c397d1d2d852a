"""Programmes for channels of which no guide knows: their own event, else their name.

Many players leave out a channel that no programme is on, or show it as broken.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from ...formats import events
from ...formats.xmltv import Programme, Text

CATEGORY = "Stand-in"
"""The category by which such a programme is known that only fills the time."""

_BLOCK_SECONDS = 2 * 3600
# Documents are rendered anew every six hours, and players keep what they read.
_AHEAD_SECONDS = 30 * 3600
_EVENT_SECONDS = 3 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """When and where names of channels are read."""

    at: int
    """In seconds since 1970 (UTC)."""
    zone: tzinfo

    def seconds(self, local: datetime, zone: str) -> int:
        """Answer a local time of a zone in seconds; an empty name means this zone."""
        return int(local.replace(tzinfo=_zone(zone) if zone else self.zone).timestamp())


def programmes(
    name: str, *, guide_id: str, today: Today, start: int, stop: int, blocks: bool
) -> list[Programme]:
    """Answer what a channel shows between two times, as far as its name tells.

    That is an event, and, if asked for, blocks beside it.
    """
    named = event(name, guide_id=guide_id, today=today)
    made: list[Programme] = []
    if named and named.start < stop and named.stop and named.stop > start:
        made.append(named)
    if blocks:
        made += fill(
            name,
            guide_id=guide_id,
            today=today,
            start=start,
            stop=stop,
            around=named,
        )
    return sorted(made, key=lambda programme: programme.start)


def event(name: str, *, guide_id: str, today: Today) -> Programme | None:
    """Answer the event that a channel is named after, as a programme of it."""
    day = datetime.fromtimestamp(today.at, today.zone).date()
    if (found := events.parse(name, today=day)) is None:
        return None
    start = today.seconds(found.start, found.zone)
    stop = today.seconds(found.stop, found.zone) if found.stop else 0
    return Programme(
        channel=guide_id,
        start=start,
        stop=stop if stop > start else start + _EVENT_SECONDS,
        titles=(Text(found.title),),
    )


def fill(
    name: str,
    *,
    guide_id: str,
    today: Today,
    start: int,
    stop: int,
    around: Programme | None = None,
) -> Iterator[Programme]:
    """Yield blocks by the channel's name, from `start` and for some hours from now.

    They begin on even hours; where there is a programme (`around`), they leave it room.
    """
    texts, marks = (Text(name),), (Text(CATEGORY),)
    offset = datetime.fromtimestamp(today.at, today.zone).utcoffset() or timedelta()
    first = start - (start + int(offset.total_seconds())) % _BLOCK_SECONDS
    for begins in range(first, min(stop, today.at + _AHEAD_SECONDS), _BLOCK_SECONDS):
        for each_start, each_stop in _without(begins, begins + _BLOCK_SECONDS, around):
            if each_stop > start:
                yield Programme(
                    channel=guide_id,
                    start=each_start,
                    stop=each_stop,
                    titles=texts,
                    categories=marks,
                )


def _without(
    start: int, stop: int, around: Programme | None
) -> Iterator[tuple[int, int]]:
    """Yield what is left of a time beside a programme."""
    if around is None or around.stop is None:
        yield start, stop
        return
    for begins, ends in (
        (start, min(stop, around.start)),
        (max(start, around.stop), stop),
    ):
        if begins < ends:
            yield begins, ends


@cache
def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except LookupError, OSError, ValueError:  # a system without time zones
        return UTC


def zone_of(name: str) -> tzinfo:
    """Answer the zone of a name; UTC for one that is not known here."""
    return _zone(name)
