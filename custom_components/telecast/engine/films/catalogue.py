"""How films are read from the database: one by one, in pages, and for whole documents."""

from collections.abc import Iterator
from dataclasses import dataclass
import json
import sqlite3
from typing import Any

from ..model import FilmKind, Group
from .film import Episode, Film

_COLUMNS = """
    films.id, films.kind, source, key, films.name, film_groups.name, group_id, poster,
    rating, added, extension, address, facts
"""
_TABLES = "FROM films JOIN film_groups ON film_groups.id = group_id WHERE"
_SELECT = ("SELECT", _COLUMNS, _TABLES)
_ONE = " ".join((*_SELECT, "films.id = ? AND films.kind = ? AND present = 1"))
_EPISODE_COLUMNS = """
    episodes.id, series, season, number, episodes.name, episodes.added,
    episodes.extension, episodes.address, episodes.facts
"""
_EPISODES = " ".join(
    (
        *("SELECT", _EPISODE_COLUMNS, "FROM episodes"),
        "WHERE series = ? AND present = 1 ORDER BY season, number, id",
    )
)
_EPISODE = " ".join(
    (
        *("SELECT", _EPISODE_COLUMNS, "FROM episodes"),
        "WHERE id = ? AND present = 1",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmSelection:
    """Which films are meant."""

    kind: FilmKind
    group_id: int | None = None
    groups: frozenset[str] | None = None
    """Names of groups; None means all."""
    search: str = ""
    """A part of the name."""

    def as_json(self) -> dict[str, Any]:
        """Answer what `from_json` takes."""
        return {
            "kind": self.kind.value,
            "group_id": self.group_id,
            "groups": None if self.groups is None else sorted(self.groups),
            "search": self.search,
        }

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> FilmSelection:
        """Make the selection that was told as JSON."""
        groups = fields["groups"]
        return cls(
            kind=FilmKind(fields["kind"]),
            group_id=fields["group_id"],
            groups=None if groups is None else frozenset(groups),
            search=fields["search"],
        )


def find(connection: sqlite3.Connection, kind: FilmKind, film_id: int) -> Film | None:
    """Answer the film, or the series, with an id."""
    row = connection.execute(_ONE, (film_id, kind.value)).fetchone()
    return _film(row) if row else None


def find_episode(connection: sqlite3.Connection, episode_id: int) -> Episode | None:
    """Answer the episode with an id."""
    row = connection.execute(_EPISODE, (episode_id,)).fetchone()
    return _episode(row) if row else None


def episodes(connection: sqlite3.Connection, series_id: int) -> tuple[Episode, ...]:
    """Answer a series' episodes in their order."""
    return tuple(map(_episode, connection.execute(_EPISODES, (series_id,))))


def rows(
    connection: sqlite3.Connection, selection: FilmSelection, *columns: str
) -> Iterator[tuple[Any, ...]]:
    """Yield columns of films in the order in which they came up, which never changes."""
    conditions, values = _conditions(selection)
    chosen = ("SELECT", ", ".join(columns), "FROM films WHERE", conditions)
    return iter(connection.execute(" ".join((*chosen, "ORDER BY films.id")), values))


def page(
    connection: sqlite3.Connection, selection: FilmSelection, offset: int, limit: int
) -> list[Film]:
    """Answer so many films by their names, after the first `offset` ones."""
    conditions, values = _conditions(selection)
    # What is passed over is counted in the index alone.
    order = "ORDER BY films.search, films.id"
    chosen = ("SELECT id FROM films WHERE", conditions, order)
    ids = " ".join((*chosen, "LIMIT :limit OFFSET :offset"))
    query = " ".join((*_SELECT, "films.id IN (", ids, ")", order))
    values |= {"limit": limit, "offset": offset}
    return list(map(_film, connection.execute(query, values)))


def parts(
    connection: sqlite3.Connection, selection: FilmSelection, size: int
) -> list[tuple[str, str]]:
    """Answer the first and the last name of each page of so many films."""
    conditions, values = _conditions(selection)
    query = " ".join(
        (
            "SELECT name, place FROM (SELECT films.name,",
            "row_number() OVER (ORDER BY films.search, films.id) - 1 AS place,",
            "count(*) OVER () AS total FROM films WHERE",
            *(conditions, ") WHERE place % :size IN (0, :size - 1)"),
            "OR place = total - 1 ORDER BY place",
        )
    )
    found: dict[int, tuple[str, str]] = {}
    for name, place in connection.execute(query, values | {"size": size}):
        first, _ = found.get(place // size, (name, name))
        found[place // size] = first, name
    return list(found.values())


def listed(
    connection: sqlite3.Connection, selection: FilmSelection, after: int, limit: int
) -> list[Film]:
    """Answer so many films by their ids, after the one with an id."""
    conditions, values = _conditions(selection)
    rest = "AND films.id > :after ORDER BY films.id LIMIT :limit"
    query = " ".join((*_SELECT, conditions, rest))
    values |= {"after": after, "limit": limit}
    return list(map(_film, connection.execute(query, values)))


def groups(
    connection: sqlite3.Connection, kind: FilmKind, allowed: frozenset[str] | None
) -> list[Group]:
    """Answer the groups that have films, in the order in which they came up."""
    rows = connection.execute(
        """
        SELECT id, name FROM film_groups WHERE kind = ? AND EXISTS (
            SELECT 1 FROM films WHERE group_id = film_groups.id AND present = 1)
        ORDER BY id
        """,
        (kind.value,),
    )
    return [
        Group(id=group_id, name=name)
        for group_id, name in rows
        if allowed is None or name in allowed
    ]


def counts(connection: sqlite3.Connection) -> dict[FilmKind, int]:
    """Answer how many films and how many series there are."""
    rows = connection.execute(
        "SELECT kind, count(*) FROM films WHERE present = 1 GROUP BY kind"
    )
    return dict.fromkeys(FilmKind, 0) | {FilmKind(kind): count for kind, count in rows}


def has_own_posters(connection: sqlite3.Connection) -> bool:
    """Tell whether any film's poster is a file of the user's."""
    row = connection.execute(
        "SELECT 1 FROM films WHERE present = 1 AND substr(poster, 1, 5) = 'file:' LIMIT 1"
    ).fetchone()
    return row is not None


def revision(connection: sqlite3.Connection) -> int:
    """Answer the number of the last change."""
    ((value,),) = connection.execute(
        "SELECT value FROM meta WHERE key = 'films revision'"
    )
    return int(value)


def revisions(connection: sqlite3.Connection) -> dict[FilmKind, int]:
    """Answer the number of the last change to each kind; 0 where none is known of."""
    rows = connection.execute(
        "SELECT substr(key, 16), value FROM meta WHERE key LIKE 'films revision %'"
    )
    found = {FilmKind(kind): int(value) for kind, value in rows}
    return dict.fromkeys(FilmKind, 0) | found


def count_revision(connection: sqlite3.Connection, *kinds: FilmKind) -> None:
    """Note that something of some kinds has changed."""
    connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'films revision'")
    connection.executemany(
        """
        INSERT OR REPLACE INTO meta
        SELECT 'films revision ' || ?, value FROM meta WHERE key = 'films revision'
        """,
        [(kind.value,) for kind in kinds],
    )


def put_origin(
    connection: sqlite3.Connection, *, source: str, kind: str, origin: str
) -> bool:
    """Note where a source's list comes from; answer whether that is another place."""
    key = _origin_key(source, kind)
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, origin))
    return row is not None and row[0] != origin


def forget_origins(connection: sqlite3.Connection, source: str) -> None:
    """Forget where a source's lists came from."""
    keys = [(_origin_key(source, kind.value),) for kind in FilmKind]
    connection.executemany("DELETE FROM meta WHERE key = ?", keys)


def _origin_key(source: str, kind: str) -> str:
    return f"films {kind} {source}"


def _conditions(selection: FilmSelection) -> tuple[str, dict[str, Any]]:
    conditions = ["films.kind = :kind AND films.present = 1"]
    values: dict[str, Any] = {"kind": selection.kind.value}
    if selection.group_id is not None:
        conditions.append("films.group_id = :group_id")
        values["group_id"] = selection.group_id
    if selection.groups is not None:
        conditions.append(
            "films.group_id IN (SELECT id FROM film_groups WHERE kind = :kind"
            " AND name IN (SELECT value FROM json_each(:groups)))"
        )
        values["groups"] = json.dumps(sorted(selection.groups))
    if selection.search:
        conditions.append("instr(films.search, :search)")
        values["search"] = selection.search.casefold()
    return " AND ".join(conditions), values


def _film(row: tuple[Any, ...]) -> Film:
    return Film(
        id=row[0],
        kind=FilmKind(row[1]),
        source=row[2],
        key=row[3],
        name=row[4],
        group=row[5],
        group_id=row[6],
        poster=row[7],
        rating=row[8],
        added=row[9],
        extension=row[10],
        address=row[11],
        facts=json.loads(row[12]),
    )


def _episode(row: tuple[Any, ...]) -> Episode:
    return Episode(
        id=row[0],
        series=row[1],
        season=row[2],
        number=row[3],
        name=row[4],
        added=row[5],
        extension=row[6],
        address=row[7],
        facts=json.loads(row[8]),
    )
