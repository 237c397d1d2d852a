"""Puts a virtual channel into the line-up, once there is anything to play."""

from dataclasses import dataclass
import sqlite3
from typing import Any

from ...formats import names
from ...formats.xtream.scalars import text
from ..virtual.addresses import ARCHIVE_DAYS, CATCHUP, address_of
from . import staging
from .merge import merge
from .staging import Source, Staged

GROUP = "Virtual channels"
"""The group of those for which the user wants no other one."""

_KEY = "virtual"
"""What the channel is recognised by: its source has no other one."""
_COUNT = """
    SELECT
        count(*) FILTER (WHERE duration > 0 AND error = '' AND NOT is_filler),
        count(*) FILTER (WHERE probed <> mark AND error = ''),
        count(*) FILTER (WHERE error <> '')
    FROM media WHERE source = ? AND present = 1
"""
_IS_THERE = """
    SELECT EXISTS (SELECT 1 FROM channels WHERE source = ? AND key = ? AND present = 1)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How the user wants the channel."""

    source: str
    name: str
    number: str = ""
    """Given to a new channel, where it is free; empty for the next free one."""
    group: str = ""

    @classmethod
    def of(cls, job: dict[str, Any]) -> Wishes:
        """Make those that a job tells of."""
        return cls(
            **{name: job[name] for name in ("source", "name", "number", "group")}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaCounts:
    """What there is of a virtual channel now."""

    items: int
    unprobed: int
    unreadable: int
    channels: int = 0
    """1 for a channel that is in the line-up."""


def count_media(connection: sqlite3.Connection, source: str) -> MediaCounts:
    """Answer how many files can be played, have yet to be looked into, or are broken."""
    items, unprobed, unreadable = connection.execute(_COUNT, (source,)).fetchone()
    ((is_there,),) = connection.execute(_IS_THERE, (source, _KEY))
    return MediaCounts(
        items=items, unprobed=unprobed, unreadable=unreadable, channels=is_there
    )


def put_channel(connection: sqlite3.Connection, wishes: Wishes) -> None:
    """Have the line-up hold the channel, under its name and in its group."""
    staging.begin(connection)
    staging.add(connection, [_row(wishes)])
    staged = Staged(
        entries=1, channels=staging.group(connection), skipped={}, guide_urls=()
    )
    source = Source(id=wishes.source, local=True)
    merge(connection, source, staged, allow_shrink=True)


def _row(wishes: Wishes) -> tuple[Any, ...]:
    name = text(wishes.name) or wishes.source
    return (
        1,
        _KEY,
        name,
        names.normalise(name),
        text(wishes.group) or GROUP,
        "",
        wishes.source,
        0,  # our own guide is on time
        names.parse_number(wishes.number),
        False,
        ARCHIVE_DAYS,
        address_of(wishes.source),
        "{}",
        CATCHUP.as_json(),
    )
