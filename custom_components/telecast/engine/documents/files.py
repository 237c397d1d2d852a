"""The files that documents are rendered into: kept while they are asked for."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
import os
from pathlib import Path
import shutil
import time

UNFINISHED = ".new"
"""What the name of a file ends in that is still being written."""

_MOST_FILES = 64
_MOST_BYTES = 1024 * 1024 * 1024
# What was asked for just now may not have been opened yet.
_GRACE_SECONDS = 60.0
_UNUSED_SECONDS = 24 * 3600.0
# Less is an empty list, or as good as one: nobody is to be told that there is nothing.
_LEAST_BYTES = 1024
# What lies beside another document comes and goes with that.
_BESIDE = (".json.gz", ".m3u.gz")


def document_file(
    folder: Path, name: str, version: Iterable[int], extension: str
) -> Path:
    """Answer where a version of a document is; its name is that of all of them."""
    numbers = "-".join(f"{number:x}" for number in version)
    return folder / f"{name}-{numbers}.{extension}"


def packed_beside(document: Path) -> Path:
    """Where a document lies compressed, if it does: what sends it looks there."""
    return document.with_name(f"{document.name}.gz")


def empty(folder: Path) -> None:
    """Make a folder that others cannot look into; what was in it is gone."""
    with suppress(FileNotFoundError):
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700, parents=True)


def is_there(path: Path) -> bool:
    """Tell whether a file is there, and note that it was asked for."""
    try:
        # The time of change is what clients compare: it stays.
        os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns))
    except FileNotFoundError:
        return False
    return True


def former(path: Path) -> Path | None:
    """Answer the newest of those that a document replaces, if any is worth to be had.

    It stays for as long as one that was asked for just now.
    """
    replaced, extension = _without_version(path.name), path.name.partition(".")[2]
    found = [
        (about.st_mtime_ns, one)
        for one, about in _files(path.parent)
        if one.name.startswith(replaced)
        and one.name.partition(".")[2] == extension
        and about.st_size >= _LEAST_BYTES
    ]
    last = max(found)[1] if found else None
    return last if last and is_there(last) else None


def tidy(folder: Path, newest: Path) -> None:
    """Delete what `newest` replaces, what nobody asks for, and what is too much."""
    now = time.time()
    replaced = _without_version(newest.name)
    files = sorted(
        ((about.st_atime, about.st_size, path) for path, about in _files(folder)),
        reverse=True,
    )
    kept = kept_bytes = 0
    for asked_at, size, path in files:
        unused = now - asked_at
        if (
            path != newest
            and unused > _GRACE_SECONDS
            and (
                path.name.startswith(replaced)
                or unused > _UNUSED_SECONDS
                or kept >= _MOST_FILES
                or kept_bytes + size > _MOST_BYTES
            )
        ):
            path.unlink(missing_ok=True)
            packed_beside(path).unlink(missing_ok=True)
            continue
        kept, kept_bytes = kept + 1, kept_bytes + size


def _without_version(name: str) -> str:
    return f"{'-'.join(name.split('-', 2)[:2])}-"


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            if path.suffix != UNFINISHED and not path.name.endswith(_BESIDE):
                yield path, path.stat()
