"""The jobs that the lists of a provider make."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from ....formats.xtream.reading import AnswerError
from ...errors import NotAPlaylistError, TooLargeError
from ...store.database import connect
from .. import frames
from ..ahead import render_ahead
from ..channels import ChannelList, stage_channels
from ..films import FilmList, merge_films, stage_films
from ..merge import merge
from ..report import Progress
from ..staging import Source


def channels(job: dict[str, Any], document: BinaryIO) -> dict[str, Any]:
    """Read a provider's list of channels into the line-up."""
    about = ChannelList.of(job)
    with closing(connect(Path(job["database"]), guest=True)) as connection:
        with _lists_checked():
            chunks = frames.read(document)
            staged = stage_channels(connection, about, chunks, Progress())
        source = Source(id=about.source, local=True)
        merge(connection, source, staged, allow_shrink=job["allow_shrink"])
        render_ahead(connection, job)
    return asdict(staged)


def films(job: dict[str, Any], document: BinaryIO) -> dict[str, Any]:
    """Read a list of films or of series into the catalogue."""
    about = FilmList.from_json(job)
    with closing(connect(Path(job["database"]), guest=True)) as connection:
        with _lists_checked():
            staged = stage_films(connection, about, frames.read(document), Progress())
        merge_films(connection, about, staged, allow_shrink=job["allow_shrink"])
        render_ahead(connection, job)
    return asdict(staged)


@contextmanager
def _lists_checked() -> Iterator[None]:
    """Say of an answer that is no list what is said of any document."""
    try:
        yield
    except AnswerError as err:
        too_large = err.reason == "too_large"
        raise (TooLargeError if too_large else NotAPlaylistError)(str(err)) from err
