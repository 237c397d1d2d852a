"""Keeps what is known of candidates across streams and restarts."""

from collections.abc import Callable
from dataclasses import astuple
import logging
import sqlite3
import time

from ..model import Candidate, Channel
from ..store.store import StorageError, Store
from .quality import Quality, Record

_LOGGER = logging.getLogger(__name__)

# What was not tried for so long is as unknown as on the first day.
FORGET_SECONDS = 7 * 86400.0


class Qualities:
    """Reads and writes the qualities of channels; a broken disk costs only memory."""

    def __init__(
        self, store: Store | None, clock: Callable[[], float] = time.time
    ) -> None:
        """Prepare; without a store, every stream learns for itself."""
        self._store = store
        self._clock = clock
        self._said: dict[int, tuple[Candidate, ...]] = {}

    async def of(self, channel: Channel, candidates: tuple[Candidate, ...]) -> Quality:
        """Answer what is known of a channel's candidates; say it where that is news."""
        quality = Quality(candidates, await self._read(channel.id), self._clock)
        ordered = quality.candidates
        if ordered != self._said.get(channel.id, candidates):
            reasons = "; ".join(quality.reasons) or "all are tried as they are listed"
            _LOGGER.info("Channel %s: %s", channel.number, reasons)
        if quality.reasons:
            self._said[channel.id] = ordered
        else:
            self._said.pop(channel.id, None)
        return quality

    async def keep(self, channel: Channel, quality: Quality) -> None:
        """Write what a stream has learned, where that may make a difference."""
        if not self._store or len(quality.candidates) < 2 or not quality.records:
            return
        oldest = self._clock() - FORGET_SECONDS
        rows = [(channel.id, key, *astuple(it)) for key, it in quality.records.items()]

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "DELETE FROM candidate_quality WHERE updated < ?", (oldest,)
            )
            connection.executemany(
                """
                INSERT OR REPLACE INTO candidate_quality
                (channel, address, updated, startup, rate, failures, hours, failed_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
                rows,
            )

        try:
            await self._store.write(work)
        except StorageError as err:
            _LOGGER.debug("What was learned of channel %s is lost: %s", channel.id, err)

    async def _read(self, channel_id: int) -> dict[str, Record]:
        if not self._store:
            return {}
        oldest = self._clock() - FORGET_SECONDS

        def work(connection: sqlite3.Connection) -> dict[str, Record]:
            rows = connection.execute(
                """
                SELECT address, updated, startup, rate, failures, hours, failed_at
                FROM candidate_quality WHERE channel = ? AND updated >= ?
                """,
                (channel_id, oldest),
            )
            return {
                address: Record(
                    updated=updated,
                    startup=startup,
                    rate=rate,
                    failures=failures,
                    hours=hours,
                    failed_at=failed_at,
                )
                for address, updated, startup, rate, failures, hours, failed_at in rows
            }

        try:
            return await self._store.read(work)
        except StorageError as err:
            _LOGGER.debug("What is known of channel %s is lost: %s", channel_id, err)
            return {}
