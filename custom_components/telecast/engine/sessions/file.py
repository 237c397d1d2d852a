"""`sessions.db` while it is open, as the thread sees it that works on it."""

from collections.abc import Callable
from contextlib import suppress
import logging
from pathlib import Path
import sqlite3

from ..store.database import UnusableError
from .database import connect, is_useless

_LOGGER = logging.getLogger(__name__)

_PARTS = ("", "-wal", "-shm")


class SessionsFile:
    """Opens the file when it is needed, and begins it anew where it is of no use."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._identity = (0, 0)
        self._size = 0
        self.renewed = False
        """Whether another file than before was opened; whoever heeds it clears it."""

    def read[T](self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do `work`, which only reads; raise sqlite3.Error or OSError."""
        return self._do("BEGIN", work)

    def write[T](self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do `work` in one transaction; raise sqlite3.Error or OSError."""
        return self._do("BEGIN IMMEDIATE", work)

    def close(self) -> None:
        """Close it; it opens again when it is needed."""
        if self._connection:
            self._connection.close()
        self._connection = None

    def _do[T](self, begin: str, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return self._try(begin, work)
        except (sqlite3.Error, UnusableError) as err:
            if not is_useless(err):
                raise
            reason = str(err) or "it is damaged, or from a newer version"
            _LOGGER.warning("What was kept of sessions is of no use (%s)", reason)
        for part in _PARTS:
            Path(f"{self._path}{part}").unlink(missing_ok=True)
        return self._try(begin, work)

    def _try[T](self, begin: str, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            connection = self._open()
            connection.execute(begin)
            try:
                result = work(connection)
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise
            self._size = self._path.stat().st_size
        except sqlite3.Error, OSError, UnusableError:
            self.close()
            raise
        return result

    def _open(self) -> sqlite3.Connection:
        if self._connection and self._is_still_there():
            return self._connection
        self.close()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = connect(self._path)
        found = self._path.stat()
        self._identity, self._size = (found.st_dev, found.st_ino), found.st_size
        self.renewed = True
        return self._connection

    def _is_still_there(self) -> bool:
        """Tell whether the file was not deleted, replaced or cut while it was open."""
        # SQLite itself would go on with what it has in memory, and write to nowhere.
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return False
        same = (found.st_dev, found.st_ino) == self._identity
        return same and found.st_size >= self._size
