"""Brings a provider's list of films or of series into the catalogue, whole or not at all.

A film is recognised again by the provider's own id: whatever else changes, ours stays.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
import itertools
import json
import sqlite3
from typing import Any

from ...formats.xtream.addresses import movie_address
from ...formats.xtream.film_reading import FilmEntry, read_movie, read_series
from ...formats.xtream.reading import AnswerError, iter_objects
from ..errors import NotAPlaylistError, PlaylistShrunkError, TooLargeError
from ..films import catalogue
from ..model import FilmKind
from .shrinking import is_shrunk
from .staging import UNCATEGORISED

_BATCH = 1000
# More of either no player could list.
_MOST = 500_000

_BEGIN = """
    PRAGMA temp_store = FILE;
    PRAGMA temp.cache_size = -16384;
    CREATE TEMP TABLE listed (
        key TEXT PRIMARY KEY,
        position INTEGER NOT NULL,
        group_name TEXT NOT NULL,
        name TEXT NOT NULL,
        search TEXT NOT NULL,
        poster TEXT NOT NULL,
        rating REAL NOT NULL,
        added INTEGER NOT NULL,
        extension TEXT NOT NULL,
        address TEXT NOT NULL,
        facts TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    BEGIN;
"""
_LIST = "INSERT OR IGNORE INTO temp.listed VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

_BEFORE = """
    SELECT count(*) FROM films
    WHERE source = :source AND kind = :kind AND present = 1
"""
# A series that was altered has other episodes now: what is known is a day old at once.
_OUTDATE_DETAILS = """
    UPDATE film_details SET fetched = fetched - 86400 WHERE film IN (
        SELECT id FROM films JOIN temp.listed USING (key)
        WHERE source = :source AND kind = :kind AND films.added <> listed.added)
"""
_UPDATE = """
    UPDATE films SET
        group_id = fresh.group_id, name = fresh.name, search = fresh.search,
        poster = fresh.poster, rating = fresh.rating, added = fresh.added,
        extension = fresh.extension, address = fresh.address, facts = fresh.facts,
        present = 1
    FROM (
        SELECT listed.*, film_groups.id AS group_id FROM temp.listed
        JOIN film_groups ON kind = :kind AND film_groups.name = group_name
    ) AS fresh
    WHERE source = :source AND kind = :kind AND films.key = fresh.key AND (
        films.group_id, films.name, films.poster, films.rating, films.added,
        films.extension, films.address, films.facts, present
    ) IS NOT (
        fresh.group_id, fresh.name, fresh.poster, fresh.rating, fresh.added,
        fresh.extension, fresh.address, fresh.facts, 1
    )
"""
_LEAVE = """
    UPDATE films SET present = 0
    WHERE source = :source AND kind = :kind AND present = 1
        AND key NOT IN (SELECT key FROM temp.listed)
"""
_INSERT = """
    INSERT INTO films (kind, source, key, group_id, name, search, poster, rating, added,
        extension, address, facts)
    SELECT :kind, :source, key, film_groups.id, listed.name, search, poster, rating,
        added, extension, address, facts
    FROM temp.listed
    JOIN film_groups ON kind = :kind AND film_groups.name = group_name
    WHERE key NOT IN (SELECT key FROM films WHERE source = :source AND kind = :kind)
    ORDER BY position
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmList:
    """Whose list it is, and of what."""

    source: str
    kind: FilmKind
    categories: dict[str, str] = field(default_factory=dict)
    """The names of its categories by the provider's ids, in the provider's order."""
    chosen: tuple[str, ...] | None = None
    """The ids of those that are wanted; None means all."""
    origin: str = ""
    """What tells its list from one that has nothing to do with it."""

    @classmethod
    def from_json(cls, job: dict[str, Any]) -> FilmList:
        """Make the one that a job tells of."""
        chosen = job["chosen"]
        return cls(
            source=job["source"],
            kind=FilmKind(job["kind"]),
            categories=job["categories"],
            chosen=None if chosen is None else tuple(chosen),
            origin=job["origin"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedFilms:
    """What a list holds."""

    films: int
    skipped: dict[str, int]


def begin(connection: sqlite3.Connection) -> None:
    """Make `temp.listed`, empty, and begin a transaction."""
    connection.executescript(_BEGIN)


def add(connection: sqlite3.Connection, rows: Iterable[tuple[Any, ...]]) -> None:
    """Add rows to `temp.listed`, of which the first one of a key counts.

    Each is: key, position, group, name, name case-folded, poster, rating, added,
    extension, address, facts as JSON.
    """
    connection.executemany(_LIST, rows)


def stage_films(
    connection: sqlite3.Connection,
    about: FilmList,
    chunks: Iterable[bytes],
    progress: Callable[[int], None],
) -> StagedFilms:
    """Read a list into `temp.listed`; raises NotAPlaylistError and TooLargeError."""
    begin(connection)
    rows = _Rows(about)
    entries = rows.of(iter_objects(chunks))
    try:
        for batch in itertools.batched(entries, _BATCH, strict=False):
            add(connection, batch)
            progress(rows.read)
    except AnswerError as err:
        if err.reason == "too_large":
            raise TooLargeError(str(err)) from err
        raise NotAPlaylistError(str(err)) from err
    ((films,),) = connection.execute("SELECT count(*) FROM temp.listed")
    connection.execute("COMMIT")
    return StagedFilms(films=films, skipped=dict(rows.skipped))


def merge_films(
    connection: sqlite3.Connection,
    about: FilmList,
    staged: StagedFilms,
    *,
    allow_shrink: bool = False,
) -> None:
    """Make the catalogue hold what is staged; raise PlaylistShrunkError."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        merge_listed(connection, about, staged, allow_shrink=allow_shrink)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def merge_listed(
    connection: sqlite3.Connection,
    about: FilmList,
    staged: StagedFilms,
    *,
    allow_shrink: bool = False,
) -> None:
    """Do what merge_films does, in a transaction that has begun."""
    values = {"source": about.source, "kind": about.kind.value}
    # Another provider's list is another list, of whatever size.
    is_another = catalogue.put_origin(connection, **values, origin=about.origin)
    if not (allow_shrink or is_another):
        _check_size(connection, values, staged)
    connection.execute(
        "INSERT OR IGNORE INTO sources (id, entries) VALUES (?, 0)", (about.source,)
    )
    _add_groups(connection, about)
    connection.execute(_OUTDATE_DETAILS, values)
    steps = (_UPDATE, _LEAVE, _INSERT)
    if sum(connection.execute(step, values).rowcount for step in steps):
        catalogue.count_revision(connection, about.kind)


def _check_size(
    connection: sqlite3.Connection, values: dict[str, str], staged: StagedFilms
) -> None:
    ((before,),) = connection.execute(_BEFORE, values)
    if is_shrunk(before, staged.films):
        raise PlaylistShrunkError(
            f"The list has {staged.films} films where it had {before}"
        )


def _add_groups(connection: sqlite3.Connection, about: FilmList) -> None:
    """Add the categories that have films and are new, in the provider's order."""
    rows = connection.execute("SELECT DISTINCT group_name FROM temp.listed ORDER BY 1")
    needed = dict.fromkeys(name for (name,) in rows)
    connection.executemany(
        """
        INSERT INTO film_groups (kind, name) SELECT :kind, :name
        WHERE NOT EXISTS (
            SELECT 1 FROM film_groups WHERE kind = :kind AND name = :name)
        """,
        (
            {"kind": about.kind.value, "name": name}
            for name in dict.fromkeys([*about.categories.values(), *needed])
            if name in needed
        ),
    )


class _Rows:
    """Makes rows of entries; what cannot be taken is counted by its reason."""

    def __init__(self, about: FilmList) -> None:
        self.read = 0
        self.skipped = Counter[str]()
        self._is_movie = about.kind is FilmKind.MOVIE
        self._chosen = None if about.chosen is None else frozenset(about.chosen)
        self._groups = about.categories

    def of(self, entries: Iterable[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of those entries that are wanted and can be taken."""
        taken = 0
        read = read_movie if self._is_movie else read_series
        for entry in entries:
            self.read += 1
            film = read(entry)
            if film is None:
                self.skipped["entry_malformed"] += 1
                continue
            group = self._group(film.categories)
            if group is None:
                continue
            if taken >= _MOST:
                self.skipped["too_many"] += 1
                continue
            taken += 1
            yield self._row(film, group)

    def _group(self, categories: tuple[str, ...]) -> str | None:
        """Answer the name of the first category that is wanted; None where none is."""
        wanted = [
            one for one in categories if self._chosen is None or one in self._chosen
        ]
        if not wanted:
            return UNCATEGORISED if self._chosen is None else None
        known = (self._groups[one] for one in wanted if one in self._groups)
        return next(known, UNCATEGORISED)

    def _row(self, film: FilmEntry, group: str) -> tuple[Any, ...]:
        return (
            film.key,
            self.read,
            group,
            film.name,
            film.name.casefold(),
            film.poster,
            film.rating,
            film.added,
            film.extension,
            movie_address(film.key, film.extension) if self._is_movie else "",
            json.dumps(film.facts) if film.facts else "{}",
        )
