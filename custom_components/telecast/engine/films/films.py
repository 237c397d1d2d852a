"""Films and series as the rest of the house asks for them."""

import asyncio
from collections.abc import Awaitable, Callable
import logging
import sqlite3
import time
from typing import Any
from weakref import WeakValueDictionary

from ..errors import TelecastError, UnknownFilmError
from ..model import Candidate, FilmKind, Group, Playable
from ..store.store import Store
from . import catalogue
from .catalogue import FilmSelection
from .details import FRESH_SECONDS, keep, known
from .files import FileDetails, Probe, is_own, unprobed
from .film import Details, Film

_LOGGER = logging.getLogger(__name__)

# Who browses asks for one film after the other; a panel that is asked for hundreds at
# once takes that for an attack.
_MOST_QUESTIONS = 4
# A source that did not answer is not asked again for so long: whoever browses would wait
# for its silence film by film.
_SILENT_SECONDS = 60.0

type Ask = Callable[[str, FilmKind, str], Awaitable[dict[str, Any] | None]]
"""Asks a source (its id) for what it knows of a film (kind, the source's own id).

Answers what `get_vod_info` or `get_series_info` do; None where nobody can be asked.
Raises TelecastErrors.
"""


class Films:
    """Answers from the database; keeps nothing per film in memory."""

    def __init__(
        self,
        *,
        store: Store,
        ask: Ask,
        probe: Probe = unprobed,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Prepare to read; `reload` fetches the first facts; `now` tells the time of day."""
        self._store = store
        self._ask = ask
        self._files = FileDetails(store=store, probe=probe, now=now)
        self._now = now
        self._clock = asyncio.get_running_loop().time
        self._questions = asyncio.Semaphore(_MOST_QUESTIONS)
        self._locks = WeakValueDictionary[int, asyncio.Lock]()
        self._silent_until: dict[str, float] = {}
        self._changed = asyncio.Event()
        self.revision = 0
        """Changes whenever a list could change; never repeats, not in another run."""
        self.revisions = dict.fromkeys(FilmKind, 0)
        """The same of the lists of one kind."""
        self.counts = dict.fromkeys(FilmKind, 0)
        """How many films and how many series there are."""
        self.has_own_posters = False
        """Whether any poster is a file of the user's."""

    async def reload(self) -> None:
        """Take notice of what was written by others: the ingestion child."""

        def work(
            connection: sqlite3.Connection,
        ) -> tuple[int, dict[FilmKind, int], dict[FilmKind, int], bool]:
            return (
                catalogue.revision(connection),
                catalogue.revisions(connection),
                catalogue.counts(connection),
                catalogue.has_own_posters(connection),
            )

        before = self.revision
        facts = await self._store.read(work)
        self.revision, self.revisions, self.counts, self.has_own_posters = facts
        if self.revision != before:
            self._changed.set()
            self._changed = asyncio.Event()

    async def changed(self, known: int) -> int:
        """Wait until the revision is another one than is known; answer it."""
        while self.revision == known:
            await self._changed.wait()
        return self.revision

    async def groups(
        self, kind: FilmKind, allowed: frozenset[str] | None = None
    ) -> list[Group]:
        """Answer the groups that have films of a kind, in the order in which they came."""
        return await self._store.read(
            lambda connection: catalogue.groups(connection, kind, allowed)
        )

    async def page(
        self,
        kind: FilmKind,
        *,
        group_id: int | None = None,
        allowed: frozenset[str] | None = None,
        search: str = "",
        offset: int = 0,
        limit: int = 100,
    ) -> list[Film]:
        """Answer films of a kind by their names, so many after the first `offset` ones.

        `allowed` holds the names of groups, None means all; `search` is a part of the
        name.
        """
        selection = FilmSelection(
            kind=kind, group_id=group_id, groups=allowed, search=search
        )
        return await self._store.read(
            lambda connection: catalogue.page(connection, selection, offset, limit)
        )

    async def parts(
        self, kind: FilmKind, *, group_id: int | None = None, size: int
    ) -> list[tuple[str, str]]:
        """Answer the first and the last name of each page of so many films."""
        selection = FilmSelection(kind=kind, group_id=group_id)
        return await self._store.read(
            lambda connection: catalogue.parts(connection, selection, size)
        )

    async def listed(
        self,
        kind: FilmKind,
        *,
        allowed: frozenset[str] | None = None,
        after: int = 0,
        limit: int = 100,
    ) -> list[Film]:
        """Answer films of a kind by their ids, so many after the one with an id."""
        selection = FilmSelection(kind=kind, groups=allowed)
        return await self._store.read(
            lambda connection: catalogue.listed(connection, selection, after, limit)
        )

    async def film(
        self, film_id: int, *, allowed: frozenset[str] | None = None
    ) -> Film:
        """Answer the film with an id; raise UnknownFilmError."""
        return await self._one(FilmKind.MOVIE, film_id, allowed)

    async def series(
        self, series_id: int, *, allowed: frozenset[str] | None = None
    ) -> Film:
        """Answer the series with an id; raise UnknownFilmError."""
        return await self._one(FilmKind.SERIES, series_id, allowed)

    async def details(self, film: Film) -> Details:
        """Answer all that is known of a film or a series, its episodes among it.

        Its source is asked unless it was within a day. Where it does not answer, what
        was known stays good. The user's own files are looked into, each once.
        """
        if is_own(film):
            return await self._files.details(film)
        details, fetched = await self._known(film)
        if self._is_settled(film, fetched):
            return details
        lock = self._locks.setdefault(film.id, asyncio.Lock())
        async with lock:
            details, fetched = await self._known(film)
            if not self._is_settled(film, fetched) and await self._fetch(film):
                details, _ = await self._known(film)
        return details

    async def playable(
        self, kind: FilmKind, id: int, groups: frozenset[str] | None
    ) -> Playable:
        """Answer a film, or an episode of a series, as what is played.

        Raises UnknownFilmError where there is none, or it is in none of the groups.
        """
        if kind is FilmKind.MOVIE:
            film = await self.film(id, allowed=groups)
            return Playable(
                kind=kind,
                id=id,
                title=film.name,
                extension=film.extension,
                candidate=Candidate(url=film.address, source=film.source),
                group=film.group,
            )
        episode = await self._store.read(
            lambda connection: catalogue.find_episode(connection, id)
        )
        if episode is None:
            raise UnknownFilmError("There is no such episode")
        series = await self.series(episode.series, allowed=groups)
        place = f"S{episode.season:02}E{episode.number:02}"
        return Playable(
            kind=kind,
            id=id,
            title=f"{series.name} {place} {episode.name}",
            extension=episode.extension,
            candidate=Candidate(url=episode.address, source=series.source),
            group=series.group,
        )

    async def withdraw(self, source_id: str, kind: FilmKind) -> None:
        """Offer no films of a kind of a source; they come back with their ids."""

        def work(connection: sqlite3.Connection) -> None:
            gone = connection.execute(
                "UPDATE films SET present = 0"
                " WHERE source = ? AND kind = ? AND present = 1",
                (source_id, kind.value),
            )
            if gone.rowcount:
                catalogue.count_revision(connection, kind)

        await self._store.write(work)
        await self.reload()

    async def remove_source(self, source_id: str) -> None:
        """Delete a source's films and series, and what was known of them."""

        def work(connection: sqlite3.Connection) -> None:
            gone = connection.execute(
                "DELETE FROM films WHERE source = ?", (source_id,)
            )
            catalogue.forget_origins(connection, source_id)
            if gone.rowcount:
                catalogue.count_revision(connection, *FilmKind)

        await self._store.write(work)
        await self.reload()
        self._silent_until.pop(source_id, None)

    async def _one(
        self, kind: FilmKind, film_id: int, allowed: frozenset[str] | None
    ) -> Film:
        film = await self._store.read(
            lambda connection: catalogue.find(connection, kind, film_id)
        )
        if film is None or (allowed is not None and film.group not in allowed):
            raise UnknownFilmError("There is no such film")
        return film

    async def _known(self, film: Film) -> tuple[Details, int]:
        return await self._store.read(lambda connection: known(connection, film))

    def _is_settled(self, film: Film, fetched: int) -> bool:
        """Whether nobody is to be asked now."""
        is_fresh = 0 <= self._now() - fetched < FRESH_SECONDS
        return is_fresh or self._clock() < self._silent_until.get(film.source, 0)

    async def _fetch(self, film: Film) -> bool:
        """Ask a film's source, and keep what it says; answer whether it said anything."""
        try:
            async with self._questions:
                answer = await self._ask(film.source, film.kind, film.key)
            if answer is None:
                return False
            now = int(self._now())
            await self._store.write(
                lambda connection: keep(connection, film, answer, now)
            )
        except TelecastError as err:
            self._silent_until[film.source] = self._clock() + _SILENT_SECONDS
            _LOGGER.debug("Source %s says nothing of a film: %s", film.source, err)
            return False
        return True
