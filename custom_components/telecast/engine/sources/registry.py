"""The sources: added, altered and removed while the others go on."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ...formats.xmltv import Programme
from ..errors import IngestionError, UnknownSourceError
from ..events import Event, SourceChanged
from ..fetch import Fetcher
from ..films.films import Films
from ..guide.guide import Guide
from ..imports.importer import Importer
from ..lineup.lineup import Lineup
from ..model import Candidate, Channel, FilmKind, SourceStatus
from ..schemes import ACESTREAM, XTREAM, scheme_of
from ..settings import SourceSettings, VirtualSettings
from ..store.store import Store
from ..streams.slots import Slots
from ..upstreams import AceStreamEngine
from ..virtual.channels import VirtualChannels
from .acestream import AceStreamSource
from .household import Household
from .intake import Intake
from .kinds import make_source
from .opening import Opener
from .provider import ProviderSource
from .record import Records
from .source import Source


class Sources:
    """All sources, each refreshed by a task of its own."""

    def __init__(self, *, tasks: asyncio.TaskGroup, household: Household) -> None:
        self.virtual = household.virtual
        self._tasks = tasks
        self._household = household
        self._sources: dict[str, Source] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._altering = asyncio.Lock()

    @property
    def all(self) -> list[SourceStatus]:
        """The status of every source, in the order in which they were added."""
        return [source.status for source in self._sources.values()]

    def status(self, source_id: str) -> SourceStatus:
        """Answer what is known of a source; raise UnknownSourceError."""
        return self._source(source_id).status

    def slots(self, candidate: Candidate) -> Slots:
        """Answer the slots of which an upstream of a candidate takes one.

        They are its source's, or those of the login that it is watched with. Raises
        UnknownSourceError.
        """
        return self._source(candidate.source).slots_of(candidate)

    def time_zone(self, source_id: str) -> str:
        """Answer the IANA name of the zone of a provider's times; empty if unknown."""
        source = self._sources.get(source_id)
        return source.time_zone if isinstance(source, ProviderSource) else ""

    def engine(self, source_id: str) -> AceStreamEngine | None:
        """Answer the AceStream engine of a source; None for any other kind of source."""
        source = self._sources.get(source_id)
        return source.engine if isinstance(source, AceStreamSource) else None

    def is_private(self, source_id: str) -> bool:
        """Tell whether each viewer of a source's channels has a stream of its own."""
        source = self._sources.get(source_id)
        return isinstance(source, AceStreamSource) and not source.share

    def burst(self, source_id: str) -> float:
        """Answer how many seconds a viewer gets at once; see `Source.burst`."""
        source = self._sources.get(source_id)
        return source.burst if source else Source.burst

    def placed(self, candidate: Candidate) -> tuple[Candidate, ...]:
        """Answer what a candidate stands for, with the sources whose upstreams it will be.

        An AceStream id that a playlist names is played by the first engine there is, and
        a provider's address leads to each of its hosts with each of its logins.
        """
        scheme = scheme_of(candidate.url)
        if scheme in XTREAM:
            source = self._sources.get(candidate.source)
            return source.places(candidate) if source else ()
        if scheme not in ACESTREAM or self.engine(candidate.source):
            return (candidate,)
        engines = (one for one in self._sources if self.engine(one))
        return (replace(candidate, source=next(engines, candidate.source)),)

    async def film_details(
        self, source_id: str, kind: FilmKind, key: str
    ) -> dict[str, Any] | None:
        """Ask a source what it knows of a film, by its own id; see `Source.film_details`."""
        source = self._sources.get(source_id)
        return await source.film_details(kind, key) if source else None

    async def listings(
        self, channel: Channel, candidates: Iterable[Candidate]
    ) -> list[Programme]:
        """Ask a channel's source what is on it; see `Source.listings`."""
        source = self._sources.get(channel.source)
        return await source.listings(channel, candidates) if source else []

    async def refresh(self, source_id: str) -> None:
        """Refresh a source now, or join what is under way, and wait for its end.

        Raises UnknownSourceError, and what keeps the playlist out. A guide that does
        not come in raises nothing; the status says so.
        """
        await self._source(source_id).refresh()

    async def add(self, settings: SourceSettings) -> None:
        """Begin to keep a source up to date; what it had brought before is there at once."""
        async with self._altering:
            record = await self._household.recall(settings.id)
            if isinstance(settings, VirtualSettings):
                await self.virtual.begin(settings)
            source = make_source(settings, record, self._household)
            await self._household.arrange_guides(settings.id, source.guides)
            self._sources[settings.id] = source
            self._start(source)
        self._household.emit(SourceChanged(source=settings.id))

    async def update(self, settings: SourceSettings) -> None:
        """Go on with other settings; refresh at once where they name other documents.

        Raises UnknownSourceError.
        """
        async with self._altering:
            source = self._source(settings.id)
            if _documents(source.settings) == _documents(settings):
                source.alter(settings)
                await self._household.arrange_guides(settings.id, source.guides)
            else:
                await self._stop(source)
                source.renew(settings)
                self._start(source)

    async def remove(self, source_id: str) -> None:
        """End a source and delete all that it brought; raise UnknownSourceError."""
        async with self._altering:
            source = self._source(source_id)
            del self._sources[source_id]
            await self._stop(source)
            source.close(UnknownSourceError("The source was removed"))
            await self._household.forget(source_id)
        self._household.emit(SourceChanged(source=source_id))

    async def keep_only(self, source_ids: Collection[str]) -> None:
        """Delete what sources brought that have been removed while we were away."""
        async with self._altering:
            known = await self._household.known()
            for source_id in known - set(source_ids):
                await self._household.forget(source_id)

    def lineup_came_in(self) -> None:
        """Tell that the channels may be others now; say nothing where they are not."""
        self._household.lineup_came_in()

    def close(self) -> None:
        """End all refreshes; whoever waits for one is told so."""
        self.virtual.close()
        for source_id, task in self._running.items():
            task.cancel()
            if source := self._sources.get(source_id):
                source.close(IngestionError("Telecast is stopping"))

    def _source(self, source_id: str) -> Source:
        if (source := self._sources.get(source_id)) is None:
            raise UnknownSourceError("There is no such source")
        return source

    def _start(self, source: Source) -> None:
        source_id = source.settings.id
        self._running[source_id] = self._tasks.create_task(
            source.run(), name=f"source {source_id}"
        )

    async def _stop(self, source: Source) -> None:
        task = self._running.pop(source.settings.id)
        task.cancel()
        await asyncio.wait({task})


@asynccontextmanager
async def open_sources(
    *,
    store: Store,
    lineup: Lineup,
    guide: Guide,
    films: Films,
    importer: Importer,
    fetcher: Fetcher,
    emit: Callable[[Event], None],
    cache_folder: Path,
    allowed_folders: Sequence[Path],
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    is_own_tuner: Callable[[str], bool] = lambda _: False,
) -> AsyncIterator[Sources]:
    """Run the sources; leaving the block ends their refreshes and waits for that.

    `now` tells the time of day, in UTC; `is_own_tuner` whether a device id is that of our
    own tuner.
    """

    async def refresh(source_id: str) -> None:
        await sources.refresh(source_id)

    async with asyncio.TaskGroup() as tasks:
        virtual = VirtualChannels(
            store=store,
            lineup=lineup,
            guide=guide,
            tasks=tasks,
            refresh=refresh,
            emit=emit,
            clock=lambda: round(now().timestamp() * 1000),
            allowed_folders=allowed_folders,
        )
        household = Household(
            intake=Intake(
                opener=Opener(fetcher, allowed_folders),
                importer=importer,
                folder=cache_folder,
                now=now,
            ),
            records=Records(store),
            lineup=lineup,
            guide=guide,
            films=films,
            virtual=virtual,
            fetcher=fetcher,
            emit=emit,
            now=now,
            is_own_tuner=is_own_tuner,
            allowed_folders=tuple(allowed_folders),
        )
        sources = Sources(tasks=tasks, household=household)
        try:
            yield sources
        finally:
            sources.close()


def _documents(settings: SourceSettings) -> tuple[object, ...]:
    return settings.document, settings.epg_urls, settings.user_agent
