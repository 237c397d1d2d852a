"""Brings a staged playlist into the line-up, in one transaction."""

import sqlite3

from ..errors import PlaylistShrunkError
from ..lineup import catalogue, overrides
from . import numbering, recognising
from .shrinking import is_shrunk
from .staging import Source, Staged

_TABLE = """
    CREATE TEMP TABLE IF NOT EXISTS fresh_candidates (
        channel INTEGER NOT NULL,
        rank INTEGER NOT NULL,
        url TEXT NOT NULL,
        headers TEXT NOT NULL,
        catchup TEXT NOT NULL,
        PRIMARY KEY (channel, rank)
    ) STRICT, WITHOUT ROWID;
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
    numbering.prepare(connection)
    connection.executescript(f"{recognising.TABLE}{numbering.TABLE}{_TABLE}")
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
        recognising.recognise(self._connection, self._source.id)
        self._change(_GROUPS)
        self._change(_RENAME_OVERRIDES)
        self._change(_UPDATE)
        self._change(_LEAVE)
        numbering.give_numbers(self._connection)
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
