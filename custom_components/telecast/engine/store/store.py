"""The main database: one thread writes, one reads, and the event loop waits for neither."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress
import logging
from pathlib import Path
import sqlite3
from typing import ClassVar

from ..errors import TelecastError
from ..lineup import overrides
from ..worker import Worker, open_worker
from .database import DamagedError, NewerError, connect, prepare

_LOGGER = logging.getLogger(__name__)

# So many files that were set aside are kept, the newest ones.
_KEPT_ASIDE = 3
_PARTS = ("", "-wal", "-shm")


class StorageError(TelecastError):
    """The database cannot be read or written: the disk is full, broken or read-only."""

    code: ClassVar[str] = "storage_failed"


class Store:
    """Runs work on the main database."""

    def __init__(
        self,
        path: Path,
        set_aside: Path | None,
        writer: tuple[Worker, sqlite3.Connection],
        reader: tuple[Worker, sqlite3.Connection],
    ) -> None:
        self.path = path
        self.set_aside = set_aside
        """Where a database went that could not be used; None when all was well."""
        self._writer, self._writing = writer
        self._reader, self._reading = reader

    async def write[T](self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do `work` in one transaction, undone when it raises; answer what it answers.

        Raises what `work` raises, and StorageError.
        """
        return await or_storage_error(
            self._writer.run(lambda: _in_transaction(self._writing, work))
        )

    async def read[T](self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do `work`, which only reads; raise what it raises, and StorageError."""
        return await or_storage_error(self._reader.run(lambda: work(self._reading)))


@asynccontextmanager
async def open_store(path: Path) -> AsyncIterator[Store]:
    """Open the database, begun anew where it is damaged or from a newer version.

    Leaving the block ends both threads when they have done what they were given.
    Raises StorageError.
    """
    async with open_worker("telecast writer") as writer:
        set_aside = await or_storage_error(writer.run(lambda: _prepare(path)))
        # The writer leaves last: it tidies up.
        async with (
            _connection(writer, path) as writing,
            open_worker("telecast reader") as reader,
            _connection(reader, path, read_only=True) as reading,
        ):
            yield Store(path, set_aside, (writer, writing), (reader, reading))


async def or_storage_error[T](work: Awaitable[T]) -> T:
    """Wait for work on a disk; raise StorageError where that fails."""
    try:
        return await work
    except (sqlite3.Error, OSError) as err:
        raise StorageError(f"The disk does not keep what it should: {err}") from err


def overrides_file(database: Path) -> Path:
    """Where what the user changed is kept as well, beside the database."""
    return database.with_name("overrides.json")


@asynccontextmanager
async def _connection(
    worker: Worker, path: Path, *, read_only: bool = False
) -> AsyncIterator[sqlite3.Connection]:
    opened: list[sqlite3.Connection] = []
    try:
        await or_storage_error(
            worker.run(lambda: opened.append(connect(path, read_only=read_only)))
        )
        yield opened[0]
    finally:
        if read_only and opened:
            opened[0].interrupt()
        # In its own thread, and after what is under way there, be it the opening.
        worker.post(lambda: _close(opened))


def _close(opened: list[sqlite3.Connection]) -> None:
    for connection in opened:
        connection.close()


def _in_transaction[T](
    connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]
) -> T:
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = work(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return result


def _prepare(path: Path) -> Path | None:
    """Make the database ready; answer where one went that was of no use."""
    path.parent.mkdir(parents=True, exist_ok=True)
    set_aside = None
    is_new = not path.exists()
    try:
        prepare(path)
    except (DamagedError, NewerError) as err:
        reason = "newer" if isinstance(err, NewerError) else "damaged"
        set_aside = _set_aside(path, reason)
        _LOGGER.warning("The database is %s; it was set aside as %s", reason, set_aside)
        prepare(path)
    if is_new or set_aside:
        with closing(connect(path)) as connection:
            overrides.restore(connection, overrides_file(path))
    return set_aside


def _set_aside(path: Path, reason: str) -> Path:
    """Rename a database and what belongs to it; answer its new path."""
    numbers = sorted(
        int(number)
        for found in path.parent.glob(f"{path.name}.{reason}-*")
        if (number := found.name.rpartition("-")[2]).isdecimal()
    )
    for old in numbers[: 1 - _KEPT_ASIDE]:
        for part in _PARTS:
            path.with_name(f"{path.name}.{reason}-{old}{part}").unlink(missing_ok=True)
    newest = max(numbers, default=0)
    aside = path.with_name(f"{path.name}.{reason}-{newest + 1}")
    for part in reversed(_PARTS):
        with suppress(FileNotFoundError):
            Path(f"{path}{part}").rename(f"{aside}{part}")
    return aside
