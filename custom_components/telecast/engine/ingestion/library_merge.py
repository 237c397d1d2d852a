"""Brings what a library's folders hold into the catalogue, whole or not at all.

A file is recognised again by its path in its folder, or, where it was only renamed, by its
size and the time of its last change: its id stays.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
import sqlite3
from typing import Any

from ..errors import PlaylistShrunkError
from ..films import catalogue
from ..model import FilmKind
from . import films
from .films import FilmList, StagedFilms
from .folders import address_of
from .library import Library, Shelves
from .library_rows import Row
from .shrinking import is_shrunk

_BEGIN = """
    CREATE TEMP TABLE listed_episodes (
        series_key TEXT NOT NULL,
        key TEXT NOT NULL,
        position INTEGER NOT NULL,
        season INTEGER NOT NULL,
        number INTEGER NOT NULL,
        name TEXT NOT NULL,
        added INTEGER NOT NULL,
        extension TEXT NOT NULL,
        address TEXT NOT NULL,
        facts TEXT NOT NULL,
        series INTEGER,  -- its id, once it is there
        PRIMARY KEY (series_key, key)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX temp.episodes_by_series ON listed_episodes (series, key);
"""
_LIST = """
    INSERT OR IGNORE INTO temp.listed_episodes
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)
"""
_FIND_SERIES = """
    UPDATE temp.listed_episodes SET series = (
        SELECT id FROM films
        WHERE source = :source AND kind = 'series' AND films.key = series_key)
"""
# What is in a folder that is not there now stays as it was.
_KEEP_FILMS = """
    INSERT OR IGNORE INTO temp.listed
    SELECT key, 1000000 + films.id, film_groups.name, films.name, search, poster,
        rating, added, extension, address, facts
    FROM films JOIN film_groups ON film_groups.id = group_id
    WHERE source = :source AND films.kind = 'movie' AND present = 1
        AND substr(address, 1, length(:folder)) = :folder
"""
_KEEP_SERIES = """
    INSERT OR IGNORE INTO temp.listed
    SELECT key, 1000000 + films.id, film_groups.name, films.name, search, poster,
        rating, added, extension, address, facts
    FROM films JOIN film_groups ON film_groups.id = group_id
    WHERE source = :source AND films.kind = 'series' AND present = 1
        AND films.id IN (
            SELECT series FROM episodes
            WHERE present = 1 AND substr(address, 1, length(:folder)) = :folder)
"""
_KEEP_EPISODES = """
    INSERT OR IGNORE INTO temp.listed_episodes
    SELECT films.key, episodes.key, 1000000 + episodes.id, season, number,
        episodes.name, episodes.added, episodes.extension, episodes.address,
        episodes.facts, NULL
    FROM episodes JOIN films ON films.id = episodes.series
    WHERE source = :source AND episodes.present = 1
        AND substr(episodes.address, 1, length(:folder)) = :folder
"""
_EPISODES_BEFORE = """
    SELECT count(*) FROM episodes JOIN films ON films.id = series
    WHERE source = :source AND episodes.present = 1
"""
_UPDATE = """
    UPDATE episodes SET
        season = fresh.season, number = fresh.number, name = fresh.name,
        added = fresh.added, extension = fresh.extension, address = fresh.address,
        facts = fresh.facts, present = 1
    FROM temp.listed_episodes AS fresh
    WHERE episodes.series = fresh.series AND episodes.key = fresh.key AND (
        episodes.season, episodes.number, episodes.name, episodes.added,
        episodes.extension, episodes.address, episodes.facts, present
    ) IS NOT (
        fresh.season, fresh.number, fresh.name, fresh.added, fresh.extension,
        fresh.address, fresh.facts, 1
    )
"""
_LEAVE = """
    UPDATE episodes SET present = 0
    WHERE present = 1 AND series IN (SELECT id FROM films WHERE source = :source)
        AND (series, key) NOT IN (SELECT series, key FROM temp.listed_episodes)
"""
_INSERT = """
    INSERT INTO episodes
        (series, key, season, number, name, added, extension, address, facts)
    SELECT series, key, season, number, name, added, extension, address, facts
    FROM temp.listed_episodes
    WHERE (series, key) NOT IN (SELECT series, key FROM episodes)
    ORDER BY position
"""
_FILMS_GONE = """
    SELECT facts ->> '$.file', id FROM films
    WHERE source = :source AND kind = 'movie' AND present = 1
        AND key NOT IN (SELECT key FROM temp.listed)
"""
_FILMS_COME = """
    SELECT facts ->> '$.file', key FROM temp.listed WHERE key NOT IN (
        SELECT key FROM films WHERE source = :source AND kind = 'movie')
"""
_EPISODES_GONE = """
    SELECT series || ' ' || (facts ->> '$.file'), id FROM episodes
    WHERE present = 1 AND series IN (SELECT id FROM films WHERE source = :source)
        AND (series, key) NOT IN (SELECT series, key FROM temp.listed_episodes)
"""
_EPISODES_COME = """
    SELECT series || ' ' || (facts ->> '$.file'), key FROM temp.listed_episodes
    WHERE (series, key) NOT IN (SELECT series, key FROM episodes)
"""
_RENAME_FILM = "UPDATE films SET key = ? WHERE id = ?"
_RENAME_EPISODE = "UPDATE episodes SET key = ? WHERE id = ?"
_NO_VALUES: Mapping[str, Any] = {}
_KEEP = {FilmKind.MOVIE: _KEEP_FILMS, FilmKind.SERIES: _KEEP_SERIES}


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryCounts:
    """What a library holds now."""

    films: int
    series: int
    episodes: int


def merge_library(
    connection: sqlite3.Connection,
    library: Library,
    shelves: Shelves,
    *,
    origin: str,
    allow_shrink: bool = False,
) -> LibraryCounts:
    """Make the catalogue hold what was found; raise PlaylistShrunkError.

    `origin` tells these folders from others: only the same ones can shrink.
    """
    films.begin(connection)
    connection.execute("COMMIT")
    connection.executescript(_BEGIN)
    connection.execute("BEGIN IMMEDIATE")
    try:
        is_another = catalogue.put_origin(
            connection, source=library.source, kind=FilmKind.MOVIE, origin=origin
        )
        allow_shrink = allow_shrink or is_another
        merge = _Merge(connection, library, origin, allow_shrink=allow_shrink)
        counts = _merge(merge, shelves)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return counts


def _merge(merge: _Merge, shelves: Shelves) -> LibraryCounts:
    missing = [f"{address_of(path)}/" for path in shelves.missing]
    return LibraryCounts(
        films=merge.films(FilmKind.MOVIE, shelves.films, missing),
        series=merge.films(FilmKind.SERIES, shelves.series, missing),
        episodes=merge.episodes(shelves.episodes, missing),
    )


class _Merge:
    """One merge, step by step."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        library: Library,
        origin: str,
        *,
        allow_shrink: bool,
    ) -> None:
        self._connection = connection
        self._source = library.source
        self._groups = tuple(dict.fromkeys(library.folders.values()))
        self._origin = origin
        self._values: dict[str, Any] = {"source": library.source}
        self._allow_shrink = allow_shrink

    def films(self, kind: FilmKind, rows: list[Row], missing: list[str]) -> int:
        """Merge films, or series; answer how many there are."""
        self._connection.execute("DELETE FROM temp.listed")
        films.add(self._connection, rows)
        for folder in missing:
            self._connection.execute(_KEEP[kind], self._values | {"folder": folder})
        if kind is FilmKind.MOVIE:
            self._follow(_FILMS_GONE, _FILMS_COME, _RENAME_FILM)
        count = self._count("SELECT count(*) FROM temp.listed")
        about = FilmList(
            source=self._source,
            kind=kind,
            categories={name: name for name in self._groups},
            origin=self._origin,
        )
        staged = StagedFilms(films=count, skipped={})
        films.merge_listed(
            self._connection, about, staged, allow_shrink=self._allow_shrink
        )
        return count

    def episodes(self, rows: list[Row], missing: list[str]) -> int:
        """Merge episodes, whose series are there; answer how many there are."""
        self._connection.executemany(_LIST, rows)
        for folder in missing:
            self._connection.execute(_KEEP_EPISODES, self._values | {"folder": folder})
        self._connection.execute(_FIND_SERIES, self._values)
        self._follow(_EPISODES_GONE, _EPISODES_COME, _RENAME_EPISODE)
        count = self._count("SELECT count(*) FROM temp.listed_episodes")
        before = self._count(_EPISODES_BEFORE, self._values)
        if not self._allow_shrink and is_shrunk(before, count):
            raise PlaylistShrunkError(
                f"The folders have {count} episodes where they had {before}"
            )
        for step in (_UPDATE, _LEAVE, _INSERT):
            self._connection.execute(step, self._values)
        return count

    def _follow(self, gone: str, come: str, rename: str) -> None:
        """Let those that were only renamed keep their ids: they go by other keys now."""
        before = self._unique(gone)
        after = self._unique(come)
        self._connection.executemany(
            rename,
            [(key, before[mark]) for mark, key in after.items() if mark in before],
        )

    def _unique(self, query: str) -> dict[str, Any]:
        """Answer what a query finds, by marks that tell one file from all others."""
        rows = self._connection.execute(query, self._values).fetchall()
        times = Counter(mark for mark, _ in rows)
        return {mark: found for mark, found in rows if mark and times[mark] == 1}

    def _count(self, query: str, values: Mapping[str, Any] = _NO_VALUES) -> int:
        ((count,),) = self._connection.execute(query, values)
        return int(count)
