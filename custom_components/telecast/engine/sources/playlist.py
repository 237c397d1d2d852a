"""Where a source's playlist is, and the guides that belong to it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path

from ..fetch import Fetcher
from ..imports.importer import Importer
from ..imports.results import PlaylistResult
from ..settings import SourceSettings
from .opening import Address, Opened, Opener, Validators, lives_here
from .record import Record, document_id

# A document names no more guides than these.
MAX_GUIDES = 32


def guide_addresses(settings: SourceSettings, record: Record) -> dict[str, Address]:
    """Answer the guides by their ids: the user's, else those that the playlist names."""
    if settings.epg_urls:
        addresses = [
            Address(url=url, user_agent=settings.user_agent)
            for url in settings.epg_urls
        ]
    else:
        addresses = [
            Address(
                url=url,
                typed=False,
                local=lives_here(settings.url),
                user_agent=settings.user_agent,
            )
            for url in record.guide_urls[:MAX_GUIDES]
        ]
    return {document_id(settings.id, address.name): address for address in addresses}


async def check_playlist(
    fetcher: Fetcher,
    importer: Importer,
    settings: SourceSettings,
    allowed_folders: Sequence[Path],
) -> PlaylistResult:
    """Read a playlist whole and change nothing; raises the SourceErrors."""
    async with open_playlist(Opener(fetcher, allowed_folders), settings) as opened:
        assert opened  # nothing is known of it that it could be unchanged from
        return await importer.check(settings, opened.chunks)


def open_playlist(
    opener: Opener, settings: SourceSettings, known: Validators | None = None
) -> AbstractAsyncContextManager[Opened | None]:
    """Open a source's playlist; one that has none is all in its settings."""
    if settings.url:
        address = Address(url=settings.url, user_agent=settings.user_agent)
        return opener.open(address, known)
    return nullcontext(Opened(chunks=_nothing(), validators=Validators()))


async def _nothing() -> AsyncIterator[bytes]:
    for chunk in tuple[bytes, ...]():
        yield chunk
