"""The child's life: limits, one job, one answer."""

from contextlib import closing, suppress
from dataclasses import asdict
import importlib
import json
import os
from pathlib import Path
import resource
import sqlite3
import sys
from typing import Any, BinaryIO

from ...formats.xtream.reading import AnswerError
from ..documents import rendering
from ..errors import IngestionError, NotAPlaylistError, SourceError, TooLargeError
from ..store.database import connect
from . import frames
from .ahead import render_ahead
from .channels import ChannelList, stage_channels
from .films import FilmList, merge_films, stage_films
from .folders import resolved
from .guide import build
from .library import Library, read_library
from .library_merge import merge_library
from .media import Collection, holds_media, read_media
from .media_channel import Wishes, count_media, put_channel
from .media_merge import merge_media
from .media_probing import Prober, probe_media
from .merge import merge
from .report import Progress, say
from .staging import Source, stage

_MEMORY_BYTES = 1024 * 1024 * 1024
_CPU_SECONDS = 30 * 60
_NICENESS = 10


def main() -> int:
    """Do the job that the first line of the standard input describes."""
    stdin = sys.stdin.buffer
    job = json.loads(stdin.readline())
    _limit(Path(job["folder"]))
    try:
        say({"result": JOBS[job["job"]](job, stdin)})
    except frames.AbandonedError:
        return 1
    except MemoryError:
        _refuse(TooLargeError.code, "The document needs too much memory")
    except SourceError as err:
        _refuse(err.code, str(err))
    except AnswerError as err:
        too_large = err.reason == "too_large"
        _refuse((TooLargeError if too_large else NotAPlaylistError).code, str(err))
    except (sqlite3.Error, OSError) as err:
        _refuse(IngestionError.code, f"What was read cannot be kept: {err}")
    return 0


def check(job: dict[str, Any], document: BinaryIO) -> dict[str, Any]:
    """Read a playlist and keep nothing of it."""
    with closing(sqlite3.connect("", autocommit=True)) as connection:
        source = Source(**job["source"])
        return asdict(stage(connection, source, frames.read(document), Progress()))


def playlist(job: dict[str, Any], document: BinaryIO) -> dict[str, Any]:
    """Read a playlist into the line-up."""
    source = Source(**job["source"])
    with closing(connect(Path(job["database"]), guest=True)) as connection:
        staged = stage(connection, source, frames.read(document), Progress())
        merge(connection, source, staged, allow_shrink=job["allow_shrink"])
        render_ahead(connection, job)
    return asdict(staged)


def channels(job: dict[str, Any], document: BinaryIO) -> dict[str, Any]:
    """Read a provider's list of channels into the line-up."""
    about = ChannelList.of(job)
    with closing(connect(Path(job["database"]), guest=True)) as connection:
        staged = stage_channels(connection, about, frames.read(document), Progress())
        source = Source(id=about.source, local=True)
        merge(connection, source, staged, allow_shrink=job["allow_shrink"])
        render_ahead(connection, job)
    return asdict(staged)


def guide(job: dict[str, Any], document: BinaryIO) -> dict[str, Any]:
    """Read a guide into a file of its own."""
    target, chunks = Path(job["target"]), frames.read(document)
    return asdict(build(target, job["source"], chunks, Progress()))


def films(job: dict[str, Any], document: BinaryIO) -> dict[str, Any]:
    """Read a list of films or of series into the catalogue."""
    about = FilmList.from_json(job)
    with closing(connect(Path(job["database"]), guest=True)) as connection:
        staged = stage_films(connection, about, frames.read(document), Progress())
        merge_films(connection, about, staged, allow_shrink=job["allow_shrink"])
        render_ahead(connection, job)
    return asdict(staged)


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


def media(job: dict[str, Any], _: BinaryIO) -> dict[str, Any]:
    """Read the folders and files of a virtual channel into the line-up."""
    about = Collection.of(job)
    shelf = read_media(about, Progress())
    prober = Prober(
        program=job["prober"], allowed=about.allowed, seconds=job["seconds"]
    )
    with closing(connect(Path(job["database"]), guest=True)) as connection:
        merge_media(connection, about.source, shelf)
        probe_media(connection, about.source, prober, Progress())
        found = count_media(connection, about.source)
        if found.items or found.channels:
            put_channel(connection, Wishes.of(job))
            render_ahead(connection, job)
        counts = count_media(connection, about.source)
    return asdict(counts) | {"skipped": dict(shelf.skipped), "missing": shelf.missing}


def look(job: dict[str, Any], _: BinaryIO) -> dict[str, Any]:
    """Tell whether folders or files hold anything to play."""
    return {"holds_media": holds_media(Collection.of(job))}


def match(job: dict[str, Any], _: BinaryIO) -> dict[str, Any]:
    """Find what guides call much like the line-up does."""
    # A requirement of ours; nobody else needs what it brings with it.
    sys.path.append(job["packages"])
    similarity = importlib.import_module("..guide.similarity", __package__)
    with closing(connect(Path(job["database"]), guest=True)) as connection:
        changed: bool = similarity.refresh(
            connection, Path(job["guides"]), feed=job["feed"], channel=job["channel"]
        )
    return {"changed": changed}


def render(job: dict[str, Any], _: BinaryIO) -> dict[str, Any]:
    """Render a document that lists every channel into a file."""
    guides, target = Path(job["guides"]), Path(job["target"])
    with closing(
        connect(Path(job["database"]), read_only=True, guest=True)
    ) as connection:
        rendering.render(job["document"], connection, guides, target)
    return {}


JOBS = {
    "check": check,
    "playlist": playlist,
    "channels": channels,
    "films": films,
    "guide": guide,
    "library": library,
    "look": look,
    "match": match,
    "media": media,
    "render": render,
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


def _refuse(code: str, message: str) -> None:
    say({"error": code, "message": message})


def _limit(folder: Path) -> None:
    """Take little, and give way to whoever watches."""
    # Python's own temporary files and SQLite's go where there is room for them.
    os.environ["SQLITE_TMPDIR"] = os.environ["TMPDIR"] = str(folder)
    with suppress(OSError):
        os.nice(_NICENESS)
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, _MEMORY_BYTES),
        (resource.RLIMIT_CPU, _CPU_SECONDS),
    ):
        with suppress(OSError, ValueError):
            _, hard = resource.getrlimit(limit)
            lower = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(limit, (lower, hard))
