"""What the ingestion child is told of a source, and what its answers mean."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..model import SourceKind
from ..settings import LibrarySettings, SourceSettings, VirtualSettings
from ..sources.opening import lives_here
from .results import LibraryResult, MediaResult, PlaylistResult


def playlist_source(settings: SourceSettings) -> dict[str, Any]:
    """Tell whose playlist it is, as ingestion.staging has it."""
    return {
        "id": settings.id,
        "local": lives_here(settings.url),
        "user_agent": settings.user_agent,
        "has_engine": settings.kind is SourceKind.ACESTREAM,
        "entries": settings.entries,
    }


def playlist_result(answer: dict[str, Any]) -> PlaylistResult:
    """Answer what a playlist held."""
    return PlaylistResult(
        channels=answer["channels"],
        entries=answer["entries"],
        skipped=answer["skipped"],
        guide_urls=tuple(answer["guide_urls"]),
    )


def folders(
    settings: LibrarySettings | VirtualSettings, allowed_folders: Sequence[Path]
) -> dict[str, Any]:
    """Tell what is made of a source's files, where they are, and where they may be."""
    told: dict[str, Any] = {
        "name": settings.name,
        "folders": list(settings.folders),
        "allowed": [str(folder) for folder in allowed_folders],
    }
    if isinstance(settings, VirtualSettings):
        told |= {
            "number": settings.number,
            "group": settings.group,
            "files": list(settings.files),
            "filler": list(settings.filler),
        }
    return told


def library_result(answer: dict[str, Any]) -> LibraryResult:
    """Answer what the folders of a library held."""
    return LibraryResult(
        films=answer["films"],
        series=answer["series"],
        episodes=answer["episodes"],
        skipped=answer["skipped"],
        missing=tuple(answer["missing"]),
    )


def media_result(answer: dict[str, Any]) -> MediaResult:
    """Answer what the folders and files of a virtual channel held."""
    return MediaResult(**answer | {"missing": tuple(answer["missing"])})
