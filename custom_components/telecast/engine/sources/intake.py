"""Takes documents in, and what lies on disk: one after the other, each whole or not at all."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from ..errors import EmptyPlaylistError
from ..imports.importer import Importer
from ..imports.results import LibraryResult, MediaResult
from ..model import FilmKind
from ..settings import (
    LibrarySettings,
    ProviderSettings,
    SourceSettings,
    VirtualSettings,
)
from .files import open_spool
from .opening import Address, Opener, Validators
from .playlist import open_playlist
from .record import Record, document_id


class Intake:
    """Takes documents in: downloads side by side, ingestion one after the other.

    Every document is kept in a file first, so that a slow sender holds up nobody else,
    and none of its connections stays open while what came is worked on.
    """

    def __init__(
        self,
        *,
        opener: Opener,
        importer: Importer,
        folder: Path,
        now: Callable[[], datetime],
    ) -> None:
        """Keep documents in `folder` for as long as they are worked on."""
        self._opener = opener
        self._importer = importer
        self._folder = folder
        self._now = now
        # Machines are small: a second child at work would cost viewers their picture.
        self._turn = asyncio.Semaphore(1)

    async def playlist(
        self,
        settings: SourceSettings,
        record: Record,
        on_progress: Callable[[int], None],
    ) -> tuple[Record, bool]:
        """Bring the line-up to what the playlist says now; tell whether it was read.

        Raises the SourceErrors, and then nothing has changed.
        """
        known = document_id(settings.id, settings.document)
        async with open_spool(self._folder) as spool:
            opening = open_playlist(self._opener, settings, record.documents.get(known))
            async with opening as opened:
                if not opened:
                    return replace(record, read_at=self._now()), False
                await spool.fill(opened.chunks)
            async with self._turn:
                result = await self._importer.playlist(
                    settings,
                    spool.chunks(),
                    on_progress=on_progress,
                    # Another address is another playlist, of whatever size.
                    allow_shrink=record.playlist not in {"", known},
                )
        read = replace(
            record,
            playlist=known,
            read_at=self._now(),
            channels=result.channels,
            skipped=dict(result.skipped),
            guide_urls=tuple(result.guide_urls),
        )
        return read.having(known, opened.validators), True

    async def channels(
        self,
        settings: ProviderSettings,
        opening: AbstractAsyncContextManager[AsyncIterator[bytes]],
        record: Record,
        *,
        categories: Mapping[str, str],
        on_progress: Callable[[int], None],
    ) -> Record:
        """Bring the line-up to what a provider's list says, which `opening` opens.

        Raises the SourceErrors, and then nothing has changed.
        """
        known = document_id(settings.id, settings.document)
        has_films = settings.vod or settings.series
        async with self.spooled(opening) as chunks:
            result = await self._importer.channels(
                settings.id,
                chunks,
                categories=categories,
                chosen=settings.categories,
                # Some providers have films and nothing else.
                may_be_empty=not settings.live or (has_films and not record.channels),
                on_progress=on_progress,
                # What else is wanted, or from another one, may be of any size.
                allow_shrink=record.playlist not in {"", known},
            )
        facts = {"channels": result.channels, "skipped": dict(result.skipped)}
        return self._having(record, known, guide_urls=(), **facts)

    async def films(
        self,
        settings: ProviderSettings,
        kind: FilmKind,
        opening: AbstractAsyncContextManager[AsyncIterator[bytes]],
        *,
        categories: Mapping[str, str],
        chosen: Collection[str] | None,
        on_progress: Callable[[int], None],
    ) -> None:
        """Bring a provider's films, or series, to what its list says.

        `opening` opens that; `categories` are the names by the provider's ids, `chosen`
        the names of those that are wanted, None means all. Raises the SourceErrors, and
        then nothing has changed: EmptyPlaylistError where none of these is there.
        """
        # What else is wanted, or from another one, may be of any size.
        origin = "\n".join((settings.url, settings.username, *(chosen or ())))
        wanted = None
        if chosen is not None:
            wanted = [key for key, name in categories.items() if name in chosen]
            if not wanted:
                raise EmptyPlaylistError("None of the chosen categories is there")
        async with self.spooled(opening) as chunks:
            await self._importer.films(
                settings.id,
                kind,
                chunks,
                categories=categories,
                chosen=wanted,
                origin=document_id(settings.id, origin),
                on_progress=on_progress,
            )

    async def library(
        self,
        settings: LibrarySettings,
        record: Record,
        on_progress: Callable[[int], None],
        *,
        allowed_folders: Sequence[Path],
        allow_shrink: bool,
    ) -> tuple[Record, LibraryResult]:
        """Bring a library's films and series to what lies in its folders.

        Raises the SourceErrors, and then nothing has changed.
        """
        known = document_id(settings.id, settings.document)
        async with self._turn:
            result = await self._importer.library(
                settings,
                allowed_folders=allowed_folders,
                origin=known,
                on_progress=on_progress,
                allow_shrink=allow_shrink,
            )
        facts = {"films": result.films, "series": result.series}
        skipped = dict(result.skipped)
        return self._having(record, known, skipped=skipped, **facts), result

    async def media(
        self,
        settings: VirtualSettings,
        record: Record,
        on_progress: Callable[[int], None],
        *,
        files: Sequence[str],
        allowed_folders: Sequence[Path],
        seconds: float,
    ) -> tuple[Record, MediaResult]:
        """Bring a virtual channel's media to what lies in its folders and in `files`.

        What has changed is looked into for so many seconds; the rest is left for the next
        time. Raises the SourceErrors.
        """
        known = document_id(settings.id, settings.document)
        async with self._turn:
            result = await self._importer.media(
                settings,
                files=files,
                allowed_folders=allowed_folders,
                seconds=seconds,
                on_progress=on_progress,
            )
        facts = {"channels": result.channels, "skipped": dict(result.skipped)}
        return self._having(record, known, **facts), result

    async def no_films(self, settings: ProviderSettings, kind: FilmKind) -> None:
        """Offer no films of a kind of a provider, of which none are wanted."""
        await self._importer.withdraw_films(settings.id, kind)

    @asynccontextmanager
    async def spooled(
        self, opening: AbstractAsyncContextManager[AsyncIterator[bytes]]
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """Answer the chunks of a document that has come whole, in one's turn to work.

        Raises what `opening` does, IngestionError and TooLargeError.
        """
        async with open_spool(self._folder) as spool:
            async with opening as chunks:
                await spool.fill(chunks)
            async with self._turn:
                yield spool.chunks()

    async def guide(
        self,
        settings: SourceSettings,
        address: Address,
        record: Record,
        on_progress: Callable[[int], None],
    ) -> Record:
        """Bring a guide to what its document says now.

        Raises the SourceErrors, and then nothing has changed.
        """
        known = document_id(settings.id, address.name)
        async with open_spool(self._folder) as spool:
            opening = self._opener.open(address, record.documents.get(known))
            async with opening as opened:
                if not opened:
                    return record
                await spool.fill(opened.chunks)
            async with self._turn:
                await self._importer.guide(
                    known, settings.id, spool.chunks(), on_progress=on_progress
                )
        return record.having(known, opened.validators)

    async def own_guide(
        self, document: str, source_id: str, chunks: AsyncIterator[bytes]
    ) -> None:
        """Bring a guide that we write ourselves to what `chunks` say; raises as `guide`.

        Not in turn: it is small, and who made an edit wants to see it.
        """
        await self._importer.guide(document, source_id, chunks, own=True)

    def _having(self, record: Record, known: str, **facts: Any) -> Record:
        """Answer the record of a document that was read just now, whatever was known."""
        read = replace(record, playlist=known, read_at=self._now(), **facts)
        return read.having(known, Validators())
