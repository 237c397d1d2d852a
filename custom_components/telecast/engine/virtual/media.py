"""The files of virtual channels, as the ingestion child lists them."""

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


def find(connection: sqlite3.Connection, source_id: str, key: str) -> Medium | None:
    """Answer a file by its key in the timeline, whether it is there now or not."""
    row = connection.execute(_ONE, (source_id, key)).fetchone()
    return row and _medium(row)


def listed(
    connection: sqlite3.Connection, source_id: str, *, filler: bool = False
) -> list[Medium]:
    """Answer the files that are there, as folders and files have them in order."""
    return [_medium(row) for row in connection.execute(_ALL, (source_id, filler))]


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
