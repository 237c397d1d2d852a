"""What fills the line-up, the guide and the documents, and keeps them so."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ...formats.xmltv import Programme
from ..documents.documents import Documents, open_documents
from ..films.probing import prober_beside
from ..guide.short_guides import open_short_guides
from ..imports.importer import Importer
from ..model import Channel
from ..sources.registry import Sources, open_sources
from .foundation import Foundation
from .knots import Knots


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplies:
    """What brings in what there is to watch, and what is told of it."""

    documents: Documents
    importer: Importer
    sources: Sources


@asynccontextmanager
async def open_supplies(base: Foundation, knots: Knots) -> AsyncIterator[Supplies]:
    """Run the sources, and render documents of what they bring."""
    async with open_documents(
        store=base.store,
        lineup=base.lineup,
        films=base.films,
        guide=base.guide,
        accounts=base.accounts,
        folder=base.premises.cache_folder / "documents",
    ) as documents:
        importer = Importer(
            store=base.store,
            lineup=base.lineup,
            guide=base.guide,
            films=base.films,
            folder=base.premises.cache_folder,
            ahead=documents.ahead,
            prober=prober_beside(base.premises.ffmpeg),
        )
        async with open_sources(
            store=base.store,
            lineup=base.lineup,
            guide=base.guide,
            films=base.films,
            importer=importer,
            fetcher=base.fetcher,
            emit=base.premises.events.emit,
            cache_folder=base.premises.cache_folder,
            allowed_folders=base.premises.settings.allowed_folders,
            is_own_tuner=base.identity.is_device,
        ) as sources:

            async def listings(channel: Channel) -> list[Programme]:
                candidates = await base.lineup.candidates(channel)
                return await sources.listings(channel, candidates)

            knots.sources = sources
            async with open_short_guides(guide=base.guide, ask=listings):
                yield Supplies(documents=documents, importer=importer, sources=sources)
