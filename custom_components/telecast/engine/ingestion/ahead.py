"""Renders what will be asked for as soon as an import is known of, before it is."""

from contextlib import suppress
from pathlib import Path
import sqlite3
from typing import Any

from ..documents import rendering
from ..documents.files import document_file
from ..documents.rendering import Document
from ..films import catalogue as film_catalogue
from ..lineup import catalogue
from ..model import FilmKind

_FILMS = {"vod_streams": FilmKind.MOVIE, "series": FilmKind.SERIES}


def render_ahead(connection: sqlite3.Connection, job: dict[str, Any]) -> None:
    """Render the long ones of a job's documents, as versions of what is there now.

    What the job was to do is done: one that cannot be rendered is left to those who ask.
    """
    if not (wanted := job.get("render", {})).get("ahead"):
        return
    folder, guides = Path(wanted["documents"]), Path(wanted["guides"])
    with suppress(OSError, sqlite3.Error):
        connection.execute("BEGIN")  # all of one moment, and of that version
        try:
            for told in wanted["ahead"]:
                document: Document = told["document"]
                version, entries = _state(connection, document["kind"])
                target = document_file(
                    folder, told["name"], (version,), told["extension"]
                )
                if entries > wanted["most_here"] and not target.exists():
                    rendering.render(document, connection, guides, target)
        finally:
            connection.execute("ROLLBACK")


def _state(connection: sqlite3.Connection, kind: str) -> tuple[int, int]:
    """Answer the version of a kind of document, and how many entries there are."""
    if (films := _FILMS.get(kind)) is not None:
        counts = film_catalogue.counts(connection)
        return film_catalogue.revisions(connection)[films], counts[films]
    return catalogue.revision(connection), catalogue.count(connection)
