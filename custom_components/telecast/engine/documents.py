"""Answers that list every channel: files, rendered once for each change."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
import hashlib
import json
import logging
from pathlib import Path
import secrets
import sqlite3
import time
from weakref import WeakValueDictionary

from .catalogue import Selection
from .child import run_job
from .document_files import empty, is_there, tidy
from .errors import TelecastError
from .films.catalogue import FilmSelection
from .films.films import Films
from .films.posters import Posters
from .guide.guide import Guide
from .lineup import Lineup
from .model import FilmKind
from .rendering import Document, Form, render
from .store import Store
from .tasks import open_tasks

_LOGGER = logging.getLogger(__name__)

# More channels than these are rendered by the child: that takes a moment to start, but
# holds up nobody here.
MOST_CHANNELS_HERE = 2000
_MOST_CHILDREN = 2
_MOST_READERS = 8

_DAY = 24 * 3600
# The guide's beginning moves on in steps, so that it is not rendered for each asker.
_STEP = 6 * 3600
_EVER = 1 << 40

_FILMS = frozenset({"vod_streams", "series"})


class Documents:
    """Renders what is asked for, unless it is there already."""

    def __init__(
        self,
        *,
        store: Store,
        lineup: Lineup,
        films: Films,
        guide: Guide,
        folder: Path,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Keep the files in `folder`; `now` tells the time of day."""
        self._store = store
        self._lineup = lineup
        self._films = films
        self._guide = guide
        self._folder = folder
        self._now = now
        # Names give away nothing of the addresses that they stand for.
        self._secret = secrets.token_bytes(32)
        self._locks = WeakValueDictionary[Path, asyncio.Lock]()
        self._children = asyncio.Semaphore(_MOST_CHILDREN)
        self._readers = {
            kind: deque[tuple[frozenset[str] | None, Posters | None]](
                maxlen=_MOST_READERS
            )
            for kind in FilmKind
        }
        """Whose lists of films are asked for: each time, as players start."""

    async def lineup(
        self, form: Form, base_url: str, numbers: tuple[int, int] | None = None
    ) -> Path:
        """Answer the line-up as an HDHomeRun tells it: all of it, or some numbers."""
        return await self._deliver(
            {
                "kind": "lineup",
                "form": form,
                "base_url": base_url,
                "selection": Selection(numbers=numbers).as_json(),
            },
            form,
        )

    async def live_streams(
        self, *, category_id: int | None, groups: frozenset[str] | None
    ) -> Path:
        """Answer the channels as an Xtream server tells them; None means all."""
        selection = Selection(group_id=category_id, groups=groups)
        return await self._deliver(
            {"kind": "live_streams", "selection": selection.as_json()}, "json"
        )

    async def vod_streams(
        self,
        *,
        category_id: int | None,
        groups: frozenset[str] | None,
        posters: Posters | None = None,
    ) -> Path:
        """Answer the films as an Xtream server tells them; None means all.

        `posters` says where those of the user's own films are found.
        """
        return await self._films_of(FilmKind.MOVIE, category_id, groups, posters)

    async def series(
        self,
        *,
        category_id: int | None,
        groups: frozenset[str] | None,
        posters: Posters | None = None,
    ) -> Path:
        """Answer the series as an Xtream server tells them; see `vod_streams`."""
        return await self._films_of(FilmKind.SERIES, category_id, groups, posters)

    async def render_ahead(self) -> None:
        """Render the long lists of films before anybody asks, whenever they change."""
        revision = 0
        while True:
            revision = await self._films.changed(revision)
            for kind, count in self._films.counts.items():
                if count:
                    await self._render_ahead(kind)

    async def playlist(
        self,
        *,
        base_url: str,
        groups: frozenset[str] | None,
        stream_path: str,
        guide_url: str,
        archive_path: str = "",
        plus: bool = True,
        mime_type: str = "",
    ) -> Path:
        """Answer an M3U playlist of the groups.

        `{id}` in the paths stands for the channel's id. `archive_path` leads to what
        channels with an archive have shown, with placeholders as formats/catchup has
        them. Without `plus` the playlist says no more than names and addresses. With
        `mime_type` it says of all streams and recordings what they are, for Kodi.
        """
        return await self._deliver(
            {
                "kind": "playlist",
                "selection": Selection(groups=groups).as_json(),
                "base_url": base_url,
                "stream_path": stream_path,
                "archive_path": archive_path,
                "guide_url": guide_url,
                "plus": plus,
                "mime_type": mime_type if plus else "",
            },
            "m3u",
        )

    async def guide(
        self,
        *,
        groups: frozenset[str] | None,
        days_back: int = 0,
        days_ahead: int | None = None,
        compressed: bool,
    ) -> Path:
        """Answer an XMLTV guide of the groups; without `days_ahead`, all that is known.

        Channels with an archive are told of from `days_back`, or as far back as that goes.
        """
        now = int(self._now())
        start = now - now % _STEP
        stop = _EVER if days_ahead is None else start + _STEP + days_ahead * _DAY
        return await self._deliver(
            {
                "kind": "guide",
                "selection": Selection(groups=groups).as_json(),
                "start": start - days_back * _DAY,
                "stop": stop,
                "at": start,
                "zone": str(self._guide.time_zone),
                "order": list(self._guide.order),
                "compressed": compressed,
            },
            "xml.gz" if compressed else "xml",
        )

    async def _films_of(
        self,
        kind: FilmKind,
        category_id: int | None,
        groups: frozenset[str] | None,
        posters: Posters | None = None,
    ) -> Path:
        if not self._films.has_own_posters:
            posters = None  # nor does it matter where a player finds us
        reader = groups, posters
        if category_id is None and reader not in self._readers[kind]:
            self._readers[kind].append(reader)
        selection = FilmSelection(kind=kind, group_id=category_id, groups=groups)
        return await self._deliver(
            {
                "kind": "series" if kind is FilmKind.SERIES else "vod_streams",
                "selection": selection.as_json(),
                "posters": asdict(posters) if posters else None,
            },
            "json",
        )

    async def _render_ahead(self, kind: FilmKind) -> None:
        for groups, posters in ((None, None), *self._readers[kind]):
            try:
                await self._films_of(kind, None, groups, posters)
            except TelecastError as err:
                _LOGGER.warning("The list of films could not be rendered: %s", err)

    async def _deliver(self, document: Document, extension: str) -> Path:
        is_films = document["kind"] in _FILMS
        version = f"{self._films.revision if is_films else self._lineup.revision:x}"
        told = dict(document)
        if document["kind"] == "guide":
            times = "-".join(f"{told.pop(key):x}" for key in ("at", "start", "stop"))
            version = f"{version}-{self._guide.revision:x}-{times}"
        name = hashlib.blake2b(
            json.dumps(told).encode(), key=self._secret, digest_size=16
        ).hexdigest()
        path = self._folder / f"{document['kind']}-{name}-{version}.{extension}"
        lock = self._locks.setdefault(path, asyncio.Lock())
        async with lock:
            if not await self._store.read(lambda _: is_there(path)):
                await self._render(document, path)
                await self._store.read(lambda _: tidy(self._folder, path))
        return path

    async def _render(self, document: Document, path: Path) -> None:
        guides = self._guide.folder

        def work(connection: sqlite3.Connection) -> None:
            render(document, connection, guides, path)

        if self._is_short(document):
            await self._store.read(work)
            return
        async with self._children:
            await run_job(
                {
                    "job": "render",
                    "folder": str(self._folder),
                    "database": str(self._store.path),
                    "guides": str(guides),
                    "target": str(path),
                    "document": document,
                }
            )

    def _is_short(self, document: Document) -> bool:
        match document["kind"]:
            case "guide":
                return False
            case "vod_streams":
                count = self._films.counts[FilmKind.MOVIE]
            case "series":
                count = self._films.counts[FilmKind.SERIES]
            case _:
                count = self._lineup.count
        return count <= MOST_CHANNELS_HERE


@asynccontextmanager
async def open_documents(
    *, store: Store, lineup: Lineup, films: Films, guide: Guide, folder: Path
) -> AsyncIterator[Documents]:
    """Render documents into `folder`, which is emptied first; raise StorageError."""
    await store.read(lambda _: empty(folder))
    documents = Documents(
        store=store, lineup=lineup, films=films, guide=guide, folder=folder
    )
    async with open_tasks() as tasks:
        ahead = tasks.create_task(documents.render_ahead())
        try:
            yield documents
        finally:
            ahead.cancel()
