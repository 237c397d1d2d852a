"""The jobs that a playlist makes."""

from contextlib import closing
from dataclasses import asdict
from pathlib import Path
import sqlite3
from typing import Any, BinaryIO

from ...store.database import connect
from .. import frames
from ..ahead import render_ahead
from ..merge import merge
from ..report import Progress
from ..staging import Source, stage


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
