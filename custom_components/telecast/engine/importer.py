"""Documents on their way into the line-up and the guide, through the child process."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .child import Job, run_job
from .guide import Guide
from .lineup import Lineup
from .model import SourceKind
from .settings import SourceSettings
from .sources.opening import lives_here
from .store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistResult:
    """What a playlist held."""

    channels: int
    entries: int
    skipped: dict[str, int] = field(default_factory=dict)
    """Reason → count of what was left out."""
    guide_urls: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideResult:
    """What a guide held."""

    programmes: int
    channels: int
    damage: str | None = None
    """Where and why reading ended early; what came before is used."""


class Importer:
    """Takes documents in, each whole or not at all."""

    def __init__(
        self, *, store: Store, lineup: Lineup, guide: Guide, folder: Path
    ) -> None:
        """Use `folder` for what is needed while a document is read."""
        self._store = store
        self._lineup = lineup
        self._guide = guide
        self._folder = folder

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
        job = self._job("playlist", _source(source)) | {
            "database": str(self._store.path),
            "allow_shrink": allow_shrink,
        }
        result = await run_job(job, chunks, on_progress)
        await self._lineup.reload()
        return _playlist_result(result)

    async def check(
        self, source: SourceSettings, chunks: AsyncIterator[bytes]
    ) -> PlaylistResult:
        """Read a playlist and keep nothing of it; raises as `playlist` does."""
        job = self._job("check", _source(source))
        return _playlist_result(await run_job(job, chunks))

    async def guide(
        self,
        feed_id: str,
        source_id: str,
        chunks: AsyncIterator[bytes],
        *,
        on_progress: Callable[[int], None] = lambda _: None,
    ) -> GuideResult:
        """Put a guide document in the place of the feed's last one.

        Raises NotAGuideError, TooLargeError and IngestionError, and what `chunks` raises.
        """
        job = self._job("guide", source_id) | {
            "target": str(self._guide.file(feed_id)),
        }
        result = await run_job(job, chunks, on_progress)
        await self._guide.reload()
        return GuideResult(
            programmes=result["programmes"],
            channels=result["channels"],
            damage=result["damage"],
        )

    def _job(self, kind: str, source: dict[str, Any] | str) -> Job:
        return {"job": kind, "folder": str(self._folder), "source": source}


def _source(settings: SourceSettings) -> dict[str, Any]:
    return {
        "id": settings.id,
        "local": lives_here(settings.url),
        "user_agent": settings.user_agent,
        "has_engine": settings.kind is SourceKind.ACESTREAM,
        "entries": settings.entries,
    }


def _playlist_result(result: dict[str, Any]) -> PlaylistResult:
    return PlaylistResult(
        channels=result["channels"],
        entries=result["entries"],
        skipped=result["skipped"],
        guide_urls=tuple(result["guide_urls"]),
    )
