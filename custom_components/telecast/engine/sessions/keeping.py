"""Sessions that survive: written in the background, swept, and restored at the start."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import batched
import logging
from pathlib import Path
import time

from ..events import Event
from .changes import Changes
from .history import History, HistoryError, open_history
from .record import Record
from .sessions import Objection, Sessions

_LOGGER = logging.getLogger(__name__)

# Who has been silent for so long, without a connection, is let go from memory.
MEMORY_SECONDS = 300.0
SWEEP_SECONDS = 30.0
# Byte counts change all the time; so often they are looked at.
LOOK_SECONDS = 5.0
# What happens within a second is one transaction.
GATHER_SECONDS = 1.0
RETRY_SECONDS = 30.0
# So many sessions are written at once, and taken from the loop in such slices.
_BATCH = 2000
_SLICE = 100
# The clock was set, where it has gone so much faster or slower than the loop's.
_CLOCK_SET_SECONDS = 60.0


class Keeping:
    """Brings sessions to disk and back; where the disk fails it, they just live on."""

    def __init__(
        self, sessions: Sessions, history: History, now: Callable[[], float]
    ) -> None:
        self._sessions = sessions
        self._history = history
        self._now = now
        self._writing = asyncio.Lock()
        self._ahead = self._clock_ahead()

    @property
    def _changes(self) -> Changes:
        return self._sessions.register.changes

    async def begin(self) -> None:
        """Expect back who watched when Telecast ended."""
        try:
            alive, traces = await self._history.begin()
        except HistoryError as err:
            _LOGGER.warning("What was kept of sessions cannot be read: %s", err)
            return
        self._history.take_renewed()
        restored = 0
        for some in batched(alive, _SLICE, strict=False):
            restored += self._sessions.register.restore(some)
            await asyncio.sleep(0)
        for others in batched(traces, _SLICE, strict=False):
            self._sessions.register.remember(others)
            await asyncio.sleep(0)
        if restored:
            _LOGGER.info("%d sessions are expected back", restored)

    async def keep_writing(self) -> None:
        """Write what has changed, at most once a second."""
        while True:
            await self._changes.news.wait()
            await asyncio.sleep(GATHER_SECONDS)
            if not await self.write():
                await asyncio.sleep(RETRY_SECONDS)

    async def keep_looking(self) -> None:
        """Note every few seconds who has got something."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look()

    async def keep_sweeping(self) -> None:
        """Sweep every half minute."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            await self.sweep()

    async def look(self) -> None:
        """Note who has got something, and from where."""
        for some in batched(self._sessions.active, _SLICE, strict=False):
            self._sessions.look(some)
            await asyncio.sleep(0)

    async def sweep(self) -> None:
        """Let go who has finished or is silent, in memory and on disk."""
        let_go = 0
        while self._sessions.register.let_go(silent_for=MEMORY_SECONDS):
            let_go += 1
            if let_go % _SLICE == 0:
                await asyncio.sleep(0)
        # On disk, too, whoever is connected is not silent.
        self._note_all(connected_only=not self._clock_was_set())
        if await self.write():
            try:
                await self._history.tidy()
            except HistoryError as err:
                _LOGGER.debug("The history was not tidied: %s", err)

    async def write(self) -> bool:
        """Write all that has changed; answer whether the disk has taken it."""
        async with self._writing:
            while self._changes:
                over = self._changes.over(_BATCH)
                written = False
                try:
                    records = await self._gather(_BATCH - len(over))
                    await self._history.write(over=over, records=records)
                    written = True
                except HistoryError:
                    return False
                finally:
                    if not written:
                        self._changes.put_back(over)
                    if not written or self._history.take_renewed():
                        self._note_all()
            return True

    async def _gather(self, most: int) -> list[Record]:
        records: list[Record] = []
        while part := list(self._changes.changed(min(_SLICE, most - len(records)))):
            records += part
            await asyncio.sleep(0)
        return records

    def _note_all(self, *, connected_only: bool = False) -> None:
        sessions = self._sessions
        for session in sessions.active if connected_only else sessions.known:
            self._changes.note(session)

    def _clock_was_set(self) -> bool:
        """Tell whether times on disk no longer say how long ago something was."""
        before, self._ahead = self._ahead, self._clock_ahead()
        return abs(self._ahead - before) > _CLOCK_SET_SECONDS

    def _clock_ahead(self) -> float:
        return self._now() - asyncio.get_running_loop().time()


@asynccontextmanager
async def open_sessions(
    path: Path,
    *,
    emit: Callable[[Event], None],
    keep_days: int,
    upstream_of: Callable[[int], str] = lambda _: "",
    objection: Objection = lambda _account, _channel: None,
    now: Callable[[], float] = time.time,
) -> AsyncIterator[Sessions]:
    """Run the sessions, kept in a file of their own; a last write ends the block.

    What is over is kept for `keep_days`; `upstream_of` names the source that delivers a
    channel now; `objection` is for Sessions. No trouble with the file is raised, neither
    here nor later.
    """
    async with open_history(path, keep_days=keep_days, now=now) as history:
        sessions = Sessions(
            emit,
            past=history,
            keep_days=keep_days,
            upstream_of=upstream_of,
            objection=objection,
            now=now,
        )
        keeping = Keeping(sessions, history, now)
        await _unless_broken(keeping.begin)
        try:
            async with asyncio.TaskGroup() as tasks:
                running = [
                    tasks.create_task(_unless_broken(keep))
                    for keep in (
                        keeping.keep_writing,
                        keeping.keep_looking,
                        keeping.keep_sweeping,
                    )
                ]
                try:
                    yield sessions
                finally:
                    for task in running:
                        task.cancel()
        finally:
            await _unless_broken(keeping.write)


async def _unless_broken(keep: Callable[[], Awaitable[object]]) -> None:
    """Do something for the keeping; what nobody foresaw ends that, and no stream."""
    try:
        await keep()
    except Exception:
        _LOGGER.exception("Sessions are not kept as they should be")
