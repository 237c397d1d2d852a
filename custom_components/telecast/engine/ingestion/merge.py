"""Brings a staged playlist into the line-up, in one transaction.

Channels are recognised again, so that their ids and numbers survive whatever the
provider renames, renumbers or moves: first by their key (tvg-id, or name and group), then
by an address that only they have, then by name and group.
"""

from array import array
from collections.abc import Iterable, Iterator
import itertools
import sqlite3

from ...formats import names
from ..errors import PlaylistShrunkError
from ..lineup import catalogue, overrides
from .shrinking import is_shrunk
from .staging import Source, Staged

_TABLES = """
    CREATE TEMP TABLE IF NOT EXISTS claims (
        position INTEGER PRIMARY KEY,
        channel INTEGER NOT NULL UNIQUE
    ) STRICT;
    CREATE TEMP TABLE IF NOT EXISTS numbers (
        position INTEGER PRIMARY KEY,
        number TEXT NOT NULL UNIQUE,
        major INTEGER NOT NULL,
        minor INTEGER NOT NULL
    ) STRICT;
    CREATE TEMP TABLE IF NOT EXISTS fresh_candidates (
        channel INTEGER NOT NULL,
        rank INTEGER NOT NULL,
        url TEXT NOT NULL,
        headers TEXT NOT NULL,
        catchup TEXT NOT NULL,
        PRIMARY KEY (channel, rank)
    ) STRICT, WITHOUT ROWID;
"""

# Each may claim only what is left over by those before it. No pair is looked for by
# trying all with all: thousands of entries may share an address or a name.
_BY_KEY = """
    INSERT INTO temp.claims (position, channel)
    SELECT position, id FROM temp.staged
    JOIN channels ON channels.source = :source AND channels.key = staged.key
"""
_BY_ADDRESS = """
    WITH known AS (
        SELECT url, min(channel) AS channel FROM candidates
        JOIN channels ON id = channel
        WHERE source = :source AND present = 1
            AND id NOT IN (SELECT channel FROM temp.claims)
        GROUP BY url HAVING min(channel) = max(channel)
    ), fresh AS (
        SELECT url, min(staged.position) AS position FROM temp.entries
        JOIN temp.staged USING (key)
        WHERE staged.position NOT IN (SELECT position FROM temp.claims)
        GROUP BY url HAVING min(staged.position) = max(staged.position)
    )
    INSERT OR IGNORE INTO temp.claims (position, channel)
    SELECT position, channel FROM fresh JOIN known USING (url) ORDER BY position
"""
_BY_NAME = """
    WITH known AS (
        SELECT id AS channel, group_key AS group_name, name_key, row_number() OVER (
            PARTITION BY group_key, name_key ORDER BY present DESC, id) AS turn
        FROM channels
        WHERE source = :source AND id NOT IN (SELECT channel FROM temp.claims)
    ), fresh AS (
        SELECT position, group_name, name_key, row_number() OVER (
            PARTITION BY group_name, name_key ORDER BY position) AS turn
        FROM temp.staged JOIN temp.entries USING (position)
        WHERE position NOT IN (SELECT position FROM temp.claims)
    )
    INSERT INTO temp.claims (position, channel)
    SELECT position, channel FROM fresh JOIN known USING (group_name, name_key, turn)
"""

_GROUPS = """
    INSERT OR IGNORE INTO groups (name)
    SELECT group_name FROM temp.staged JOIN temp.entries USING (position)
    WHERE group_name NOT IN (SELECT name FROM groups)
    GROUP BY group_name ORDER BY min(position)
"""
_RENAME_OVERRIDES = """
    UPDATE OR REPLACE overrides SET key = staged.key
    FROM temp.staged JOIN temp.claims USING (position)
    JOIN channels ON channels.id = claims.channel
    WHERE overrides.source = :source AND overrides.key = channels.key
        AND channels.key <> staged.key
"""
_UPDATE = """
    UPDATE channels SET
        key = fresh.key, name_key = fresh.name_key, group_key = fresh.group_name,
        name = fresh.name, search = casefold(fresh.name), group_id = fresh.group_id,
        logo = fresh.logo, tvg_id = fresh.tvg_id, shift = fresh.shift,
        radio = fresh.radio, archive_days = fresh.archive_days,
        enabled = 1, present = 1
    FROM (
        SELECT claims.channel, staged.key, name_key, group_name, entries.name, logo,
            tvg_id, shift, radio, archive_days, groups.id AS group_id
        FROM temp.claims JOIN temp.staged USING (position)
        JOIN temp.entries USING (position) JOIN groups ON groups.name = group_name
    ) AS fresh
    WHERE channels.id = fresh.channel AND (
        channels.key, channels.name_key, group_key, channels.name, channels.group_id,
        channels.logo, channels.tvg_id, channels.shift, channels.radio,
        channels.archive_days, enabled, present
    ) IS NOT (
        fresh.key, fresh.name_key, fresh.group_name, fresh.name, fresh.group_id,
        fresh.logo, fresh.tvg_id, fresh.shift, fresh.radio, fresh.archive_days, 1, 1
    )
"""
_LEAVE = """
    UPDATE channels SET present = 0 WHERE source = :source AND present = 1
        AND id NOT IN (SELECT channel FROM temp.claims)
"""

# Those that the playlist numbers come first, whoever comes first among them.
_WANTED_NUMBERS = """
    INSERT OR IGNORE INTO temp.numbers (position, number, major, minor)
    SELECT position, number, major_of(number), minor_of(number)
    FROM temp.staged JOIN temp.entries USING (position)
    WHERE number IS NOT NULL AND position NOT IN (SELECT position FROM temp.claims)
        AND number NOT IN (SELECT number FROM channels)
        AND number NOT IN (
            SELECT value FROM overrides WHERE field = 'number'
            UNION ALL
            SELECT own FROM overrides WHERE field = 'number' AND own IS NOT NULL)
    ORDER BY position
"""
_TAKEN_NUMBERS = """
    SELECT major FROM channels
    UNION SELECT major FROM temp.numbers
    UNION SELECT major_of(value) FROM overrides WHERE field = 'number'
    UNION SELECT major_of(own) FROM overrides
        WHERE field = 'number' AND own IS NOT NULL
    ORDER BY 1
"""
_WITHOUT_NUMBER = """
    SELECT position FROM temp.staged
    WHERE position NOT IN (SELECT position FROM temp.claims)
        AND position NOT IN (SELECT position FROM temp.numbers)
    ORDER BY position
"""
_INSERT = """
    INSERT INTO channels (source, key, name_key, group_key, number, major, minor, name,
        search, group_id, logo, tvg_id, shift, radio, archive_days, added)
    SELECT :source, staged.key, name_key, group_name, numbers.number, major, minor,
        entries.name, casefold(entries.name), groups.id, logo, tvg_id, shift, radio,
        archive_days, unixepoch()
    FROM temp.numbers JOIN temp.staged USING (position)
    JOIN temp.entries USING (position) JOIN groups ON groups.name = group_name
    ORDER BY position
"""
_CLAIM_INSERTED = """
    INSERT INTO temp.claims (position, channel)
    SELECT position, id FROM temp.numbers JOIN temp.staged USING (position)
    JOIN channels ON channels.source = :source AND channels.key = staged.key
"""

_RANK_CANDIDATES = """
    INSERT INTO temp.fresh_candidates (channel, rank, url, headers, catchup)
    SELECT channel, row_number() OVER (PARTITION BY channel ORDER BY first), url,
        headers, catchup
    FROM (
        SELECT channel, min(entries.position) AS first, url, headers, catchup
        FROM temp.claims JOIN temp.staged USING (position)
        JOIN temp.entries USING (key)
        GROUP BY channel, url
    )
"""
_DROP_CANDIDATES = """
    DELETE FROM candidates
    WHERE channel IN (SELECT channel FROM temp.claims) AND NOT EXISTS (
        SELECT 1 FROM temp.fresh_candidates AS fresh
        WHERE fresh.channel = candidates.channel AND fresh.rank = candidates.rank
            AND fresh.url = candidates.url AND fresh.headers = candidates.headers
            AND fresh.catchup = candidates.catchup AND candidates.local = :local)
"""
_ADD_CANDIDATES = """
    INSERT INTO candidates (channel, rank, url, headers, local, catchup)
    SELECT channel, rank, url, headers, :local, catchup
    FROM temp.fresh_candidates AS fresh
    WHERE NOT EXISTS (
        SELECT 1 FROM candidates
        WHERE candidates.channel = fresh.channel AND candidates.rank = fresh.rank)
    ORDER BY channel, rank
"""


def merge(
    connection: sqlite3.Connection,
    source: Source,
    staged: Staged,
    *,
    allow_shrink: bool = False,
) -> None:
    """Make the line-up hold what is staged; raise PlaylistShrunkError."""
    connection.create_function("casefold", 1, str.casefold, deterministic=True)
    connection.create_function("major_of", 1, _major, deterministic=True)
    connection.create_function("minor_of", 1, _minor, deterministic=True)
    connection.executescript(_TABLES)
    connection.execute("BEGIN IMMEDIATE")
    try:
        if not allow_shrink:
            _check_size(connection, source, staged)
        connection.execute(
            """
            INSERT INTO sources (id, entries) VALUES (?, ?)
            ON CONFLICT DO UPDATE SET entries = excluded.entries
            """,
            (source.id, staged.entries),
        )
        _Merge(connection, source).run()
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _check_size(connection: sqlite3.Connection, source: Source, staged: Staged) -> None:
    row = connection.execute(
        "SELECT entries FROM sources WHERE id = ?", (source.id,)
    ).fetchone()
    before: int = row[0] if row else 0
    if is_shrunk(before, staged.entries):
        raise PlaylistShrunkError(
            f"The playlist has {staged.entries} entries where it had {before}"
        )


class _Merge:
    """The steps, in their order; to be run inside a transaction."""

    def __init__(self, connection: sqlite3.Connection, source: Source) -> None:
        self._connection = connection
        self._values = {"source": source.id, "local": source.local}
        self._source = source
        self._changes = 0

    def run(self) -> None:
        """Bring the line-up to what is staged."""
        self._do(_BY_KEY)
        if self._is_any_left():
            self._do(_BY_ADDRESS)
            self._do(_BY_NAME)
        self._change(_GROUPS)
        self._change(_RENAME_OVERRIDES)
        self._change(_UPDATE)
        self._change(_LEAVE)
        self._number()
        self._change(_INSERT)
        self._do(_CLAIM_INSERTED)
        self._do(_RANK_CANDIDATES)
        self._change(_DROP_CANDIDATES)
        self._change(_ADD_CANDIDATES)
        overrides.apply(self._connection, self._source.id)
        if self._changes:
            catalogue.count_revision(self._connection)

    def _do(self, statement: str) -> int:
        return self._connection.execute(statement, self._values).rowcount

    def _change(self, statement: str) -> None:
        self._changes += self._do(statement)

    def _is_any_left(self) -> bool:
        """Whether channels are known that have not been recognised yet."""
        ((left,),) = self._connection.execute(
            """
            SELECT EXISTS (SELECT 1 FROM channels WHERE source = :source
                AND id NOT IN (SELECT channel FROM temp.claims))
            """,
            self._values,
        )
        return bool(left)

    def _number(self) -> None:
        """Give each new channel the number that it asks for, else the next free one."""
        self._do(_WANTED_NUMBERS)
        free = _gaps(self._numbers(_TAKEN_NUMBERS))
        self._connection.executemany(
            "INSERT INTO temp.numbers (position, number, major, minor) VALUES (?, ?, ?, 0)",
            (
                (position, str(number), number)
                for position, number in zip(
                    self._numbers(_WITHOUT_NUMBER), free, strict=False
                )
            ),
        )

    def _numbers(self, query: str) -> array[int]:
        """Answer a column, read to its end: what it is read from is about to change."""
        return array("q", (number for (number,) in self._connection.execute(query)))


def _gaps(taken: Iterable[int]) -> Iterator[int]:
    """Yield what is missing in ascending numbers, from 1 on and without end."""
    number = 1
    for each in taken:
        yield from range(number, each)
        number = max(number, each + 1)
    yield from itertools.count(number)


def _major(number: str) -> int:
    return names.sort_key(number)[0]


def _minor(number: str) -> int:
    return names.sort_key(number)[1]
