"""The files of virtual channels, as the ingestion child lists them."""

from collections.abc import Iterable
from dataclasses import dataclass
import json
import sqlite3
from typing import Any

_COLUMNS = """
    id, address, title, series, season, number, facts, duration, shape, streams, error
"""
_ONE = f"SELECT {_COLUMNS} FROM media WHERE source = ? AND id = ?"  # noqa: S608
_ALL = f"""
    SELECT {_COLUMNS} FROM media WHERE source = ? AND present = 1 AND is_filler = ?
    ORDER BY position
"""  # noqa: S608

_PRESENT = "SELECT present FROM media WHERE source = ? AND id = ?"
_OUTLINES = """
    SELECT id, address, title, series, season, number, '{}', duration, shape, '{}', error
    FROM media WHERE source = ? AND present = 1 AND is_filler = ? ORDER BY position
"""
_SOME = f"""
    SELECT {_COLUMNS} FROM media WHERE source = ?
    AND id IN (SELECT value FROM json_each(?))
"""  # noqa: S608
_POSTER = "SELECT json_extract(facts, '$.poster') FROM media WHERE id = ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """A file that a virtual channel plays."""

    id: int
    """Its key in the timeline, as text."""
    address: str
    """As `file:` has it."""
    title: str
    series: str = ""
    """Empty for a film."""
    season: int = 0
    number: int = 0
    facts: dict[str, Any]
    """What its name and its NFO say beside that: year, plot, genres, poster."""
    duration: int = 0
    """Milliseconds; 0 for what cannot be played, or has yet to be looked into."""
    shape: str = ""
    """What fits together without being encoded anew has the same one; may be empty."""
    streams: dict[str, Any]
    """What the prober says (formats/ffmpeg/probe.py)."""
    error: str = ""
    """Why it cannot be played; empty where nothing is known against it."""

    @property
    def is_playable(self) -> bool:
        """Whether it can be played, as far as is known."""
        return self.duration > 0 and not self.error


def find(connection: sqlite3.Connection, source_id: str, key: str) -> Medium | None:
    """Answer a file by its key in the timeline, whether it is there now or not."""
    row = connection.execute(_ONE, (source_id, key)).fetchone()
    return row and _medium(row)


def is_present(connection: sqlite3.Connection, source_id: str, medium_id: int) -> bool:
    """Tell whether a file was there when its folder was last looked through."""
    row = connection.execute(_PRESENT, (source_id, medium_id)).fetchone()
    return bool(row and row[0])


def poster(connection: sqlite3.Connection, medium_id: int) -> str:
    """Answer where the poster of a file is, whosever it is; empty for none."""
    row = connection.execute(_POSTER, (medium_id,)).fetchone()
    return str((row and row[0]) or "")


def some(
    connection: sqlite3.Connection, source_id: str, keys: Iterable[str]
) -> dict[str, Medium]:
    """Answer files by their keys in the timeline, whether they are there now or not."""
    ids = json.dumps([int(key) for key in keys])
    rows = connection.execute(_SOME, (source_id, ids))
    return {str(medium.id): medium for medium in map(_medium, rows)}


def listed(
    connection: sqlite3.Connection, source_id: str, *, filler: bool = False
) -> list[Medium]:
    """Answer the files that are there, as folders and files have them in order."""
    return [_medium(row) for row in connection.execute(_ALL, (source_id, filler))]


def outlined(
    connection: sqlite3.Connection, source_id: str, *, filler: bool = False
) -> list[Medium]:
    """Answer the same without facts and streams: what a schedule is made of."""
    return [_medium(row) for row in connection.execute(_OUTLINES, (source_id, filler))]


def _medium(row: tuple[Any, ...]) -> Medium:
    key, address, title, series, season, number, facts, duration, *told = row
    shape, streams, error = told
    return Medium(
        id=key,
        address=address,
        title=title,
        series=series,
        season=season,
        number=number,
        facts=json.loads(facts),
        duration=duration,
        shape=shape,
        streams=json.loads(streams),
        error=error,
    )
