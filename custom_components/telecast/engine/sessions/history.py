"""What is kept of sessions, for the event loop; trouble with it is told once."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
import logging
from pathlib import Path
import sqlite3
import time

from ..store.database import UnusableError
from ..worker import Worker, open_worker
from . import database
from .file import SessionsFile
from .known import MOST_VIEWERS
from .record import Record
from .traces import MOST_TRACES, Trace

_LOGGER = logging.getLogger(__name__)

# About 400 bytes each.
MOST_VISITS = 50_000
# Who watched longer ago does not come back after a restart.
RESTORE_SECONDS = 3600.0
# What nobody writes any more for so long is over.
STALE_SECONDS = 600.0
_DAY_SECONDS = 86400.0


class HistoryError(Exception):
    """The file cannot be read or written now."""


class History:
    """Reads and writes sessions in a thread of its own."""

    def __init__(
        self,
        worker: Worker,
        path: Path,
        *,
        keep_days: int,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._worker = worker
        self._file = SessionsFile(path)
        self._keep_seconds = keep_days * _DAY_SECONDS
        self._now = now
        self.well = True
        """Whether what was last written is kept."""
        self.transactions = 0
        """How many have changed the file."""

    async def begin(
        self,
    ) -> tuple[tuple[Record, ...], tuple[tuple[bytes, Trace], ...]]:
        """Answer who watched when Telecast ended, and what others have left behind.

        All others are moved to the history. Raises HistoryError.
        """
        since = self._now() - RESTORE_SECONDS
        alive = await self._read(
            lambda it: database.alive(it, since=since, most=MOST_VIEWERS)
        )
        with suppress(HistoryError):
            await self._write(lambda it: database.close_all_but_alive(it, since=since))
        traces = await self._read(lambda it: database.traces(it, most=MOST_TRACES))
        return alive, traces

    async def write(self, *, over: Sequence[Record], records: Sequence[Record]) -> None:
        """Write sessions, and move to the history what is over; raise HistoryError."""
        now = self._now()
        await self._write(
            lambda it: database.write(it, over=over, records=records, now=now)
        )

    async def tidy(self) -> None:
        """Close what nobody writes any more, forget what is old; raise HistoryError."""
        now = self._now()

        def work(connection: sqlite3.Connection) -> None:
            database.close_unwritten(connection, since=now - STALE_SECONDS)
            database.forget(
                connection, until=now - self._keep_seconds, most=MOST_VISITS
            )

        await self._write(work)

    async def visits(self, most: int) -> tuple[Record, ...]:
        """Answer the sessions that are over, the latest first; none where that fails."""
        try:
            return await self._read(lambda it: database.visits(it, most=most))
        except HistoryError as err:
            _LOGGER.debug("The history cannot be read: %s", err)
            return ()

    def take_renewed(self) -> bool:
        """Tell, once, whether another file than before is written to."""
        renewed, self._file.renewed = self._file.renewed, False
        return renewed

    def close(self) -> None:
        """Close the file after all that was asked before."""
        self._worker.post(self._file.close)

    async def _read[T](self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return await self._worker.run(lambda: self._file.read(work))
        except (sqlite3.Error, OSError, UnusableError) as err:
            raise HistoryError(str(err)) from err

    async def _write[T](self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            result = await self._worker.run(lambda: self._file.write(work))
        except (sqlite3.Error, OSError, UnusableError) as err:
            if self.well:
                _LOGGER.warning("Sessions are not kept until this is over: %s", err)
            self.well = False
            raise HistoryError(str(err)) from err
        if not self.well:
            _LOGGER.info("Sessions are kept again")
        self.well = True
        self.transactions += 1
        return result


@asynccontextmanager
async def open_history(
    path: Path, *, keep_days: int, now: Callable[[], float] = time.time
) -> AsyncIterator[History]:
    """Prepare to keep sessions in a file; leaving the block waits for what was asked."""
    async with open_worker("telecast sessions") as worker:
        history = History(worker, path, keep_days=keep_days, now=now)
        try:
            yield history
        finally:
            history.close()
