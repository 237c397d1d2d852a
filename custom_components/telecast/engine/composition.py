"""The composition root: every part of the engine, opened and closed in order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path
import ssl
from typing import Any

from ..formats.xmltv import Programme
from .accounts import Accounts
from .archive import Archive, Opener, open_archive
from .documents.documents import open_documents
from .encoders.encoders import open_encoders
from .engine import Engine
from .events import Events
from .fetch import open_fetcher
from .films.conversion import FilmConverter
from .films.films import Films
from .films.posters import Posters
from .films.probing import Prober, prober_beside
from .films.showings import open_showings
from .guide.guide import open_guide
from .guide.short_guides import open_short_guides
from .hls.hls import make_hls
from .hls.shape import Shape
from .hls.storage import open_storage
from .identity import read_identity
from .imports.importer import Importer
from .limits import objection, open_limits
from .lineup.lineup import Lineup
from .model import Candidate, Channel, FilmKind
from .pipe import Supply
from .processes.orphans import end_orphans
from .processes.process import Programs
from .sessions import open_sessions
from .settings import Settings
from .sources.registry import open_sources
from .store.store import open_store
from .streams.audience import SessionAudience, make_room
from .streams.qualities import Qualities
from .streams.slate import SlateMaker
from .streams.stream_manager import StreamManager
from .sweep import sweep
from .tickets import Tickets
from .transcoding.profiles import ProfileStreams
from .transcoding.transcoder import Transcoder
from .tuners import Tuners
from .upstreams import Upstream, open_upstream
from .virtual.playing import TERM_SECONDS as PLAYING_TERM_SECONDS, Playing
from .virtual.relaying import Relaying


@asynccontextmanager
async def open_engine(
    *,
    folder: Path,
    cache_folder: Path,
    settings: Settings,
    ssl_context: ssl.SSLContext,
    ffmpeg: str = "ffmpeg",
    events: Events | None = None,
) -> AsyncIterator[Engine]:
    """Run the engine; leaving the block ends all that it does, and waits for that.

    `folder` holds what must be kept, `cache_folder` what can be made anew; `ffmpeg` is
    the program of that name. Raises StorageError where neither the database can be
    opened nor a new one begun.
    """

    def upstream_of(channel_id: int) -> str:
        return engine.upstream_of(channel_id)

    async def ask(source: str, kind: FilmKind, key: str) -> dict[str, Any] | None:
        return await sources.film_details(source, kind, key)

    async def listings(channel: Channel) -> list[Programme]:
        return await sources.listings(channel, await lineup.candidates(channel))

    def play(candidate: Candidate) -> AbstractAsyncContextManager[Upstream]:
        return playing.open(candidate)

    def ahead(*kinds: str) -> dict[str, Any]:
        return documents.ahead(*kinds)

    events = events or Events()
    accounts = Accounts()
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
        owner = identity.owner
        prober = Prober(
            programs=Programs(binary=prober_beside(ffmpeg), owner=owner),
            allowed_folders=settings.allowed_folders,
        )
        films = Films(store=store, ask=ask, probe=prober.probe)
        await films.reload()
        await end_orphans(owner)
        programs = Programs(binary=ffmpeg, owner=owner)
        opener = partial(
            open_upstream,
            fetcher,
            programs=programs,
            virtual=play,
        )
        importer = Importer(
            store=store,
            lineup=lineup,
            guide=guide,
            films=films,
            folder=cache_folder,
            ahead=ahead,
            prober=prober_beside(ffmpeg),
        )
        async with (
            open_documents(
                store=store,
                lineup=lineup,
                films=films,
                guide=guide,
                accounts=accounts,
                folder=cache_folder / "documents",
            ) as documents,
            open_sources(
                store=store,
                lineup=lineup,
                guide=guide,
                films=films,
                importer=importer,
                fetcher=fetcher,
                emit=events.emit,
                cache_folder=cache_folder,
                allowed_folders=settings.allowed_folders,
                is_own_tuner=identity.is_device,
            ) as sources,
            open_short_guides(guide=guide, ask=listings),
            open_encoders(
                programs=programs,
                wanted=settings.hardware_acceleration,
                limit=settings.max_encoders,
                emit=events.emit,
            ) as encoders,
            open_storage(owner=owner, spare=cache_folder / "segments") as storage,
            open_sessions(
                folder / "sessions.db",
                emit=events.emit,
                keep_days=settings.session_history_days,
                upstream_of=upstream_of,
                objection=lambda account, channel: objection(
                    accounts, account, channel, datetime.now(UTC)
                ),
            ) as sessions,
            open_limits(accounts=accounts, sessions=sessions),
            open_showings(
                supply=Supply(
                    fetcher=fetcher,
                    placed=sources.placed,
                    slots=sources.slots,
                    allowed_folders=settings.allowed_folders,
                    make_room=lambda candidate: make_room(
                        streams.all, audience, candidate.source
                    ),
                ),
                converter=FilmConverter(programs=programs, encoders=encoders),
                sessions=sessions,
            ) as showings,
            open_archive(
                Archive(
                    store=store,
                    sessions=sessions,
                    opener=Opener(
                        supply=showings.supply,
                        open_upstream=opener,
                        placed=sources.placed,
                        slots=sources.slots,
                    ),
                    zone_name=sources.time_zone,
                    zone=lambda: engine.time_zone,
                    ask_id=lambda channel, start, stop: guide.catchup_id(
                        channel, start=start, stop=stop
                    ),
                )
            ) as archive,
            asyncio.TaskGroup() as tasks,
        ):

            async def candidates(channel: Channel) -> tuple[Candidate, ...]:
                known = await lineup.candidates(channel)
                return tuple(chain.from_iterable(map(sources.placed, known)))

            audience = SessionAudience(sessions)
            streams = StreamManager(
                tasks=tasks,
                open_upstream=opener,
                slates=SlateMaker(programs),
                qualities=Qualities(store),
                audience=audience,
                candidates=candidates,
                slots=sources.slots,
                acestream=sources.engine,
                is_private=sources.is_private,
                grace_period=settings.grace_period,
                emit=events.emit,
            )

            playing = Playing(
                channels=sources.virtual,
                programs=Programs(
                    binary=ffmpeg, owner=owner, term_seconds=PLAYING_TERM_SECONDS
                ),
                encoders=encoders,
                relaying=Relaying(watch=streams.watch, channel=lineup.channel),
                allowed_folders=settings.allowed_folders,
                zone=lambda: engine.time_zone,
                is_watched=streams.is_watched,
            )

            def transcoder(channel: Channel) -> Transcoder:
                return Transcoder(channel=channel, programs=programs, encoders=encoders)

            engine = Engine(
                settings=settings,
                identity=identity,
                events=events,
                store=store,
                fetcher=fetcher,
                lineup=lineup,
                guide=guide,
                films=films,
                documents=documents,
                importer=importer,
                sources=sources,
                virtual=sources.virtual,
                accounts=accounts,
                tuners=Tuners(settings.tuner_count),
                sessions=sessions,
                encoders=encoders,
                streams=streams,
                profiles=ProfileStreams(
                    tasks=tasks,
                    watch=streams.watch,
                    transcoder=transcoder,
                    grace_period=settings.grace_period,
                ),
                hls=make_hls(
                    tasks=tasks,
                    storage=storage,
                    shape=Shape(
                        seconds=settings.segment_duration,
                        list_size=settings.playlist_size,
                    ),
                    sessions=sessions,
                    watch=streams.watch,
                    transcoder=transcoder,
                ),
                showings=showings,
                archive=archive,
                tickets=Tickets(identity.token),
                posters=Posters.of(identity.token),
                started=datetime.now(UTC),
            )
            events.subscribe(engine.end_removed)
            sweeping = tasks.create_task(
                sweep(streams, storage, every=settings.cleanup_interval)
            )
            try:
                yield engine
            finally:
                sweeping.cancel()
                engine.close_streams()
