"""The job that a guide makes."""

from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from .. import frames
from ..guide import build
from ..report import Progress


def guide(job: dict[str, Any], document: BinaryIO) -> dict[str, Any]:
    """Read a guide into a file of its own."""
    target, chunks = Path(job["target"]), frames.read(document)
    return asdict(build(target, job["source"], chunks, Progress(), own=job["own"]))
