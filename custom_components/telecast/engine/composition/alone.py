"""What each viewer watches alone: films and recordings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ..archive import Archive, Opener, open_archive
from ..films.conversion import FilmConverter
from ..films.showings import Showings, open_showings
from ..pipe import Supply
from .foundation import Foundation
from .knots import Knots
from .means import Means
from .supplies import Supplies


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    """What each viewer watches alone."""

    showings: Showings
    archive: Archive


@asynccontextmanager
async def open_alone(
    base: Foundation,
    supplies: Supplies,
    means: Means,
    knots: Knots,
) -> AsyncIterator[Alone]:
    """Show films and recordings; leaving the block waits until nobody watches any."""
    sources = supplies.sources
    supply = Supply(
        fetcher=base.fetcher,
        placed=sources.placed,
        slots=sources.slots,
        allowed_folders=base.premises.settings.allowed_folders,
        make_room=knots.make_room,
    )
    archive = Archive(
        store=base.store,
        sessions=means.sessions,
        opener=Opener(
            supply=supply,
            open_upstream=base.open_upstream,
            placed=sources.placed,
            slots=sources.slots,
        ),
        zone_name=sources.time_zone,
        zone=knots.time_zone,
        ask_id=lambda channel, start, stop: base.guide.catchup_id(
            channel, start=start, stop=stop
        ),
    )
    async with (
        open_showings(
            supply=supply,
            converter=FilmConverter(programs=base.programs, encoders=means.encoders),
            sessions=means.sessions,
        ) as showings,
        open_archive(archive),
    ):
        yield Alone(showings=showings, archive=archive)
