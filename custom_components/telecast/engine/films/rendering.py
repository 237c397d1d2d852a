"""Lists of films as an Xtream server tells them, for whole documents."""

from collections.abc import Iterator
import itertools
import json
import sqlite3
from typing import Any, Literal, TypedDict

from ...formats import xtream
from . import catalogue
from .posters import Posters, is_file

_BATCH = 500


class FilmsDocument(TypedDict):
    """The films, or the series, of an Xtream server; which, the selection says."""

    kind: Literal["vod_streams", "series"]
    selection: dict[str, Any]
    posters: dict[str, str] | None
    """How posters of the user's own are told of, as Posters' fields; None leaves them out."""


def entries(
    document: FilmsDocument, connection: sqlite3.Connection
) -> Iterator[dict[str, Any]]:
    """Yield what the document lists."""
    selection = catalogue.FilmSelection.from_json(document["selection"])
    is_series = document["kind"] == "series"
    told = document["posters"]
    posters = Posters(**told) if told else None
    return (_series if is_series else _vod_streams)(connection, selection, posters)


def _vod_streams(
    connection: sqlite3.Connection,
    selection: catalogue.FilmSelection,
    posters: Posters | None,
) -> Iterator[dict[str, Any]]:
    rows = catalogue.rows(
        *(connection, selection, "name", "id", "poster", "rating", "added", "group_id"),
        *("extension", "facts"),
    )
    for num, (row, facts) in enumerate(_with_facts(rows), 1):
        name, film, poster, rating, added, group, extension, _ = row
        yield xtream.vod_stream(
            num=num,
            name=name,
            id=film,
            icon=_told(posters, selection, film, poster),
            rating=rating,
            added=added,
            category_id=group,
            extension=extension,
            facts=facts,
        )


def _series(
    connection: sqlite3.Connection,
    selection: catalogue.FilmSelection,
    posters: Posters | None,
) -> Iterator[dict[str, Any]]:
    rows = catalogue.rows(
        *(connection, selection, "name", "id", "poster", "rating", "added", "group_id"),
        "facts",
    )
    for num, (row, facts) in enumerate(_with_facts(rows), 1):
        name, film, poster, rating, modified, group, _ = row
        yield xtream.series(
            num=num,
            name=name,
            id=film,
            cover=_told(posters, selection, film, poster),
            rating=rating,
            modified=modified,
            category_id=group,
            facts=facts,
        )


def _with_facts(
    rows: Iterator[tuple[Any, ...]],
) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    """Yield each row with the facts in its last column; one call for many costs half."""
    for batch in itertools.batched(rows, _BATCH, strict=False):
        yield from zip(
            batch, json.loads(f"[{','.join(row[-1] for row in batch)}]"), strict=True
        )


def _told(
    posters: Posters | None, selection: catalogue.FilmSelection, film: int, poster: str
) -> str:
    if posters is None:
        return "" if is_file(poster) else poster
    return posters.address(selection.kind, film, poster)
