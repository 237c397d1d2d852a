"""Puts the engine together, part by part, each made of those before it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
import ssl

from ..engine import Engine
from ..events import Events
from ..films.posters import Posters
from ..settings import Settings
from ..tickets import Tickets
from ..tuners import Tuners
from .alone import Alone, open_alone
from .foundation import Foundation, Premises, open_foundation
from .knots import Knots
from .means import Means, open_means
from .shared import Shared, open_shared
from .supplies import Supplies, open_supplies


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
    premises = Premises(
        folder=folder,
        cache_folder=cache_folder,
        settings=settings,
        ssl_context=ssl_context,
        ffmpeg=ffmpeg,
        events=events or Events(),
    )
    knots = Knots()
    async with (
        open_foundation(premises, knots) as base,
        open_supplies(base, knots) as supplies,
        open_means(base, knots) as means,
        open_alone(base, supplies, means, knots) as alone,
        open_shared(base, supplies, means, knots) as shared,
    ):
        knots.engine = engine = _engine(base, supplies, means, alone, shared)
        base.premises.events.subscribe(engine.end_removed)
        try:
            yield engine
        finally:
            engine.close_streams()


def _engine(
    base: Foundation, supplies: Supplies, means: Means, alone: Alone, shared: Shared
) -> Engine:
    return Engine(
        settings=base.premises.settings,
        identity=base.identity,
        events=base.premises.events,
        store=base.store,
        fetcher=base.fetcher,
        lineup=base.lineup,
        guide=base.guide,
        films=base.films,
        documents=supplies.documents,
        importer=supplies.importer,
        sources=supplies.sources,
        virtual=supplies.sources.virtual,
        accounts=base.accounts,
        tuners=Tuners(base.premises.settings.tuner_count),
        sessions=means.sessions,
        encoders=means.encoders,
        streams=shared.streams,
        profiles=shared.profiles,
        hls=shared.hls,
        showings=alone.showings,
        archive=alone.archive,
        tickets=Tickets(base.identity.token),
        posters=Posters.of(base.identity.token),
        started=datetime.now(UTC),
    )
