"""The engine: all its parts, and what servers and glue ask of them together."""

from collections.abc import AsyncIterator, Iterable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from ..formats import hls as hls_format
from ..formats.ffmpeg import Profile
from .accounts import Accounts
from .archive import Archive
from .documents.documents import Documents
from .encoders.encoders import Encoders
from .events import Event, Events, SourceChanged
from .facts import stream_facts, swarm_facts
from .fetch import Fetcher
from .films.films import Films
from .films.posters import Posters
from .films.showings import Showings
from .guide.guide import Guide
from .hls.hls import Hls
from .identity import Identity
from .imports.importer import Importer
from .imports.results import PlaylistResult
from .lineup.lineup import Lineup
from .model import Account, Channel, Client, Playable
from .sessions import GAVE_WAY, Session, Sessions
from .settings import (
    LibrarySettings,
    ProviderSettings,
    Settings,
    SourceSettings,
    VirtualSettings,
)
from .sources.panel import Offer, check_provider
from .sources.playlist import check_playlist
from .sources.registry import Sources
from .sources.tuner_device import TunerDevice, TunerLineup
from .sources.tuner_search import FoundTuner, Place, find_tuners
from .store.store import Store
from .streams.audience import watches
from .streams.stream_manager import StreamManager
from .streams.viewing import HangUp, Viewing
from .tickets import Tickets, film_name
from .transcoding.profiles import ProfileStreams
from .tuners import Tuners
from .upstreams import check_engine
from .virtual.channels import VirtualChannels


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """The engine in figures; rates in bit/s."""

    sessions: int
    streams: int
    upstream_rate: int
    viewer_rate: int
    channels: int
    encoders: int
    """How many FFmpegs run on streams."""


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
    films: Films
    documents: Documents
    importer: Importer
    sources: Sources
    virtual: VirtualChannels
    accounts: Accounts
    tuners: Tuners
    sessions: Sessions
    encoders: Encoders
    streams: StreamManager
    profiles: ProfileStreams
    hls: Hls
    showings: Showings
    archive: Archive
    tickets: Tickets
    posters: Posters
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
        profile: Profile | None = None,
    ) -> AsyncIterator[Viewing]:
        """Count a viewer in, and attach it to the channel's stream.

        `protocol` is `hdhomerun` (takes a tuner, the one with the index `tuner` if
        given), `xtream` or `http`; `profile` is how to transcode the stream, None passes
        it through. Where a limit is reached, a viewer who is idle gives way; where none
        is, BusyError is raised. Raises StreamClosedError while we are stopping; what is
        wrong with the stream is raised by the first block that is asked for.
        """
        hang_up = HangUp()
        session: Session | None = None
        with ExitStack() as held:
            if protocol == "hdhomerun":
                held.enter_context(
                    self.tuners.take(
                        channel,
                        client,
                        index=tuner,
                        needed=lambda: not (session and self.sessions.is_idle(session)),
                        give_way=lambda: (
                            session and self.sessions.end(session.id, GAVE_WAY)
                        ),
                    )
                )
            session = held.enter_context(
                self.sessions.open(
                    channel,
                    client,
                    protocol=protocol,
                    account=account,
                    hang_up=hang_up,
                    metadata={"profile": profile.name} if profile else None,
                )
            )
            stream = (
                self.profiles.watch(channel, profile)
                if profile
                else self.streams.watch(
                    channel, pid=session.pid, back=self.sources.burst(channel.source)
                )
            )
            async with stream as reader:
                yield Viewing(reader, session, self.sessions, hang_up)

    async def check_playlist(self, settings: SourceSettings) -> PlaylistResult:
        """Read a playlist whole and change nothing; raises the SourceErrors."""
        return await check_playlist(
            self.fetcher, self.importer, settings, self.settings.allowed_folders
        )

    async def check_acestream(self, url: str) -> str:
        """Answer the version of an AceStream engine; raises EngineNotFoundError."""
        return await check_engine(self.fetcher, url)

    async def holds_media(self, settings: LibrarySettings | VirtualSettings) -> bool:
        """Tell whether there is anything that may be played; raises the SourceErrors."""
        return await self.importer.holds_media(
            settings, allowed_folders=self.settings.allowed_folders
        )

    async def check_tuner(self, host: str) -> TunerLineup:
        """Read the line-up of an HDHomeRun tuner; raises as TunerDevice.read does."""
        device = TunerDevice(
            fetcher=self.fetcher, host=host, is_own=self.identity.is_device
        )
        return await device.read()

    async def check_provider(self, settings: ProviderSettings) -> Offer:
        """Log in at a provider, and answer what it offers; raises as check_provider."""
        return await check_provider(self.fetcher, settings)

    async def find_tuners(self, places: Iterable[Place]) -> list[FoundTuner]:
        """Answer the HDHomeRun tuners that answer at places of the network, not our own."""
        return await find_tuners(places, is_own=self.identity.is_device)

    def statistics(self) -> Statistics:
        """Answer the figures of now."""
        streams = self.streams.all
        sessions = self.sessions.active
        return Statistics(
            sessions=len(sessions),
            streams=len(streams),
            upstream_rate=sum(running.stream.meter.rate for running in streams)
            + self.showings.upstream_rate
            + self.archive.upstream_rate,
            viewer_rate=sum(session.meter.rate for session in sessions),
            channels=self.lineup.count,
            encoders=len(self.encoders.facts()),
        )

    def session_facts(self) -> list[dict[str, Any]]:
        """Answer each session as others see it; with the peers of what it watches."""
        swarms = [running for running in self.streams.all if running.swarm]
        return [
            session.as_dict()
            | next((swarm_facts(one) for one in swarms if watches(session, one)), {})
            for session in self.sessions.active
        ]

    def stream_facts(self) -> list[dict[str, Any]]:
        """Answer what is known of each running stream, for people to see."""
        packagers, sessions = self.hls.packagers.all, self.sessions.active
        return [
            stream_facts(
                running,
                viewers=sum(watches(one, running) for one in sessions),
                packager=packagers.get(running.channel.id),
                ffmpegs=[
                    one
                    for one in self.encoders.runs
                    if one.number == running.channel.number
                ],
            )
            for running in self.streams.all
        ]

    def upstream_of(self, channel_id: int) -> str:
        """Answer the name of the source that delivers a channel; empty for none."""
        sources = {
            one.source for one in self.streams.all if one.channel.id == channel_id
        } | {self.showings.source_of(channel_id), self.archive.source_of(channel_id)}
        return next((one.name for one in self.sources.all if one.id in sources), "")

    def hls_path(self, channel: Channel) -> str:
        """Answer where a player without a login finds a channel as HLS."""
        ticket = self.tickets.issue(channel.id)
        return f"/telecast/hls/{ticket}/{channel.id}/{hls_format.MASTER}"

    def film_path(self, film: Playable) -> str:
        """Answer where a player without a login finds a film."""
        ticket = self.tickets.issue(film_name(film.kind, film.id))
        return f"/telecast/film/{ticket}/{film.kind}/{film.id}.{film.extension}"

    def stop_stream(self, channel_id: int) -> bool:
        """End a channel's stream for all who watch it; answer whether there was one."""
        self.profiles.stop(channel_id)
        return self.streams.stop(channel_id)

    def close_streams(self) -> None:
        """End every stream and every viewer's connection at once, and start no more."""
        self.hls.viewers.close()
        self.profiles.close()
        self.streams.close()
        self.showings.close()
        self.archive.close()
        for session in self.sessions.active:
            self.sessions.end(session.id, "stopping")

    def end_removed(self, event: Event) -> None:
        """End the streams of a source that was removed."""
        there = {source.id for source in self.sources.all}
        if isinstance(event, SourceChanged) and event.source not in there:
            self.streams.stop_source(event.source)
            self.showings.stop_source(event.source)
            self.archive.stop_source(event.source)
