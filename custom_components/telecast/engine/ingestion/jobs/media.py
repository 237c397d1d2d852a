"""The job that the files of a virtual channel make."""

from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from ...store.database import connect
from ..ahead import render_ahead
from ..media import Collection, read_media
from ..media_channel import Wishes, count_media, put_channel
from ..media_merge import merge_media
from ..media_probing import Prober, probe_media
from ..notes import Notes
from ..report import Progress


def media(job: dict[str, Any], _: BinaryIO) -> dict[str, Any]:
    """Read the folders and files of a virtual channel into the line-up."""
    about = Collection.of(job)
    prober = Prober(
        program=job["prober"], allowed=about.allowed, seconds=job["seconds"]
    )
    with closing(connect(Path(job["database"]), guest=True)) as connection:
        notes = Notes(about.allowed, connection=connection, source=about.source)
        shelf = read_media(about, notes, Progress())
        merge_media(connection, about.source, shelf)
        notes.keep()
        probe_media(connection, about.source, prober, Progress())
        found = count_media(connection, about.source)
        if found.items or found.channels:
            put_channel(connection, Wishes.of(job))
            render_ahead(connection, job)
        counts = count_media(connection, about.source)
    return asdict(counts) | {"skipped": dict(shelf.skipped), "missing": shelf.missing}
