"""Rows of the table of media, as the ingestion child would write them."""

from dataclasses import dataclass, field
import json
import sqlite3
from typing import Any
from urllib.parse import quote

MINUTE = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaRow:
    """A file of a virtual channel."""

    path: str
    title: str = ""
    series: str = ""
    season: int = 0
    number: int = 0
    minutes: float = 30
    shape: str = "h264"
    error: str = ""
    filler: bool = False
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where it is."""
        return f"file://{quote(self.path)}"


def films(names: str, *, folder: str = "/media", minutes: float = 30) -> list[MediaRow]:
    """Answer a film for each letter."""
    return [
        MediaRow(path=f"{folder}/{name}.mkv", title=f"Film {name}", minutes=minutes)
        for name in names
    ]


def series(
    name: str, count: int, *, folder: str = "/media", minutes: float = 30
) -> list[MediaRow]:
    """Answer so many episodes of a series, in a folder of its name."""
    return [
        MediaRow(
            path=f"{folder}/{name}/{number}.mkv",
            title=f"Part {number}",
            series=name,
            season=1,
            number=number,
            minutes=minutes,
        )
        for number in range(1, count + 1)
    ]


def write_media(
    connection: sqlite3.Connection, source: str, rows: list[MediaRow]
) -> None:
    """Have the table hold these for a source, in this order; others are not there."""
    connection.execute("INSERT OR IGNORE INTO sources VALUES (?, 1)", (source,))
    connection.execute("UPDATE media SET present = 0 WHERE source = ?", (source,))
    connection.executemany(
        """
        INSERT INTO media (source, address, mark, position, is_filler, title, series,
            season, number, facts, duration, shape, error)
        VALUES (?, ?, 'mark', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET position = excluded.position, present = 1,
            title = excluded.title, duration = excluded.duration,
            facts = excluded.facts
        """,
        [
            (
                *(source, one.address, place, one.filler, one.title, one.series),
                *(one.season, one.number, json.dumps(one.facts)),
                *(0 if one.error else round(one.minutes * MINUTE), one.shape),
                one.error,
            )
            for place, one in enumerate(rows)
        ],
    )
