"""The guide: what is on which channel, read from the files of all guide documents."""

import asyncio
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Iterable,
    Sequence,
)
from contextlib import asynccontextmanager
from datetime import UTC, tzinfo
from pathlib import Path
import time

from ...formats.xmltv import Programme
from ..model import Channel
from ..store.store import Store, or_storage_error
from ..worker import Worker, open_worker
from .library import SUFFIX, Order
from .matching import Found
from .shelf import Known, Shelf
from .stand_ins import Today

_AHEAD_SECONDS = 14 * 24 * 3600
# Guides overlap: so many programmes may be on at once before the next one comes.
_OVERLAPS = 16
# Some weeks of programmes that last five minutes each.
_MOST_ROWS = 20_000

type Ask = Callable[[Channel], Awaitable[list[Programme]]]
"""Answers what the source of a channel says is on it, in order; soon, and no errors."""


class Guide:
    """Answers from the files, in a thread of its own; keeps nothing in memory.

    Of what no guide knows, the channel's source is asked, for those who wish so. What that
    does not know either is made of the channels' names (`stand_ins.py`): an event that a
    channel is named after always, blocks of time only for those who ask for them.
    """

    def __init__(
        self,
        worker: Worker,
        shelf: Shelf,
        folder: Path,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._worker = worker
        self._shelf = shelf
        self._now = now
        self.folder = folder
        self.time_zone: tzinfo = UTC
        """In which the times in channels' names are meant that do not say otherwise."""
        self.ask: Ask | None = None
        """Asks sources (`short_guides.py`); None while nobody can be asked."""
        self.revision = 0
        """Changes whenever an answer could change; the same as long as none could."""
        self.has_pictures = False
        """Whether any programme's icon is a picture of the user's own (films/posters.py)."""
        self._sources: dict[str, str] = {}
        self._orders: dict[str, Order] = {}
        self._changed = asyncio.Event()

    @property
    def order(self) -> Order:
        """All guide documents that sources have, in the order in which they count."""
        return [feed for order in self._orders.values() for feed in order]

    async def running(
        self,
        channel: Channel,
        *,
        at: int,
        limit: int,
        stand_ins: bool = False,
        ask: bool = False,
    ) -> list[Programme]:
        """Answer what is on at a time, if that is known, and what comes after it.

        With `ask` the channel's source is asked where no guide knows; that takes up to two
        seconds.
        """
        found = await self._read(
            channel,
            start=at,
            stop=at + _AHEAD_SECONDS,
            limit=limit + _OVERLAPS,
            stand_ins=stand_ins,
            ask=ask,
        )
        started = [programme for programme in found if programme.start <= at]
        return (started[-1:] + found[len(started) :])[:limit]

    async def between(
        self,
        channel: Channel,
        *,
        start: int,
        stop: int,
        stand_ins: bool = False,
        ask: bool = False,
    ) -> list[Programme]:
        """Answer what is on at any time between `start` and `stop`; `ask` as in running."""
        return await self._read(
            channel, start=start, stop=stop, limit=-1, stand_ins=stand_ins, ask=ask
        )

    async def known(
        self,
        channel_id: int,
        *,
        at: int,
        times: Sequence[tuple[int, int]] = (),
        limit: int = _MOST_ROWS,
    ) -> Known:
        """Answer what guides say is on a channel at some times, as they are kept.

        `at` counts as now; times are pairs of begin and end, in order, and none overlaps
        another one. Where they hold more than `limit`, the last ones are left out.
        """
        return await self._do(
            lambda: self._shelf.known(channel_id, at=at, times=times, limit=limit)
        )

    async def changed(self, known: int) -> int:
        """Wait until the revision is another one than is known; answer it."""
        while self.revision == known:
            await self._changed.wait()
        return self.revision

    async def catchup_id(self, channel: Channel, *, start: int, stop: int) -> str:
        """Answer what the archive calls what a channel showed from `start` to `stop`.

        That is the guide's `catchup-id` of whatever was on for most of it; empty where no
        guide says so.
        """
        at = int(self._now())
        return await self._do(
            lambda: self._shelf.catchup_id(channel.id, at=at, start=start, stop=stop)
        )

    async def found(self, channels: Iterable[Channel]) -> dict[int, Found]:
        """Answer where the programmes of channels come from, by their ids."""
        ids, at = [channel.id for channel in channels], int(self._now())
        return await self._do(lambda: self._shelf.found(ids, at))

    async def arrange(self, source_id: str, order: Order) -> None:
        """Take notice of a source's guide documents, their order and their offsets."""
        if self._orders.get(source_id, ()) != order:
            self._orders[source_id] = order
            await self.reload()

    def file(self, feed_id: str) -> Path:
        """Where the file of a guide document is, or is to be."""
        return self.folder / f"{feed_id}{SUFFIX}"

    def feeds(self, source_id: str) -> set[str]:
        """Answer the ids of the guide documents that came in for a source."""
        return {feed for feed, source in self._sources.items() if source == source_id}

    @property
    def has_feeds(self) -> bool:
        """Whether any guide document has come in."""
        return bool(self._sources)

    async def reload(self) -> None:
        """Take notice of files that came, or were replaced."""
        order, before = self.order, self.revision
        facts = await self._do(lambda: self._shelf.open(order))
        self.revision, self._sources, self.has_pictures = facts
        if self.revision != before:
            self._changed.set()
            self._changed = asyncio.Event()

    async def remove_source(
        self, source_id: str, *, keep: Collection[str] = ()
    ) -> None:
        """Delete a source's guides, but for those to `keep`."""
        if not keep:
            self._orders.pop(source_id, None)
        doomed = self.feeds(source_id) - set(keep)
        if not doomed:
            return

        def work() -> None:
            for feed in doomed:
                self.file(feed).unlink(missing_ok=True)

        await self._do(work)
        await self.reload()

    async def _read(
        self,
        channel: Channel,
        *,
        start: int,
        stop: int,
        limit: int,
        stand_ins: bool,
        ask: bool,
    ) -> list[Programme]:
        today = Today(at=int(self._now()), zone=self.time_zone)
        known, made = await self._do(
            lambda: self._shelf.programmes(
                channel,
                today=today,
                start=start,
                stop=stop,
                limit=limit,
                stand_ins=stand_ins,
            )
        )
        if not known and ask and self.ask:
            told = await self.ask(channel)
            known = [
                one for one in told if one.start < stop and (one.stop or 0) > start
            ]
        return known or made

    async def _do[T](self, work: Callable[[], T]) -> T:
        return await or_storage_error(self._worker.run(work))


@asynccontextmanager
async def open_guide(
    *, store: Store, folder: Path, now: Callable[[], float] = time.time
) -> AsyncIterator[Guide]:
    """Open the guide whose files are in `folder`; leaving the block closes them.

    `now` tells the time, in seconds since 1970 (UTC). Raises StorageError.
    """
    async with open_worker("telecast guide") as worker:
        shelf = Shelf(store.path, folder)
        guide = Guide(worker, shelf, folder, now)
        try:
            await or_storage_error(worker.run(shelf.begin))
            await guide.reload()
            yield guide
        finally:
            worker.post(shelf.close)
