"""Brings what a virtual channel's folders hold into the table of media.

A file is recognised again by its address, or, where it was only renamed, by its size and
the time of its last change: its id stays. Only what differs is written.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
import sqlite3
from typing import Any

from .library import MOST_FILES
from .media import Gone, Shelf
from .media_rows import Row
from .transaction import open_transaction

_KNOWN = """
    SELECT id, address, mark, position, is_filler, title, series, season, number,
        facts, present
    FROM media WHERE source = ? ORDER BY position
"""
_INSERT = """
    INSERT INTO media (source, address, mark, position, is_filler, title, series, season,
        number, facts)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
# What was wrong with another file says nothing of this one.
_UPDATE = """
    UPDATE media SET address = ?1, error = iif(mark = ?2, error, ''), mark = ?2,
        position = ?3, is_filler = ?4, title = ?5, series = ?6, season = ?7,
        number = ?8, facts = ?9, present = 1
    WHERE id = ?10
"""
_LEAVE = "UPDATE media SET present = 0 WHERE id = ?"
# What has gone may come back; but not all that ever was there is worth remembering.
_FORGET = """
    DELETE FROM media WHERE source = ?1 AND present = 0 AND id NOT IN (
        SELECT id FROM media WHERE source = ?1 AND present = 0 ORDER BY id DESC LIMIT ?2
    )
"""
_MOST_GONE = MOST_FILES

type _Values = tuple[Any, ...]
"""Address, mark, position, and the rest in the order of the columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """A row that is there."""

    id: int
    values: _Values
    present: bool

    @property
    def address(self) -> str:
        return str(self.values[0])

    @property
    def mark(self) -> str:
        return str(self.values[1])


@dataclass(slots=True, kw_only=True)
class _Changes:
    """What is to be written."""

    inserted: list[_Values] = field(default_factory=list)
    updated: list[_Values] = field(default_factory=list)
    left: list[tuple[int]] = field(default_factory=list)


def merge_media(connection: sqlite3.Connection, source: str, shelf: Shelf) -> None:
    """Make the table hold what was found, whole or not at all."""
    with open_transaction(connection):
        connection.execute(
            "INSERT OR IGNORE INTO sources (id, entries) VALUES (?, 0)", (source,)
        )
        known = [
            _Known(id=key, values=tuple(values), present=bool(present))
            for key, *values, present in connection.execute(_KNOWN, (source,))
        ]
        changes = _changes(shelf, known)
        rows = [(source, *values) for values in changes.inserted]
        connection.executemany(_INSERT, rows)
        connection.executemany(_UPDATE, changes.updated)
        connection.executemany(_LEAVE, changes.left)
        if changes.left:
            connection.execute(_FORGET, (source, _MOST_GONE))


def _changes(shelf: Shelf, known: list[_Known]) -> _Changes:
    """Answer by what the table differs from what was found."""
    changes = _Changes()
    wanted = list(_wanted(shelf, known))
    by_address = {one.address: one for one in known}
    listed = {address for address, *_ in wanted}
    gone = [one for one in known if one.present and one.address not in listed]
    renamed = _renamed(gone, [one for one in wanted if one[0] not in by_address])
    stayed = set[int]()
    for values in wanted:
        row = by_address.get(values[0]) or renamed.get(values[0])
        if row is None:
            changes.inserted.append(values)
            continue
        stayed.add(row.id)
        if row.values != values or not row.present:
            changes.updated.append((*values, row.id))
    changes.left = [(one.id,) for one in gone if one.id not in stayed]
    return changes


def _wanted(shelf: Shelf, known: list[_Known]) -> Iterator[_Values]:
    """Yield the rows that there are to be, by their positions."""
    kept = _kept(shelf, known)
    position = 0
    for one in shelf.listed:
        rows = [_values(one)] if isinstance(one, Row) else kept[one.address]
        for address, mark, *rest in rows:
            yield address, mark, position, *rest
            position += 1


def _kept(shelf: Shelf, known: list[_Known]) -> dict[str, list[_Values]]:
    """Answer the rows of what is not there now, by its address: as they are, in order."""
    found = {one.address for one in shelf.listed if isinstance(one, Row)}
    gone = [one for one in shelf.listed if isinstance(one, Gone)]
    gone.sort(key=lambda one: -one.closeness)
    kept: dict[str, list[_Values]] = {one.address: [] for one in gone}
    for row in known if gone else ():
        if not row.present or row.address in found:
            continue
        if where := next((one for one in gone if one.covers(row.address)), None):
            address, mark, _, _, *rest = row.values
            kept[where.address].append((address, mark, where.is_filler, *rest))
    return kept


def _values(row: Row) -> _Values:
    """Answer a row without its position."""
    return (
        *(row.address, row.mark, row.is_filler, row.title, row.series, row.season),
        *(row.number, row.facts),
    )


def _renamed(gone: list[_Known], come: list[_Values]) -> dict[str, _Known]:
    """Answer those that only go by other addresses now, by these."""
    before = _unique((one.mark, one) for one in gone)
    after = _unique((values[1], values[0]) for values in come)
    return {address: before[mark] for mark, address in after.items() if mark in before}


def _unique[T](pairs: Iterable[tuple[str, T]]) -> dict[str, T]:
    """Answer what goes by a mark that nothing else has."""
    pairs = list(pairs)
    times = Counter(mark for mark, _ in pairs)
    return {mark: one for mark, one in pairs if times[mark] == 1}
