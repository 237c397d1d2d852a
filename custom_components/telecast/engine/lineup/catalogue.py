"""How channels are read from the database: for the line-up, and for whole documents."""

from collections.abc import Iterator
from dataclasses import dataclass
import json
import sqlite3
from typing import Any

from ..model import Channel

_COLUMNS = """
    id, number, name, "group", group_id, logo, guide_id, source, enabled, radio,
    archive_days, added
"""
_SELECT = ("SELECT", _COLUMNS, "FROM")
ONE = " ".join((*_SELECT, "lineup WHERE id = ?"))
ONE_BY_NUMBER = " ".join((*_SELECT, "lineup WHERE number = ?"))
ONE_EVEN_HIDDEN = " ".join((*_SELECT, "all_channels WHERE id = ?"))
_SOME = (*_SELECT, "lineup WHERE")
_FREE_NUMBER = """
    WITH taken (number) AS (
        SELECT major FROM channels
        UNION SELECT CAST(value AS INTEGER) FROM overrides WHERE field = 'number'
        UNION SELECT CAST(own AS INTEGER) FROM overrides WHERE field = 'number'
    ), next (number) AS (SELECT 1 UNION SELECT number + 1 FROM taken)
    SELECT MIN(number) FROM next
    WHERE number > 0 AND number NOT IN (SELECT number FROM taken WHERE number > 0)
"""
_IDS = "SELECT id FROM channels WHERE present = 1 AND enabled = 1 AND"
_ORDER = "ORDER BY major, minor, id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which channels of the line-up are meant."""

    group_id: int | None = None
    groups: frozenset[str] | None = None
    """Names of groups; None means all."""
    search: str = ""
    """A part of the name, or the number."""
    numbers: tuple[int, int] | None = None
    """The first and the last number, sub-channels apart; None means all."""

    def as_json(self) -> dict[str, Any]:
        """Answer what `from_json` takes."""
        groups = None if self.groups is None else sorted(self.groups)
        return {
            "group_id": self.group_id,
            "groups": groups,
            "search": self.search,
            "numbers": self.numbers,
        }

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Selection:
        """Make the selection that was told as JSON."""
        groups, numbers = fields["groups"], fields["numbers"]
        return cls(
            **fields
            | {
                "groups": None if groups is None else frozenset(groups),
                "numbers": None if numbers is None else tuple(numbers),
            }
        )


def find(
    connection: sqlite3.Connection, query: str, value: int | str
) -> Channel | None:
    """Answer the channel that one of the queries above finds."""
    row = connection.execute(query, (value,)).fetchone()
    return _channel(row) if row else None


def rows(
    connection: sqlite3.Connection, selection: Selection, *columns: str
) -> Iterator[tuple[Any, ...]]:
    """Yield columns of the view `lineup`, in the order of the line-up."""
    conditions, values = _conditions(selection)
    query = " ".join(
        ("SELECT", ", ".join(columns), "FROM lineup WHERE", conditions, _ORDER)
    )
    return iter(connection.execute(query, values))


def page(
    connection: sqlite3.Connection, selection: Selection, offset: int, limit: int
) -> list[Channel]:
    """Answer so many channels after the first `offset` ones."""
    conditions, values = _conditions(selection)
    # What is passed over is counted in the index alone.
    chosen = (_IDS, conditions, _ORDER, "LIMIT :limit OFFSET :offset")
    query = " ".join((*_SOME, "id IN (", *chosen, ")", _ORDER))
    values |= {"limit": limit, "offset": offset}
    return list(map(_channel, connection.execute(query, values)))


def count(connection: sqlite3.Connection) -> int:
    """Answer how many channels the line-up has."""
    found: int
    ((found,),) = connection.execute(
        "SELECT COUNT(*) FROM channels WHERE present = 1 AND enabled = 1"
    )
    return found


def blocks(connection: sqlite3.Connection, size: int, limit: int) -> tuple[int, ...]:
    """Answer which blocks of so many numbers have channels: 1, 2, … the lowest ones."""
    found = connection.execute(
        """
        SELECT DISTINCT max(major - 1, 0) / ? + 1 FROM channels
        WHERE present = 1 AND enabled = 1 ORDER BY 1 LIMIT ?
        """,
        (size, limit),
    )
    return tuple(block for (block,) in found)


def free_number(connection: sqlite3.Connection) -> int:
    """Answer the first whole number that no channel has, nor would have of itself."""
    ((number,),) = connection.execute(_FREE_NUMBER)
    return int(number)


def is_taken(connection: sqlite3.Connection, number: str, but_by: str) -> bool:
    """Tell whether a channel has a number, be it hidden; one source's do not count."""
    ((taken,),) = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM channels WHERE number = ? AND source <> ?)",
        (number, but_by),
    )
    return bool(taken)


def revision(connection: sqlite3.Connection) -> int:
    """Answer the number of the last change."""
    ((value,),) = connection.execute("SELECT value FROM meta WHERE key = 'revision'")
    return int(value)


def count_revision(connection: sqlite3.Connection) -> None:
    """Note that something has changed."""
    connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'revision'")


def _conditions(selection: Selection) -> tuple[str, dict[str, Any]]:
    conditions, values = ["TRUE"], dict[str, Any]()
    if selection.group_id is not None:
        conditions.append("group_id = :group_id")
        values["group_id"] = selection.group_id
    if selection.groups is not None:
        conditions.append(
            "group_id IN (SELECT id FROM groups WHERE name IN"
            " (SELECT value FROM json_each(:groups)))"
        )
        values["groups"] = json.dumps(sorted(selection.groups))
    if selection.search:
        conditions.append("(instr(search, :search) OR number = :search)")
        values["search"] = selection.search.casefold()
    if selection.numbers is not None:
        conditions.append("major BETWEEN :first AND :last")
        values["first"], values["last"] = selection.numbers
    return " AND ".join(conditions), values


def _channel(row: tuple[Any, ...]) -> Channel:
    return Channel(
        id=row[0],
        number=row[1],
        name=row[2],
        group=row[3],
        group_id=row[4],
        logo=row[5],
        guide_id=row[6],
        source=row[7],
        enabled=bool(row[8]),
        radio=bool(row[9]),
        archive_days=row[10],
        added=row[11],
    )
