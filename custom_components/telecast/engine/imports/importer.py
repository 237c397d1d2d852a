"""Documents on their way into the line-up and the guide, through the child process."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from importlib.util import find_spec
import logging
from pathlib import Path
from typing import Any

from ..errors import SourceError
from ..films.films import Films
from ..guide.guide import Guide
from ..lineup.lineup import Lineup
from ..model import FilmKind
from ..settings import LibrarySettings, SourceSettings, VirtualSettings
from ..store.store import Store
from . import jobs
from .child import Job, run_job
from .results import (
    FilmsResult,
    GuideResult,
    LibraryResult,
    MediaResult,
    PlaylistResult,
)

_LOGGER = logging.getLogger(__name__)

_RAPIDFUZZ = find_spec("rapidfuzz")
# The child sees no packages but those that it is shown.
PACKAGES = (
    str(Path(_RAPIDFUZZ.origin).parents[1]) if _RAPIDFUZZ and _RAPIDFUZZ.origin else ""
)

# What lists the channels, and what lists films.
_OF_CHANNELS = ("live_streams", "playlist", "lineup")
_OF_FILMS = {FilmKind.MOVIE: "vod_streams", FilmKind.SERIES: "series"}

type Ahead = Callable[..., dict[str, Any]]


def _nothing_ahead(*_kinds: str) -> dict[str, Any]:
    return {}


class Importer:
    """Takes documents in, each whole or not at all."""

    def __init__(
        self,
        *,
        store: Store,
        lineup: Lineup,
        guide: Guide,
        films: Films,
        folder: Path,
        ahead: Ahead = _nothing_ahead,
        prober: str = "ffprobe",
    ) -> None:
        """Use `folder` for what is needed while a document is read.

        `ahead` answers what documents of some kinds are to be rendered with an import
        (Documents.ahead); `prober` is FFmpeg's program of that name.
        """
        self._store = store
        self._lineup = lineup
        self._guide = guide
        self._films = films
        self._folder = folder
        self._ahead = ahead
        self._prober = prober

    async def playlist(
        self,
        source: SourceSettings,
        chunks: AsyncIterator[bytes],
        *,
        on_progress: Callable[[int], None] = lambda _: None,
        allow_shrink: bool = False,
    ) -> PlaylistResult:
        """Bring the line-up to what a playlist says; `chunks` are as they were sent.

        Raises NotAPlaylistError, EmptyPlaylistError, PlaylistShrunkError (unless that is
        allowed), TooLargeError and IngestionError, and what `chunks` raises.
        """
        job = self._job("playlist", jobs.playlist_source(source)) | {
            "database": str(self._store.path),
            "allow_shrink": allow_shrink,
            "render": self._rendering(*_OF_CHANNELS),
        }
        return await self._bring_channels(job, chunks, on_progress)

    async def channels(
        self,
        source_id: str,
        chunks: AsyncIterator[bytes],
        *,
        categories: Mapping[str, str],
        chosen: Collection[str] | None = None,
        may_be_empty: bool = False,
        on_progress: Callable[[int], None] = lambda _: None,
        allow_shrink: bool = False,
    ) -> PlaylistResult:
        """Bring the line-up to what a provider's `get_live_streams` says.

        `categories` are the names by the provider's ids; `chosen` the names of those that
        are wanted, None means all. Raises as `playlist` does, EmptyPlaylistError unless
        that may be.
        """
        job = self._job("channels", source_id) | {
            "database": str(self._store.path),
            "categories": dict(categories),
            "chosen": None if chosen is None else sorted(chosen),
            "may_be_empty": may_be_empty,
            "allow_shrink": allow_shrink,
            "render": self._rendering(*_OF_CHANNELS),
        }
        return await self._bring_channels(job, chunks, on_progress)

    async def check(
        self, source: SourceSettings, chunks: AsyncIterator[bytes]
    ) -> PlaylistResult:
        """Read a playlist and keep nothing of it; raises as `playlist` does."""
        job = self._job("check", jobs.playlist_source(source))
        return jobs.playlist_result(await run_job(job, chunks))

    async def guide(
        self,
        feed_id: str,
        source_id: str,
        chunks: AsyncIterator[bytes],
        *,
        on_progress: Callable[[int], None] = lambda _: None,
        own: bool = False,
    ) -> GuideResult:
        """Put a guide document in the place of the feed's last one.

        Only in one of our `own`, icons may be pictures of the user's (films/posters.py).

        Raises NotAGuideError, TooLargeError and IngestionError, and what `chunks` raises.
        """
        job = self._job("guide", source_id) | {
            "target": str(self._guide.file(feed_id)),
            "own": own,
        }
        result = await run_job(job, chunks, on_progress)
        await self._guide.reload()
        await self.match(feed_id=feed_id)
        return GuideResult(
            programmes=result["programmes"],
            channels=result["channels"],
            damage=result["damage"],
        )

    async def match(
        self, *, feed_id: str | None = None, channel_id: int | None = None
    ) -> None:
        """Find what guides call much like the line-up does: all, or of one of either.

        That goes by itself with every document. Where it fails, what was found before
        stays; the log says so.
        """
        if not self._guide.has_feeds or not self._lineup.count:
            return
        job = self._job("match", "") | {
            "database": str(self._store.path),
            "guides": str(self._guide.folder),
            "packages": PACKAGES,
            "feed": feed_id,
            "channel": channel_id,
        }
        try:
            result = await run_job(job)
        except SourceError as err:
            _LOGGER.warning("Similar names in guides could not be looked for: %s", err)
            return
        if result["changed"]:
            await self._guide.reload()

    async def films(
        self,
        source_id: str,
        kind: FilmKind,
        chunks: AsyncIterator[bytes],
        *,
        categories: Mapping[str, str],
        chosen: Collection[str] | None = None,
        origin: str = "",
        on_progress: Callable[[int], None] = lambda _: None,
        allow_shrink: bool = False,
    ) -> FilmsResult:
        """Bring a source's films, or series, to what `get_vod_streams` or `get_series` say.

        `categories` are the names by the provider's ids, in its order; `chosen` the ids
        of those that are wanted, None means all. `origin` tells the list from those of
        other providers: only one of the same origin can shrink.

        Raises NotAPlaylistError, PlaylistShrunkError (unless that is allowed),
        TooLargeError and IngestionError, and what `chunks` raises.
        """
        job = self._job("films", source_id) | {
            "database": str(self._store.path),
            "kind": kind.value,
            "categories": dict(categories),
            "chosen": None if chosen is None else sorted(chosen),
            "origin": origin,
            "allow_shrink": allow_shrink,
            "render": self._rendering(_OF_FILMS[kind]),
        }
        result = await run_job(job, chunks, on_progress)
        await self._films.reload()
        return FilmsResult(films=result["films"], skipped=result["skipped"])

    async def withdraw_films(self, source_id: str, kind: FilmKind) -> None:
        """Offer no films of a kind of a source any more; see Films.withdraw."""
        await self._films.withdraw(source_id, kind)

    async def library(
        self,
        settings: LibrarySettings,
        *,
        allowed_folders: Sequence[Path],
        origin: str,
        on_progress: Callable[[int], None] = lambda _: None,
        allow_shrink: bool = False,
    ) -> LibraryResult:
        """Bring a source's films and series to what lies in its folders.

        `origin` tells its folders from others: only the same ones can shrink.

        Raises PathNotAllowedError, PlaylistShrunkError (unless that is allowed),
        TooLargeError and IngestionError.
        """
        job = self._job("library", settings.id) | {
            **jobs.folders(settings, allowed_folders),
            "database": str(self._store.path),
            "origin": origin,
            "allow_shrink": allow_shrink,
            "render": self._rendering(*_OF_FILMS.values()),
        }
        result = await run_job(job, on_progress=on_progress)
        await self._films.reload()
        return jobs.library_result(result)

    async def media(
        self,
        settings: VirtualSettings,
        *,
        files: Sequence[str],
        allowed_folders: Sequence[Path],
        seconds: float,
        on_progress: Callable[[int], None] = lambda _: None,
    ) -> MediaResult:
        """Bring a virtual channel's media to what lies in its folders and in `files`.

        `files` are listed in place of the settings' own. What has changed is looked into
        for so many seconds; the rest is for the next time. Once there is anything to
        play, the channel is in the line-up, and stays there. Progress counts files as
        they are listed, and then as they are looked into.

        Raises PathNotAllowedError, TooLargeError, IngestionError, and ProberMissingError
        once all is listed.
        """
        job = self._job("media", settings.id) | {
            **jobs.folders(settings, allowed_folders),
            "files": list(files),
            "prober": self._prober,
            "seconds": seconds,
            "database": str(self._store.path),
            "render": self._rendering(*_OF_CHANNELS),
        }
        result = await run_job(job, on_progress=on_progress)
        # Its guide goes by its id: no other guide is looked through for its name.
        await self._lineup.reload()
        return jobs.media_result(result)

    async def holds_media(
        self,
        settings: LibrarySettings | VirtualSettings,
        *,
        allowed_folders: Sequence[Path],
    ) -> bool:
        """Tell whether a source's folders hold any film, or any of its files is there.

        Raises PathNotAllowedError, TooLargeError and IngestionError.
        """
        job = self._job("look", settings.id) | jobs.folders(settings, allowed_folders)
        found: bool = (await run_job(job))["holds_media"]
        return found

    async def _bring_channels(
        self, job: Job, chunks: AsyncIterator[bytes], on_progress: Callable[[int], None]
    ) -> PlaylistResult:
        result = await run_job(job, chunks, on_progress)
        await self._lineup.reload()
        await self.match()
        return jobs.playlist_result(result)

    def _rendering(self, *kinds: str) -> Job:
        return {**self._ahead(*kinds), "guides": str(self._guide.folder)}

    def _job(self, kind: str, source: dict[str, Any] | str) -> Job:
        return {"job": kind, "folder": str(self._folder), "source": source}
