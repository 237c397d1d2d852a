"""The job that a library makes."""

from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from ...store.database import connect
from ..ahead import render_ahead
from ..folders import resolved
from ..library import Library, read_library
from ..library_merge import merge_library
from ..report import Progress


def library(job: dict[str, Any], _: BinaryIO) -> dict[str, Any]:
    """Read the folders of a library into the catalogue."""
    about = _library(job)
    shelves = read_library(about, Progress())
    with closing(connect(Path(job["database"]), guest=True)) as connection:
        counts = merge_library(
            connection,
            about,
            shelves,
            origin=job["origin"],
            allow_shrink=job["allow_shrink"],
        )
        render_ahead(connection, job)
    return asdict(counts) | {
        "skipped": dict(shelves.skipped),
        "missing": [path.name for path in shelves.missing],
    }


def _library(job: dict[str, Any]) -> Library:
    allowed = [Path(folder) for folder in job["allowed"]]
    folders = resolved(job["folders"], allowed)
    # Several are told apart by their names; one goes by that of its source.
    name: str = job["name"]
    return Library(
        source=job["source"],
        folders={path: path.name if folders[1:] else name for path in folders},
        allowed=allowed,
    )
