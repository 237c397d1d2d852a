"""The composition root: every part of the engine, opened and closed in order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
import ssl

from .accounts import Accounts
from .documents import Documents, open_documents
from .events import Event, Events, SourceChanged
from .fetch import Fetcher, open_fetcher
from .guide import Guide, open_guide
from .identity import Identity, read_identity
from .importer import Importer, PlaylistResult
from .lineup import Lineup
from .model import Account, Channel, Client
from .sessions import Sessions
from .settings import PlaylistSettings, Settings
from .sources.playlist import check_playlist
from .sources.registry import Sources, open_sources
from .store import Store, open_store
from .stream_manager import StreamManager
from .tuners import Tuners
from .viewing import HangUp, Viewing


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """The engine in figures; rates in bit/s."""

    sessions: int
    streams: int
    upstream_rate: int
    viewer_rate: int
    channels: int


@dataclass(slots=True, kw_only=True)
class Engine:
    """All that the servers and Home Assistant's glue rely on."""

    settings: Settings
    identity: Identity
    events: Events
    store: Store
    fetcher: Fetcher
    lineup: Lineup
    guide: Guide
    documents: Documents
    importer: Importer
    sources: Sources
    accounts: Accounts
    tuners: Tuners
    sessions: Sessions
    streams: StreamManager
    started: datetime
    time_zone: tzinfo = UTC
    """The zone in which players are told local times."""

    @asynccontextmanager
    async def watch(
        self,
        channel: Channel,
        *,
        client: Client,
        protocol: str,
        account: Account | None = None,
        tuner: int | None = None,
    ) -> AsyncIterator[Viewing]:
        """Count a viewer in, and attach it to the channel's stream.

        `protocol` is `hdhomerun` (takes a tuner, the one with the index `tuner` if
        given), `xtream` or `http`. Raises BusyError where a limit is reached, and
        StreamClosedError while we are stopping; what is wrong with the stream is raised
        by the first block that is asked for.
        """
        hang_up = HangUp()
        with ExitStack() as held:
            if protocol == "hdhomerun":
                held.enter_context(self.tuners.take(channel, client, index=tuner))
            session = held.enter_context(
                self.sessions.open(
                    channel, client, protocol=protocol, account=account, hang_up=hang_up
                )
            )
            async with self.streams.watch(channel) as reader:
                yield Viewing(reader, session, self.sessions, hang_up)

    async def check_playlist(self, settings: PlaylistSettings) -> PlaylistResult:
        """Read a playlist whole and change nothing; raises the SourceErrors."""
        return await check_playlist(
            self.fetcher, self.importer, settings, self.settings.allowed_folders
        )

    def statistics(self) -> Statistics:
        """Answer the figures of now."""
        streams = self.streams.streams.values()
        sessions = self.sessions.active
        return Statistics(
            sessions=len(sessions),
            streams=len(streams),
            upstream_rate=sum(running.stream.meter.rate for running in streams),
            viewer_rate=sum(session.meter.rate for session in sessions),
            channels=self.lineup.count,
        )

    def close_streams(self) -> None:
        """End every stream and every viewer's connection at once, and start no more."""
        self.streams.close()
        for session in self.sessions.active:
            self.sessions.end(session.id, "stopping")

    def end_removed(self, event: Event) -> None:
        """End the streams of a source that was removed."""
        there = {source.id for source in self.sources.all}
        if isinstance(event, SourceChanged) and event.source not in there:
            self.streams.stop_source(event.source)


@asynccontextmanager
async def open_engine(
    *,
    folder: Path,
    cache_folder: Path,
    settings: Settings,
    ssl_context: ssl.SSLContext,
    events: Events | None = None,
) -> AsyncIterator[Engine]:
    """Run the engine; leaving the block ends all that it does, and waits for that.

    `folder` holds what must be kept, `cache_folder` what can be made anew. Raises
    StorageError where neither the database can be opened nor a new one begun.
    """
    events = events or Events()
    await asyncio.to_thread(cache_folder.mkdir, parents=True, exist_ok=True)
    async with (
        open_store(folder / "telecast.db") as store,
        open_guide(store=store, folder=cache_folder / "guides") as guide,
        open_fetcher(ssl_context) as fetcher,
    ):
        lineup = Lineup(store)
        await lineup.reload()
        # Before the task groups: what fails here must not come as a group of errors.
        identity = await read_identity(store)
        importer = Importer(
            store=store, lineup=lineup, guide=guide, folder=cache_folder
        )
        async with (
            open_documents(
                store=store,
                lineup=lineup,
                guide=guide,
                folder=cache_folder / "documents",
            ) as documents,
            open_sources(
                store=store,
                lineup=lineup,
                guide=guide,
                importer=importer,
                fetcher=fetcher,
                emit=events.emit,
                cache_folder=cache_folder,
                allowed_folders=settings.allowed_folders,
            ) as sources,
            asyncio.TaskGroup() as tasks,
        ):
            engine = Engine(
                settings=settings,
                identity=identity,
                events=events,
                store=store,
                fetcher=fetcher,
                lineup=lineup,
                guide=guide,
                documents=documents,
                importer=importer,
                sources=sources,
                accounts=Accounts(),
                tuners=Tuners(settings.tuner_count),
                sessions=Sessions(events.emit),
                streams=StreamManager(
                    tasks=tasks,
                    fetcher=fetcher,
                    candidates=lineup.candidates,
                    slots=sources.slots,
                    grace_period=settings.grace_period,
                    emit=events.emit,
                ),
                started=datetime.now(UTC),
            )
            events.subscribe(engine.end_removed)
            try:
                yield engine
            finally:
                engine.close_streams()
