"""The child's life: limits, one job, one answer."""

from contextlib import suppress
import importlib
import json
import os
from pathlib import Path
import resource
import sqlite3
import sys
from typing import Any, BinaryIO

from ..errors import IngestionError, SourceError, TooLargeError
from . import frames
from .report import say

JOBS = {
    "channels": "provider",
    "check": "playlist",
    "films": "provider",
    "guide": "guide",
    "library": "library",
    "look": "look",
    "match": "match",
    "media": "media",
    "playlist": "playlist",
    "render": "render",
}
"""Which module does a job."""

_MEMORY_BYTES = 1024 * 1024 * 1024
_CPU_SECONDS = 30 * 60
_NICENESS = 10


def main() -> int:
    """Do the job that the first line of the standard input describes."""
    stdin = sys.stdin.buffer
    job = json.loads(stdin.readline())
    _limit(Path(job["folder"]))
    try:
        say({"result": _do(job, stdin)})
    except frames.AbandonedError:
        return 1
    except MemoryError:
        _refuse(TooLargeError.code, "The document needs too much memory")
    except SourceError as err:
        _refuse(err.code, str(err))
    except (sqlite3.Error, OSError) as err:
        _refuse(IngestionError.code, f"What was read cannot be kept: {err}")
    return 0


def _do(job: dict[str, Any], document: BinaryIO) -> dict[str, Any]:
    name = job["job"]
    module = importlib.import_module(f".jobs.{JOBS[name]}", __package__)
    result: dict[str, Any] = getattr(module, name)(job, document)
    return result


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
