"""Renders what will be asked for as soon as an import is known of, before it is."""

from contextlib import suppress
import importlib
from pathlib import Path
import sqlite3
from typing import Any

from ..films import catalogue as film_catalogue
from ..lineup import catalogue
from ..model import FilmKind
from .files import document_file

_FILMS = {"vod_streams": FilmKind.MOVIE, "series": FilmKind.SERIES}


def render_long_ones(connection: sqlite3.Connection, wanted: dict[str, Any]) -> None:
    """Render the long ones of the wanted documents, as versions of what is there now.

    One that cannot be rendered is left to those who ask.
    """
    folder, guides = Path(wanted["documents"]), Path(wanted["guides"])
    with suppress(OSError, sqlite3.Error):
        connection.execute("BEGIN")  # all of one moment, and of that version
        try:
            for told in wanted["ahead"]:
                version, entries = _state(connection, told["document"]["kind"])
                target = document_file(
                    folder, told["name"], (version,), told["extension"]
                )
                if entries > wanted["most_here"] and not target.exists():
                    # Not loaded before: that takes longer than most imports do.
                    rendering = importlib.import_module(".rendering", __package__)
                    rendering.render(told["document"], connection, guides, target)
        finally:
            connection.execute("ROLLBACK")


def _state(connection: sqlite3.Connection, kind: str) -> tuple[int, int]:
    """Answer the version of a kind of document, and how many entries there are."""
    if (films := _FILMS.get(kind)) is not None:
        counts = film_catalogue.counts(connection)
        return film_catalogue.revisions(connection)[films], counts[films]
    return catalogue.revision(connection), catalogue.count(connection)
