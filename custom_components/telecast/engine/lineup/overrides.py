"""What the user changed about channels: kept apart from what their sources say of them."""

from collections.abc import Mapping
import json
import logging
import os
from pathlib import Path
import sqlite3
from typing import ClassVar, Literal

from ...formats import names
from ..errors import TelecastError

_LOGGER = logging.getLogger(__name__)

type Field = Literal[
    "number", "name", "group", "logo", "guide_id", "guide_offset", "enabled"
]

_READ: dict[Field, str] = {
    "number": "SELECT number FROM channels WHERE id = ?",
    "name": "SELECT name FROM channels WHERE id = ?",
    "group": """
        SELECT groups.name FROM channels JOIN groups ON groups.id = group_id
        WHERE channels.id = ?
    """,
    "logo": "SELECT logo FROM channels WHERE id = ?",
    "guide_id": "SELECT tvg_id FROM channels WHERE id = ?",
    "guide_offset": "SELECT CAST(shift AS TEXT) FROM channels WHERE id = ?",
    "enabled": "SELECT CAST(enabled AS TEXT) FROM channels WHERE id = ?",
}
_WRITE: dict[Field, str] = {
    "number": """
        UPDATE channels SET number = :value, major = :major, minor = :minor
        WHERE id = :channel
    """,
    "name": "UPDATE channels SET name = :value, search = :search WHERE id = :channel",
    "group": """
        UPDATE channels SET group_id = (SELECT id FROM groups WHERE name = :value)
        WHERE id = :channel
    """,
    "logo": "UPDATE channels SET logo = :value WHERE id = :channel",
    "guide_id": "UPDATE channels SET tvg_id = :value WHERE id = :channel",
    "guide_offset": """
        UPDATE channels SET shift = CAST(:value AS INTEGER) WHERE id = :channel
    """,
    "enabled": "UPDATE channels SET enabled = :value WHERE id = :channel",
}


class NumberTakenError(TelecastError):
    """Another channel has the number, be it one that is missing from its playlist now."""

    code: ClassVar[str] = "number_taken"


def change(
    connection: sqlite3.Connection, channel_id: int, changes: Mapping[Field, str]
) -> None:
    """Put the user's values in the place of the source's; "" brings those back.

    Raises NumberTakenError.
    """
    for field, value in changes.items():
        row = connection.execute(
            """
            SELECT own FROM overrides JOIN channels USING (source, key)
            WHERE id = ? AND field = ?
            """,
            (channel_id, field),
        ).fetchone()
        own: str | None = row[0] if row else None
        if own is None:
            own = _read(connection, channel_id, field)
        if field == "number":
            _check_free(connection, channel_id, value or own)
        _write(connection, channel_id, field, value or own)
        if value and value != own:
            _remember(connection, channel_id, field, value, own)
        else:
            _forget(connection, channel_id, field)


def apply(connection: sqlite3.Connection, source: str) -> None:
    """Put the user's values in, after the source's have been written anew."""
    rows = connection.execute(
        """
        SELECT id, field, value FROM overrides JOIN channels USING (source, key)
        WHERE source = ? AND present = 1
        """,
        (source,),
    ).fetchall()
    for channel_id, field, value in rows:
        own = _read(connection, channel_id, field)
        if field == "number" and (
            own == value or holder(connection, value) is not None
        ):
            continue
        _write(connection, channel_id, field, value)
        _remember(connection, channel_id, field, value, own)


def holder(connection: sqlite3.Connection, number: str) -> int | None:
    """Answer the id of the channel that has a number."""
    row = connection.execute(
        "SELECT id FROM channels WHERE number = ?", (number,)
    ).fetchone()
    return row[0] if row else None


def back_up(connection: sqlite3.Connection, path: Path) -> None:
    """Write all overrides into a file, in one piece, if it holds others."""
    rows = connection.execute(
        "SELECT source, key, field, value FROM overrides ORDER BY source, key, field"
    )
    document = json.dumps([list(row) for row in rows], ensure_ascii=False, indent=0)
    try:
        if not path.exists() or path.read_text("utf-8") != document:
            _write_file(path, document)
    except OSError as err:
        # What is in use is the database; this is for the day when that is lost.
        _LOGGER.warning("Overrides cannot be backed up to %s: %s", path, err)


def restore(connection: sqlite3.Connection, path: Path) -> None:
    """Take overrides back from the file into a database that was begun anew."""
    try:
        rows = [
            (source, key, field, value)
            for source, key, field, value in json.loads(path.read_text("utf-8"))
            if field in _WRITE
        ]
        connection.executemany(
            "INSERT OR IGNORE INTO overrides VALUES (?, ?, ?, ?, NULL)", rows
        )
    except FileNotFoundError:
        return
    except (OSError, TypeError, ValueError, sqlite3.ProgrammingError) as err:
        _LOGGER.warning("Overrides cannot be restored from %s: %s", path, err)


def _write_file(path: Path, text: str) -> None:
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _check_free(connection: sqlite3.Connection, channel_id: int, number: str) -> None:
    if holder(connection, number) not in {None, channel_id}:
        raise NumberTakenError(f"Another channel has the number {number}")


def _read(connection: sqlite3.Connection, channel_id: int, field: Field) -> str:
    value: str = connection.execute(_READ[field], (channel_id,)).fetchone()[0]
    return value


def _write(
    connection: sqlite3.Connection, channel_id: int, field: Field, value: str
) -> None:
    major, minor = names.sort_key(value)
    if field == "group":
        connection.execute("INSERT OR IGNORE INTO groups (name) VALUES (?)", (value,))
    connection.execute(
        _WRITE[field],
        {
            "channel": channel_id,
            "value": value,
            "search": value.casefold(),
            "major": major,
            "minor": minor,
        },
    )


def _remember(
    connection: sqlite3.Connection, channel_id: int, field: Field, value: str, own: str
) -> None:
    connection.execute(
        """
        INSERT INTO overrides (source, key, field, value, own)
        SELECT source, key, ?, ?, ? FROM channels WHERE id = ?
        ON CONFLICT DO UPDATE SET value = excluded.value, own = excluded.own
        """,
        (field, value, own, channel_id),
    )


def _forget(connection: sqlite3.Connection, channel_id: int, field: Field) -> None:
    connection.execute(
        """
        DELETE FROM overrides WHERE field = ? AND (source, key) =
            (SELECT source, key FROM channels WHERE id = ?)
        """,
        (field, channel_id),
    )
