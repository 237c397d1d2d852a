"""How the main database is opened: by the engine's threads, and by the ingestion child."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
import sqlite3

from .migrations import MIGRATIONS

# The child may hold the write lock for seconds while it merges a large playlist.
BUSY_SECONDS = 60.0
_CACHE_KIB = 8 * 1024
_JOURNAL_BYTES = 16 * 1024 * 1024
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class UnusableError(Exception):
    """The file cannot be used as it is."""


class DamagedError(UnusableError):
    """The file is no sound database."""


class NewerError(UnusableError):
    """The file was written by a newer version of ours."""


def connect(
    path: Path, *, read_only: bool = False, guest: bool = False
) -> sqlite3.Connection:
    """Open the database for one thread; statements commit by themselves.

    A guest is another process than the engine's.
    """
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}",
        uri=True,
        timeout=BUSY_SECONDS,
        autocommit=True,
    )
    try:
        connection.executescript(
            f"""
            PRAGMA foreign_keys = ON;
            PRAGMA synchronous = NORMAL;
            PRAGMA cache_size = -{_CACHE_KIB};
            PRAGMA journal_size_limit = {_JOURNAL_BYTES};
            """
        )
        # Whoever leaves last deletes the log. A guest cannot tell: the locks of a process
        # are gone when it has copied the file, as Home Assistant's does for a backup.
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, guest)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def prepare(path: Path) -> None:
    """Check the database and bring it to today's shape, making it where there is none.

    Raises DamagedError, NewerError, and sqlite3.Error for a disk that fails.
    """
    try:
        with closing(connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            bring_up_to_date(connection, MIGRATIONS)
    except sqlite3.DatabaseError as err:
        if is_damage(err):
            raise DamagedError from err
        raise


def is_damage(error: sqlite3.Error) -> bool:
    """Tell whether an error means that the file is broken, and not just the moment."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _DAMAGE


def bring_up_to_date(connection: sqlite3.Connection, migrations: Sequence[str]) -> None:
    """Check a database, and give it the shape that numbered scripts make.

    Raises DamagedError, NewerError, and sqlite3.Error.
    """
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(migrations):
        raise NewerError
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise DamagedError
    for number, script in enumerate(migrations[version:], version + 1):
        connection.executescript(
            f"BEGIN IMMEDIATE; {script}; PRAGMA user_version = {number}; COMMIT;"
        )
