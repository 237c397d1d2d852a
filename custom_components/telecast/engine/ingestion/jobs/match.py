"""The job that names make, once a guide or a line-up has changed."""

from contextlib import closing
import importlib
from pathlib import Path
import sys
from typing import Any, BinaryIO

from ...store.database import connect


def match(job: dict[str, Any], _: BinaryIO) -> dict[str, Any]:
    """Find what guides call much like the line-up does."""
    # A requirement of ours; nobody else needs what it brings with it.
    sys.path.append(job["packages"])
    similarity = importlib.import_module("...guide.similarity", __package__)
    with closing(connect(Path(job["database"]), guest=True)) as connection:
        changed: bool = similarity.refresh(
            connection, Path(job["guides"]), feed=job["feed"], channel=job["channel"]
        )
    return {"changed": changed}
