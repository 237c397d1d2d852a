"""The job that whoever asks for a long document makes."""

from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO

from ...documents import rendering
from ...store.database import connect


def render(job: dict[str, Any], _: BinaryIO) -> dict[str, Any]:
    """Render a document that lists every channel into a file."""
    guides, target = Path(job["guides"]), Path(job["target"])
    with closing(
        connect(Path(job["database"]), read_only=True, guest=True)
    ) as connection:
        rendering.render(job["document"], connection, guides, target)
    return {}
