"""What sources said of films when they were asked, kept in the main database."""

from collections.abc import Sequence
from dataclasses import asdict
import json
import sqlite3
from typing import Any

from ...formats.xtream.addresses import episode_address
from ...formats.xtream.film_reading import (
    EpisodeEntry,
    Season,
    read_movie_details,
    read_series_details,
)
from ..model import FilmKind
from . import catalogue
from .film import Details, Film

FRESH_SECONDS = 24 * 3600
_KEPT_SECONDS = 30 * 24 * 3600

_UPDATE_EPISODE = """
    UPDATE episodes SET
        season = :season, number = :number, name = :name, added = :added,
        extension = :extension, address = :address, facts = :facts, present = 1
    WHERE series = :series AND key = :key
"""
_ADD_EPISODE = """
    INSERT INTO episodes
        (series, key, season, number, name, added, extension, address, facts)
    SELECT
        :series, :key, :season, :number, :name, :added, :extension, :address, :facts
    WHERE NOT EXISTS (
        SELECT 1 FROM episodes WHERE series = :series AND key = :key)
"""


def known(connection: sqlite3.Connection, film: Film) -> tuple[Details, int]:
    """Answer what is known of a film, and when that was asked for; 0 for never."""
    row = connection.execute(
        "SELECT fetched, details FROM film_details WHERE film = ?", (film.id,)
    ).fetchone()
    fetched, told = (row[0], json.loads(row[1])) if row else (0, {})
    is_series = film.kind is FilmKind.SERIES
    details = Details(
        facts=film.facts | told.get("facts", {}),
        seasons=tuple(Season(**one) for one in told.get("seasons", ())),
        episodes=catalogue.episodes(connection, film.id) if is_series else (),
    )
    return details, fetched


def keep(
    connection: sqlite3.Connection, film: Film, answer: dict[str, Any], now: int
) -> None:
    """Remember what a source answered; `now` is in seconds since 1970.

    An answer that says nothing any more replaces nothing.
    """
    if not _is_there(connection, film):
        return  # removed, with its source, while that was asked
    if film.kind is FilmKind.MOVIE:
        told: dict[str, Any] = {"facts": read_movie_details(answer)}
    else:
        read = read_series_details(answer)
        told = {"facts": read.facts, "seasons": list(map(asdict, read.seasons))}
        if read.episodes:
            _keep_episodes(connection, film, read.episodes)
    _put(connection, film, {name: value for name, value in told.items() if value}, now)
    connection.execute(
        "DELETE FROM film_details WHERE fetched < ? AND film <> ?",
        (now - _KEPT_SECONDS, film.id),
    )


def _put(
    connection: sqlite3.Connection, film: Film, told: dict[str, Any], now: int
) -> None:
    connection.execute(
        """
        INSERT INTO film_details (film, fetched, details) VALUES (?, ?, ?)
        ON CONFLICT (film) DO UPDATE SET
            fetched = excluded.fetched,
            details = iif(excluded.details = '{}', details, excluded.details)
        """,
        (film.id, now, json.dumps(told)),
    )


def _keep_episodes(
    connection: sqlite3.Connection, series: Film, entries: Sequence[EpisodeEntry]
) -> None:
    """Bring a series' episodes to what is listed: each keeps its id, even if it goes."""
    connection.execute("UPDATE episodes SET present = 0 WHERE series = ?", (series.id,))
    rows = [
        {
            "series": series.id,
            "key": one.key,
            "season": one.season,
            "number": one.number,
            "name": one.name,
            "added": one.added,
            "extension": one.extension,
            "address": episode_address(one.key, one.extension),
            "facts": json.dumps(one.facts),
        }
        for one in entries
    ]
    # Not as one statement: what conflicts in an INSERT uses up an id each time.
    connection.executemany(_UPDATE_EPISODE, rows)
    connection.executemany(_ADD_EPISODE, rows)


def _is_there(connection: sqlite3.Connection, film: Film) -> bool:
    found = connection.execute("SELECT 1 FROM films WHERE id = ?", (film.id,))
    return found.fetchone() is not None
