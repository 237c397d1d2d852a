"""The items of a virtual channel as the user is shown them, a page at a time."""

from dataclasses import dataclass
import sqlite3
from typing import Any, NamedTuple

from ..pipe.supply import path_of
from .edits import Edits

_ALL = """
    SELECT id, address, duration FROM media
    WHERE source = ? AND present = 1 AND is_filler = 0 ORDER BY position
"""
_PAGE = """
    SELECT id, title, series, season, number, address, duration, error FROM media
    WHERE source = ? AND id IN (SELECT value FROM json_each(?))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedItem:
    """An item, be it one that cannot be played."""

    id: int
    title: str
    series: str
    """Empty for a film."""
    season: int
    number: int
    file: str
    """Its path."""
    duration: int
    """In milliseconds; 0 where that is not known."""
    error: str
    """Why it cannot be played; empty where nothing is known against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of items, and how many there are in all."""

    items: tuple[ListedItem, ...]
    total: int


class Entry(NamedTuple):
    """What of an item tells it from others."""

    id: int
    address: str
    duration: int

    @property
    def path(self) -> str:
        """Where its file is."""
        return path_of(self.address)


def entries(
    connection: sqlite3.Connection, source_id: str, edits: Edits
) -> list[Entry]:
    """Answer all items, those that cannot be played among them, as they are listed."""
    found = [Entry(*row) for row in connection.execute(_ALL, (source_id,))]
    return edits.ordered(found, lambda one: one.id)


def page(
    connection: sqlite3.Connection,
    source_id: str,
    edits: Edits,
    *,
    offset: int,
    limit: int,
) -> Listing:
    """Answer a page of the items, the first one of which has the number `offset`."""
    listed = entries(connection, source_id, edits)
    ids = [one.id for one in listed[offset : offset + limit]]
    rows = connection.execute(_PAGE, (source_id, f"[{','.join(map(str, ids))}]"))
    found = {row[0]: _item(row) for row in rows}
    return Listing(items=tuple(found[key] for key in ids), total=len(listed))


def _item(row: tuple[Any, ...]) -> ListedItem:
    key, title, series, season, number, address, duration, error = row
    return ListedItem(
        id=key,
        title=title,
        series=series,
        season=season,
        number=number,
        file=path_of(address),
        duration=duration,
        error=error,
    )
