"""The guide: what is on which channel, read from the files of all guide documents."""

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from pathlib import Path
import sqlite3

from ..formats import xmltv
from ..formats.xmltv import Programme
from .database import connect
from .library import SUFFIX, Library
from .model import Channel
from .store import Store, or_storage_error
from .worker import Worker, open_worker

_AHEAD_SECONDS = 14 * 24 * 3600
# Guides overlap: so many programmes may be on at once before the next one comes.
_OVERLAPS = 16
_PLACE = "SELECT source, tvg_id, shift, name FROM lineup WHERE id = ?"


class Guide:
    """Answers from the files, in a thread of its own; keeps nothing in memory."""

    def __init__(self, worker: Worker, shelf: _Shelf, folder: Path) -> None:
        self._worker = worker
        self._shelf = shelf
        self.folder = folder
        self.revision = 0
        """Changes whenever an answer could change; the same as long as none could."""
        self._sources: dict[str, str] = {}

    async def running(
        self, channel: Channel, *, at: int, limit: int
    ) -> list[Programme]:
        """Answer what is on at a time, if that is known, and what comes after it."""
        found = await self._read(
            channel, start=at, stop=at + _AHEAD_SECONDS, limit=limit + _OVERLAPS
        )
        started = [programme for programme in found if programme.start <= at]
        return (started[-1:] + found[len(started) :])[:limit]

    async def between(
        self, channel: Channel, *, start: int, stop: int
    ) -> list[Programme]:
        """Answer what is on at any time between `start` and `stop`."""
        return await self._read(channel, start=start, stop=stop, limit=-1)

    def file(self, feed_id: str) -> Path:
        """Where the file of a guide document is, or is to be."""
        return self.folder / f"{feed_id}{SUFFIX}"

    def feeds(self, source_id: str) -> set[str]:
        """Answer the ids of the guide documents that came in for a source."""
        return {feed for feed, source in self._sources.items() if source == source_id}

    async def reload(self) -> None:
        """Take notice of files that came, or were replaced."""
        self.revision, self._sources = await self._do(self._shelf.open)

    async def remove_source(
        self, source_id: str, *, keep: Collection[str] = ()
    ) -> None:
        """Delete a source's guides, but for those to `keep`."""
        doomed = self.feeds(source_id) - set(keep)
        if not doomed:
            return

        def work() -> None:
            for feed in doomed:
                self.file(feed).unlink(missing_ok=True)

        await self._do(work)
        await self.reload()

    async def _read(
        self, channel: Channel, *, start: int, stop: int, limit: int
    ) -> list[Programme]:
        return await self._do(
            lambda: self._shelf.programmes(channel, start=start, stop=stop, limit=limit)
        )

    async def _do[T](self, work: Callable[[], T]) -> T:
        return await or_storage_error(self._worker.run(work))


@asynccontextmanager
async def open_guide(*, store: Store, folder: Path) -> AsyncIterator[Guide]:
    """Open the guide whose files are in `folder`; leaving the block closes them.

    Raises StorageError.
    """
    async with open_worker("telecast guide") as worker:
        shelf = _Shelf(store.path, folder)
        guide = Guide(worker, shelf, folder)
        try:
            await or_storage_error(worker.run(shelf.begin))
            await guide.reload()
            yield guide
        finally:
            worker.post(shelf.close)


class _Shelf:
    """The open files, and the line-up that tells what to look for; in one thread."""

    def __init__(self, database: Path, folder: Path) -> None:
        self._database = database
        self._folder = folder
        self._lineup: sqlite3.Connection | None = None
        self._library: Library | None = None

    def begin(self) -> None:
        """Make the folder, and delete what a child left unfinished there."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for path in self._folder.iterdir():
            if path.suffix != SUFFIX:
                path.unlink(missing_ok=True)
        self._lineup = connect(self._database, read_only=True)

    def open(self) -> tuple[int, dict[str, str]]:
        """Open what is there now; answer its revision, and feed by feed the source."""
        if self._library:
            self._library.close()
        self._library = Library(self._folder)
        return self._library.revision, self._library.sources

    def programmes(
        self, channel: Channel, *, start: int, stop: int, limit: int
    ) -> list[Programme]:
        """Answer what is on; the line-up says what the channel is called in guides."""
        assert self._lineup and self._library
        row = self._lineup.execute(_PLACE, (channel.id,)).fetchone()
        place = self._library.find(*row) if row else None
        if place is None:
            return []
        return [
            xmltv.parse_children(
                children, channel=channel.guide_id, start=begins, stop=ends
            )
            for begins, ends, children in self._library.between(
                place, start=start, stop=stop, limit=limit
            )
        ]

    def close(self) -> None:
        """Close all."""
        if self._library:
            self._library.close()
        if self._lineup:
            self._lineup.close()
