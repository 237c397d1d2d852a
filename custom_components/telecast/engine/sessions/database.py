"""The shape of `sessions.db`, and all that is asked of it; runs in a thread of its own.

A file beside the main database, because nothing in it is worth more than itself: where it
is damaged it is deleted and begun anew, it never waits for the main database's writer,
which a large import holds for seconds, and whoever wants to forget who watched what
deletes one file.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
import sqlite3
from typing import Any

from ..store.database import UnusableError, bring_up_to_date, is_damage
from .record import COLUMNS, Record, left_by
from .session import LOST, OVER, SessionState
from .traces import Trace

# Who watches does not wait for it, but the end of Telecast does.
_BUSY_SECONDS = 2.0
_CACHE_KIB = 1024
_JOURNAL_BYTES = 4 * 1024 * 1024

_SHAPE = """
    CREATE TABLE {table} (
        id TEXT NOT NULL,
        pid INTEGER NOT NULL,
        session TEXT NOT NULL,       -- as the client itself calls it
        channel_id INTEGER NOT NULL, -- 0 before it has tuned
        number TEXT NOT NULL,
        channel TEXT NOT NULL,
        address TEXT NOT NULL,
        user_agent TEXT NOT NULL,
        account TEXT,
        protocol TEXT NOT NULL,
        state TEXT NOT NULL,
        reason TEXT NOT NULL,
        started REAL NOT NULL,       -- in seconds since 1970
        last_activity REAL NOT NULL,
        bytes INTEGER NOT NULL,
        bitrate INTEGER NOT NULL,
        upstream TEXT NOT NULL,
        metadata TEXT NOT NULL,      -- a JSON object
        {rest}
    ) STRICT;
"""
# Numbered steps, each applied once and never altered.
MIGRATIONS = (
    _SHAPE.format(
        table="sessions",
        rest="written REAL NOT NULL, PRIMARY KEY (id)",
    )
    + _SHAPE.format(
        table="history",
        rest="PRIMARY KEY (id, started)",
    )
    + """
    CREATE INDEX sessions_by_session ON sessions (session);
    CREATE INDEX sessions_by_state ON sessions (state);
    CREATE INDEX sessions_by_last_activity ON sessions (last_activity);
    CREATE INDEX sessions_by_written ON sessions (written);
    CREATE INDEX history_by_last_activity ON history (last_activity);
    """,
)

_COLUMNS = ", ".join(COLUMNS)
_VALUES = ", ".join("?" for _ in COLUMNS)
_WRITE = f"INSERT OR REPLACE INTO sessions ({_COLUMNS}, written) VALUES ({_VALUES}, ?)"  # noqa: S608
_CLOSE = f"INSERT OR REPLACE INTO history ({_COLUMNS}) VALUES ({_VALUES})"  # noqa: S608
_VISITS = f"SELECT {_COLUMNS} FROM history ORDER BY last_activity DESC LIMIT ?"  # noqa: S608
_OVER = tuple(state.value for state in OVER)


def connect(path: Path) -> sqlite3.Connection:
    """Open the file, making it where there is none.

    Raises UnusableError and sqlite3.Error; `is_useless` tells which of them mean that it
    must be deleted.
    """
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, autocommit=True)
    connection.text_factory = lambda text: text.decode(errors="replace")
    try:
        connection.executescript(
            f"""
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = NORMAL;
            PRAGMA secure_delete = ON;
            PRAGMA temp_store = MEMORY;
            PRAGMA cache_size = -{_CACHE_KIB};
            PRAGMA journal_size_limit = {_JOURNAL_BYTES};
            """
        )
        bring_up_to_date(connection, MIGRATIONS)
    except sqlite3.Error, UnusableError:
        connection.close()
        raise
    return connection


def is_useless(error: sqlite3.Error | UnusableError) -> bool:
    """Tell whether an error means that the file is broken, or not of our shape."""
    if isinstance(error, UnusableError):
        return True
    code = getattr(error, "sqlite_errorcode", None)
    return is_damage(error) or code == sqlite3.SQLITE_ERROR


def write(
    connection: sqlite3.Connection,
    *,
    over: Sequence[Record],
    records: Sequence[Record],
    now: float,
) -> None:
    """Move what is over into the history, then write sessions as they are."""
    connection.executemany(
        "DELETE FROM sessions WHERE id = ?", ((record.id,) for record in over)
    )
    # Who only announced itself has watched nothing.
    connection.executemany(_CLOSE, (record.row for record in over if record.channel_id))
    connection.executemany(_WRITE, ((*record.row, now) for record in records))


def alive(
    connection: sqlite3.Connection, *, since: float, most: int
) -> tuple[Record, ...]:
    """Answer the sessions that were active since then, the latest last."""
    found = connection.execute(
        f"""
        SELECT {_COLUMNS} FROM sessions
        WHERE last_activity >= ? AND state NOT IN (?, ?)
        ORDER BY last_activity DESC LIMIT ?
        """,  # noqa: S608
        (since, *_OVER, most),
    )
    return _records(found)[::-1]


def traces(
    connection: sqlite3.Connection, *, most: int
) -> tuple[tuple[bytes, Trace], ...]:
    """Answer what the history's latest sessions have left behind, the latest last."""
    return tuple(map(left_by, visits(connection, most=most)[::-1]))


def visits(connection: sqlite3.Connection, *, most: int) -> tuple[Record, ...]:
    """Answer the history, the latest first."""
    return _records(connection.execute(_VISITS, (most,)))


def close_all_but_alive(connection: sqlite3.Connection, *, since: float) -> None:
    """Move into the history whatever `alive` would not answer."""
    connection.execute(
        """
        UPDATE sessions SET written = 0
        WHERE last_activity < ? OR state IN (?, ?)
        """,
        (since, *_OVER),
    )
    close_unwritten(connection, since=1)


def close_unwritten(connection: sqlite3.Connection, *, since: float) -> None:
    """Move into the history what nobody has written since then."""
    connection.execute(
        f"""
        INSERT OR REPLACE INTO history ({_COLUMNS})
        SELECT {", ".join(map(_in_history, COLUMNS))}
        FROM sessions WHERE written < ? AND channel_id <> 0
        """,  # noqa: S608
        (since,),
    )
    connection.execute("DELETE FROM sessions WHERE written < ?", (since,))


def forget(connection: sqlite3.Connection, *, until: float, most: int) -> None:
    """Delete from the history what was over by then, and all but the latest `most`."""
    connection.execute("DELETE FROM history WHERE last_activity <= ?", (until,))
    connection.execute(
        """
        DELETE FROM history WHERE rowid IN (
            SELECT rowid FROM history ORDER BY last_activity DESC LIMIT -1 OFFSET ?
        )
        """,
        (most,),
    )


def _in_history(column: str) -> str:
    """Answer how a column of a session that was lost reads in the history."""
    over = ", ".join(f"'{state}'" for state in _OVER)
    lost = {"state": SessionState.STOPPED.value, "reason": LOST}.get(column)
    if lost is None:
        return column
    return f"CASE WHEN state IN ({over}) THEN {column} ELSE '{lost}' END"


def _records(rows: Iterable[tuple[Any, ...]]) -> tuple[Record, ...]:
    return tuple(Record(**dict(zip(COLUMNS, row, strict=True))) for row in rows)
