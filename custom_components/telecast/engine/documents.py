"""Answers that list every channel: files, rendered once for each change."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
import hashlib
import json
import os
from pathlib import Path
import secrets
import shutil
import sqlite3
import time
from weakref import WeakValueDictionary

from .catalogue import Selection
from .child import run_job
from .guide import Guide
from .lineup import Lineup
from .rendering import UNFINISHED, Document, Form, render
from .store import Store

# More channels than these are rendered by the child: that takes a moment to start, but
# holds up nobody here.
MOST_CHANNELS_HERE = 2000
_MOST_CHILDREN = 2
_MOST_FILES = 64
_MOST_BYTES = 1024 * 1024 * 1024
# What was asked for just now may not have been opened yet.
_GRACE_SECONDS = 60.0
_UNUSED_SECONDS = 24 * 3600.0

_DAY = 24 * 3600
# The guide's beginning moves on in steps, so that it is not rendered for each asker.
_STEP = 6 * 3600
_EVER = 1 << 40


class Documents:
    """Renders what is asked for, unless it is there already."""

    def __init__(
        self,
        *,
        store: Store,
        lineup: Lineup,
        guide: Guide,
        folder: Path,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Keep the files in `folder`; `now` tells the time of day."""
        self._store = store
        self._lineup = lineup
        self._guide = guide
        self._folder = folder
        self._now = now
        # Names give away nothing of the addresses that they stand for.
        self._secret = secrets.token_bytes(32)
        self._locks = WeakValueDictionary[Path, asyncio.Lock]()
        self._children = asyncio.Semaphore(_MOST_CHILDREN)

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

    async def playlist(
        self,
        *,
        base_url: str,
        groups: frozenset[str] | None,
        stream_path: str,
        guide_url: str,
        plus: bool = True,
    ) -> Path:
        """Answer an M3U playlist of the groups.

        `{id}` in `stream_path` stands for the channel's id. Without `plus` it says no
        more than names and addresses.
        """
        return await self._deliver(
            {
                "kind": "playlist",
                "selection": Selection(groups=groups).as_json(),
                "base_url": base_url,
                "stream_path": stream_path,
                "guide_url": guide_url,
                "plus": plus,
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
        """Answer an XMLTV guide of the groups; without `days_ahead`, all that is known."""
        now = int(self._now())
        start = now - now % _STEP
        stop = _EVER if days_ahead is None else start + _STEP + days_ahead * _DAY
        return await self._deliver(
            {
                "kind": "guide",
                "selection": Selection(groups=groups).as_json(),
                "start": start - days_back * _DAY,
                "stop": stop,
                "compressed": compressed,
            },
            "xml.gz" if compressed else "xml",
        )

    async def _deliver(self, document: Document, extension: str) -> Path:
        version = f"{self._lineup.revision:x}"
        told = dict(document)
        if document["kind"] == "guide":
            times = f"{told.pop('start'):x}-{told.pop('stop'):x}"
            version = f"{version}-{self._guide.revision:x}-{times}"
        name = hashlib.blake2b(
            json.dumps(told).encode(), key=self._secret, digest_size=16
        ).hexdigest()
        path = self._folder / f"{document['kind']}-{name}-{version}.{extension}"
        lock = self._locks.setdefault(path, asyncio.Lock())
        async with lock:
            if not await self._store.read(lambda _: _is_there(path)):
                await self._render(document, path)
                await self._store.read(lambda _: _tidy(self._folder, path))
        return path

    async def _render(self, document: Document, path: Path) -> None:
        guides = self._guide.folder

        def work(connection: sqlite3.Connection) -> None:
            render(document, connection, guides, path)

        if document["kind"] != "guide" and self._lineup.count <= MOST_CHANNELS_HERE:
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


@asynccontextmanager
async def open_documents(
    *, store: Store, lineup: Lineup, guide: Guide, folder: Path
) -> AsyncIterator[Documents]:
    """Render documents into `folder`, which is emptied first; raise StorageError."""
    await store.read(lambda _: _empty(folder))
    yield Documents(store=store, lineup=lineup, guide=guide, folder=folder)


def _empty(folder: Path) -> None:
    with suppress(FileNotFoundError):
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700, parents=True)


def _is_there(path: Path) -> bool:
    """Tell whether a file is there, and note that it was asked for."""
    try:
        # The time of change is what clients compare: it stays.
        os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns))
    except FileNotFoundError:
        return False
    return True


def _tidy(folder: Path, newest: Path) -> None:
    """Delete what `newest` replaces, what nobody asks for, and what is too much."""
    now = time.time()
    replaced = f"{'-'.join(newest.name.split('-', 2)[:2])}-"
    files = sorted(
        ((about.st_atime, about.st_size, path) for path, about in _files(folder)),
        reverse=True,
    )
    kept = kept_bytes = 0
    for asked_at, size, path in files:
        unused = now - asked_at
        if (
            path != newest
            and unused > _GRACE_SECONDS
            and (
                path.name.startswith(replaced)
                or unused > _UNUSED_SECONDS
                or kept >= _MOST_FILES
                or kept_bytes + size > _MOST_BYTES
            )
        ):
            path.unlink(missing_ok=True)
            continue
        kept, kept_bytes = kept + 1, kept_bytes + size


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            if path.suffix != UNFINISHED:
                yield path, path.stat()
