"""A guide's file: the channels and programmes of one XMLTV document, in SQLite.

The ingestion child writes it once; after that it is only read, or replaced as a whole.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing
import json
import os
from pathlib import Path
import sqlite3
from typing import Any

# One that never ends would always be on.
LONGEST_SECONDS = 7 * 24 * 3600
# What has no stop, and nothing after it, or only much later.
_USUAL_SECONDS = 3600
_LONG_SECONDS = 12 * 3600
_CACHE_KIB = 2 * 1024

_SCHEMA = """
    -- Killed or cut off, the file is thrown away.
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA cache_size = -16384;
    CREATE TABLE about (value TEXT NOT NULL) STRICT;
    CREATE TABLE channels (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        programmes INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE names (
        key TEXT NOT NULL,
        channel INTEGER NOT NULL,
        PRIMARY KEY (key, channel)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX names_by_channel ON names (channel);
    CREATE TABLE programmes (
        channel INTEGER NOT NULL,
        start INTEGER NOT NULL,
        stop INTEGER,
        children TEXT NOT NULL,
        UNIQUE (channel, start)
    ) STRICT;
    -- What archives call programmes, in the few guides that say so.
    CREATE TABLE catchup_ids (
        channel INTEGER NOT NULL,
        start INTEGER NOT NULL,
        id TEXT NOT NULL,
        PRIMARY KEY (channel, start)
    ) STRICT, WITHOUT ROWID;
"""
INSERT_PROGRAMME = "INSERT OR REPLACE INTO programmes VALUES (?, ?, ?, ?)"
INSERT_CATCHUP_ID = "INSERT OR REPLACE INTO catchup_ids VALUES (?, ?, ?)"
INSERT_NAME = "INSERT OR IGNORE INTO names VALUES (?, ?)"
_ADD_STOPS = """
    UPDATE programmes SET stop = min(
        start + :long,
        coalesce(
            (SELECT min(start) FROM programmes AS following
                WHERE following.channel = programmes.channel
                AND following.start > programmes.start),
            start + :usual))
        WHERE stop IS NULL
"""
_SHORTEN = """
    UPDATE programmes SET stop = start + :longest WHERE stop > start + :longest
"""
_COUNT = """
    UPDATE channels SET programmes =
        (SELECT count(*) FROM programmes WHERE channel = channels.id)
"""
_FIND_BY_ID = "SELECT id FROM channels WHERE key = ? AND programmes > 0"
_FIND_BY_NAME = """
    SELECT id, channels.key FROM names JOIN channels ON id = channel
    WHERE names.key = ? AND programmes > 0 ORDER BY id LIMIT 100
"""
_ALL_NAMES = """
    SELECT names.key, channels.key FROM channels JOIN names ON id = channel
    WHERE programmes > 0 ORDER BY id, names.key LIMIT ?
"""
# The first condition lets only the index's end be looked at.
_BETWEEN = """
    SELECT start, stop, children FROM programmes
    WHERE channel = :channel AND start > :start - :longest
        AND start < :stop AND stop > :start
    ORDER BY start LIMIT :limit
"""
# Files of earlier versions know no such ids.
_HAS_CATCHUP_IDS = "SELECT 1 FROM sqlite_schema WHERE name = 'catchup_ids'"
# Of what was on, the one of which the most is meant.
_CATCHUP_ID = """
    SELECT id FROM programmes LEFT JOIN catchup_ids USING (channel, start)
    WHERE channel = :channel AND start > :start - :longest
        AND start < :stop AND stop > :start
    ORDER BY min(stop, :stop) - max(start, :start) DESC, start LIMIT 1
"""

type Row = tuple[int, int, str]
"""Start and stop, in seconds since 1970 (UTC), and what `xmltv.render_children` wrote."""


def create(path: Path) -> sqlite3.Connection:
    """Begin a new file; statements commit by themselves."""
    connection = sqlite3.connect(path, autocommit=True)
    try:
        connection.executescript(_SCHEMA)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def channel(connection: sqlite3.Connection, key: str) -> int:
    """Answer the number of the channel with a key, a new one if there is none."""
    row = connection.execute("SELECT id FROM channels WHERE key = ?", (key,)).fetchone()
    if row is None:
        row = connection.execute(
            "INSERT INTO channels (key) VALUES (?) RETURNING id", (key,)
        ).fetchone()
    found: int = row[0]
    return found


def complete(connection: sqlite3.Connection) -> tuple[int, int]:
    """Put in what follows from the whole; answer how many programmes and channels."""
    values = {
        "usual": _USUAL_SECONDS,
        "long": _LONG_SECONDS,
        "longest": LONGEST_SECONDS,
    }
    for statement in (_ADD_STOPS, _SHORTEN, _COUNT):
        connection.execute(statement, values)
    ((programmes,),) = connection.execute("SELECT count(*) FROM programmes")
    ((channels,),) = connection.execute("SELECT count(*) FROM channels")
    return programmes, channels


def finish(path: Path, about: Mapping[str, Any]) -> None:
    """Say what the file is, and see that it is on the disk."""
    with closing(sqlite3.connect(path, autocommit=True)) as connection:
        connection.execute("INSERT INTO about VALUES (?)", (json.dumps(about),))
    with path.open("rb") as file:
        os.fsync(file.fileno())


def open_file(path: Path) -> sqlite3.Connection:
    """Open a file to read; it may be replaced meanwhile."""
    # Nobody writes it, so nobody needs to be locked out.
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    connection = sqlite3.connect(uri, uri=True, autocommit=True)
    try:
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def about(connection: sqlite3.Connection) -> dict[str, Any]:
    """Answer what the file is; raise sqlite3.Error or ValueError if it is none of ours."""
    ((text,),) = connection.execute("SELECT value FROM about")
    facts: dict[str, Any] = json.loads(text)
    return facts


def id_key(xmltv_id: str) -> str:
    """Answer what two ids have in common that mean the same channel."""
    return xmltv_id.strip().casefold()


def by_id(connection: sqlite3.Connection, key: str) -> int | None:
    """Answer the number of the channel with an id's key, if it has programmes."""
    row = connection.execute(_FIND_BY_ID, (key,)).fetchone() if key else None
    return row and int(row[0])


def by_name(connection: sqlite3.Connection, key: str) -> list[tuple[int, str]]:
    """Answer number and id's key of those that have a name, and programmes."""
    return connection.execute(_FIND_BY_NAME, (key,)).fetchall()


def names(connection: sqlite3.Connection, channel_id: int) -> list[str]:
    """Answer the names of a channel, normalised."""
    rows = connection.execute("SELECT key FROM names WHERE channel = ?", (channel_id,))
    return [key for (key,) in rows]


def all_names(connection: sqlite3.Connection, limit: int) -> Iterator[tuple[str, str]]:
    """Yield names, normalised, each with its channel's key; where that has programmes."""
    return iter(connection.execute(_ALL_NAMES, (limit,)))


def keys(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield the keys of all channels that have programmes."""
    rows = connection.execute("SELECT key FROM channels WHERE programmes > 0")
    return (key for (key,) in rows)


def between(
    connection: sqlite3.Connection,
    channel_id: int,
    *,
    start: int,
    stop: int,
    limit: int = -1,
) -> Iterator[Row]:
    """Yield what is on at any time between `start` and `stop`."""
    values = {
        "channel": channel_id,
        "start": start,
        "stop": stop,
        "longest": LONGEST_SECONDS,
        "limit": limit,
    }
    return iter(connection.execute(_BETWEEN, values))


def catchup_id(
    connection: sqlite3.Connection, channel_id: int, *, start: int, stop: int
) -> str:
    """Answer what the archive calls what was on from `start` to `stop`, or most of it.

    Empty where the guide does not say.
    """
    if not connection.execute(_HAS_CATCHUP_IDS).fetchone():
        return ""
    values = {
        "channel": channel_id,
        "start": start,
        "stop": stop,
        "longest": LONGEST_SECONDS,
    }
    row = connection.execute(_CATCHUP_ID, values).fetchone()
    return (row and row[0]) or ""
