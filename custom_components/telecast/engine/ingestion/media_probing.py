"""Looks with FFmpeg's prober into the files of a virtual channel that have changed.

The probers are processes of the child's, within its own limits. What has been found out
is written as it comes: a child that is ended has lost a second of it. A prober that is
left over then has a file to read and nobody to tell, and so ends by itself.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
import itertools
import json
import os
from pathlib import Path
import resource
import sqlite3
import subprocess
import threading
import time
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from ...formats.ffmpeg.probe import PROBE_ARGUMENTS, parse_media
from ...formats.ffmpeg.shapes import shape_of
from ..errors import PathNotAllowedError, ProberMissingError
from .folders import File, open_file
from .transaction import open_transaction

PROBE_SECONDS = 10.0
# Disks turn, and streams want their share.
_MOST_AT_ONCE = 2
_KEEP_SECONDS = 1.0
_KEEP_FILES = 50
_LONGEST_ANSWER = 4 * 1024 * 1024
_SHORTEST = 1000
"""Milliseconds that a file must play for."""
_LONGEST = 28 * 24 * 60 * 60 * 1000
"""What is said to play for longer is damaged, and would be on for years."""

UNREADABLE = "unreadable"
NO_DURATION = "no_duration"
NO_PICTURE = "no_picture"
"""Neither picture nor sound."""

# Those that failed for no fault of their own come last: none of them may hold up others.
_UNKNOWN = """
    SELECT id, address, mark FROM media
    WHERE source = ? AND present = 1 AND probed <> mark
    ORDER BY error <> '', position
"""
_COPY = """
    UPDATE media SET probed = other.probed, duration = other.duration,
        shape = other.shape, streams = other.streams, error = other.error
    FROM media AS other
    WHERE media.source = ? AND media.present = 1 AND media.probed <> media.mark
        AND other.source IN (SELECT id FROM sources)
        AND other.address = media.address AND other.probed = media.mark
"""
_KEEP = """
    UPDATE media SET probed = ?, duration = ?, shape = ?, streams = ?, error = ?
    WHERE id = ? AND mark = ?
"""
# What failed as it had failed before is no news.
_KEEP_ERROR = """
    UPDATE media SET duration = 0, shape = '', streams = '{}', error = ?
    WHERE id = ? AND mark = ? AND error <> ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prober:
    """How files are looked into."""

    program: str
    allowed: Sequence[Path]
    """Where links may lead, resolved."""
    seconds: float
    """For how long, in all, new ones are begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unknown:
    """A file that has yet to be looked into."""

    id: int
    address: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finding:
    """What was found out."""

    error: str = ""
    lasts: bool = True
    """Whether it is true for as long as the file is the same."""
    duration: int = 0
    shape: str = ""
    streams: str = "{}"


def probe_media(
    connection: sqlite3.Connection,
    source: str,
    prober: Prober,
    progress: Callable[[int], None],
) -> None:
    """Look into the files that have changed, for as long as there is time.

    Raises ProberMissingError.
    """
    with open_transaction(connection):
        connection.execute(_COPY, (source,))
    unknown = (
        _Unknown(id=key, address=address, mark=mark)
        for key, address, mark in connection.execute(_UNKNOWN, (source,)).fetchall()
    )
    count = 0
    for batch in _batches(_looked_into(unknown, prober)):
        with open_transaction(connection):
            for file, finding in batch:
                _keep(connection, file, finding)
        count += len(batch)
        progress(count)


def _keep(connection: sqlite3.Connection, file: _Unknown, finding: _Finding) -> None:
    told, which = finding, (file.id, file.mark)
    if not finding.lasts:
        connection.execute(_KEEP_ERROR, (told.error, *which, told.error))
        return
    found = (file.mark, told.duration, told.shape, told.streams, told.error)
    connection.execute(_KEEP, (*found, *which))


def _looked_into(
    unknown: Iterator[_Unknown], prober: Prober
) -> Iterator[tuple[_Unknown, _Finding]]:
    """Yield what is found out, some files at once, until the time is over."""
    end = time.monotonic() + prober.seconds
    running: dict[Future[_Finding | None], _Unknown] = {}
    with ThreadPoolExecutor(_MOST_AT_ONCE) as threads:
        while True:
            free = _MOST_AT_ONCE - len(running)
            more = itertools.islice(unknown, free if time.monotonic() < end else 0)
            running |= {threads.submit(_look_into, one, prober): one for one in more}
            if not running:
                return
            for done in wait(running, return_when=FIRST_COMPLETED).done:
                file = running.pop(done)
                if (finding := done.result()) is not None:
                    yield file, finding


def _look_into(file: _Unknown, prober: Prober) -> _Finding | None:
    """Look into a file; None for one that is not what it was when it was listed."""
    path = Path(unquote(urlsplit(file.address).path))
    try:
        opened = open_file(path, prober.allowed)
    except FileNotFoundError, NotADirectoryError:
        return None
    except OSError, RuntimeError, PathNotAllowedError:
        # It may well be readable the next time, and will look the same.
        return _Finding(error=UNREADABLE, lasts=False)
    with opened:
        if _mark_of(opened) != file.mark:
            return None
        finding = _probed(opened, prober.program)
        # Of what is still being copied, that was told of the beginning alone.
        return finding if _mark_of(opened) == file.mark else None


def _mark_of(file: BinaryIO) -> str:
    about = os.fstat(file.fileno())
    return File(name="", size=about.st_size, modified_ns=about.st_mtime_ns).mark


def _probed(file: BinaryIO, program: str) -> _Finding:
    try:
        process = subprocess.Popen(
            [program, *PROBE_ARGUMENTS],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError as err:
        raise ProberMissingError("FFmpeg's prober cannot be started") from err
    # Also where nobody is left to kill it.
    seconds = round(PROBE_SECONDS)
    with suppress(OSError):
        resource.prlimit(process.pid, resource.RLIMIT_CPU, (seconds, seconds))
    alarm = threading.Timer(PROBE_SECONDS, process.kill)
    alarm.start()
    try:
        with process:
            assert process.stdout
            told = process.stdout.read(_LONGEST_ANSWER)
            if len(told) == _LONGEST_ANSWER:
                process.kill()
    finally:
        alarm.cancel()
        alarm.join()
    found = _finding(told.decode(errors="replace"))
    is_certain = process.returncode >= 0 and (found.streams != "{}" or _reads(file))
    return found if is_certain else _Finding(error=UNREADABLE, lasts=False)


def _reads(file: BinaryIO) -> bool:
    """Tell whether a file's disk still gives its beginning and its end."""
    descriptor = file.fileno()
    try:
        size = os.fstat(descriptor).st_size
        return all(os.pread(descriptor, 1, at) for at in (0, size - 1))
    except OSError:
        return False


def _finding(answer: str) -> _Finding:
    """Answer what the prober's answer means for who wants to play the file."""
    told = parse_media(answer)
    streams = json.dumps({name: told[name] for name in told if name != "duration"})
    if not told:
        return _Finding(error=UNREADABLE)
    if not (told.get("video") or told.get("audio")):
        return _Finding(error=NO_PICTURE, streams=streams)
    duration: int = told.get("duration", 0)
    if not _SHORTEST <= duration <= _LONGEST:
        return _Finding(error=NO_DURATION, streams=streams)
    return _Finding(duration=duration, shape=shape_of(told), streams=streams)


def _batches[T](found: Iterator[T]) -> Iterator[list[T]]:
    """Yield what comes in a second, or as much as is enough."""
    batch: list[T] = []
    end = time.monotonic() + _KEEP_SECONDS
    for one in found:
        batch.append(one)
        if len(batch) >= _KEEP_FILES or time.monotonic() >= end:
            yield batch
            batch, end = [], time.monotonic() + _KEEP_SECONDS
    if batch:
        yield batch
