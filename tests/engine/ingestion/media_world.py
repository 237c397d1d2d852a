"""Folders of a virtual channel, and a database that they are read into, in this process."""

from contextlib import closing
from dataclasses import dataclass
import json
from pathlib import Path
import sqlite3
from typing import Any

from custom_components.telecast.engine.ingestion.media import (
    Collection,
    Shelf,
    read_media,
)
from custom_components.telecast.engine.ingestion.media_channel import (
    MediaCounts,
    Wishes,
    count_media,
    put_channel,
)
from custom_components.telecast.engine.ingestion.media_merge import merge_media
from custom_components.telecast.engine.ingestion.media_probing import (
    Prober,
    probe_media,
)
from custom_components.telecast.engine.ingestion.notes import Notes
from custom_components.telecast.engine.lineup import catalogue
from custom_components.telecast.engine.model import Channel
from custom_components.telecast.engine.pipe.supply import path_of
from custom_components.telecast.engine.store.database import connect, prepare
from custom_components.telecast.engine.virtual import media
from custom_components.telecast.engine.virtual.media import Medium
from custom_components.telecast.formats.catchup import Catchup
from tests.formats.clips import AAC, H264, clip

# What counts its calls, so that a test sees which files were opened.
_COUNTING = """#!/bin/sh
stat -L -c %n:%s /proc/self/fd/0 >> {log}
exec ffprobe "$@"
"""


def film(*options: str, size: str = "160x90", seconds: float = 2) -> bytes:
    """A clip that can be played."""
    return clip(
        *(options or (*H264, *AAC)),
        size=size,
        rate=25,
        seconds=seconds,
        start=0,
        container=("-f", "matroska"),
    )


@dataclass(slots=True, kw_only=True)
class Taken:
    """What is listed of a file."""

    id: int
    path: str
    """Below the folder of all media."""
    title: str
    series: str
    season: int
    number: int
    facts: dict[str, Any]
    is_filler: bool
    present: bool
    mark: str
    probed: str
    duration: int
    error: str


class MediaIntake:
    """A database that folders are read into."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "telecast.db"
        prepare(self.path)
        self.root = folder.resolve() / "media"
        self.root.mkdir()
        self.log = folder / "probed"
        self.prober = folder / "prober"
        self.prober.write_text(_COUNTING.format(log=self.log))
        self.prober.chmod(0o700)
        self.progress: list[int] = []
        self.shelf = Shelf()

    def take(
        self,
        *folders: str,
        files: tuple[str, ...] = (),
        filler: tuple[str, ...] = (),
        source: str = "one",
    ) -> list[str]:
        """List what there is; answer the paths of all items, in order."""
        about = Collection.of(
            {
                "source": source,
                "folders": [str(self.root / one) for one in folders],
                "files": [str(self.root / one) for one in files],
                "filler": [str(self.root / one) for one in filler],
                "allowed": [str(self.root)],
            }
        )
        with closing(connect(self.path)) as connection:
            notes = Notes([self.root], connection=connection, source=source)
            self.shelf = read_media(about, notes, self.progress.append)
            merge_media(connection, source, self.shelf)
            notes.keep()
        return self.items(source)

    def probe(
        self, *, source: str = "one", program: str = "", seconds: float = 60
    ) -> MediaCounts:
        """Look into what has changed."""
        prober = Prober(
            program=program or str(self.prober), allowed=[self.root], seconds=seconds
        )
        with closing(connect(self.path)) as connection:
            probe_media(connection, source, prober, self.progress.append)
            return count_media(connection, source)

    @property
    def probes(self) -> int:
        """How many files the prober has been given."""
        return len(self.log.read_text().splitlines()) if self.log.exists() else 0

    def put(self, name: str = "Films", *, source: str = "one", **wishes: str) -> None:
        """Put the channel into the line-up."""
        with closing(connect(self.path)) as connection:
            put_channel(connection, Wishes(source=source, name=name, **wishes))

    def items(self, source: str = "one", *, filler: bool = False) -> list[str]:
        """Answer the paths of what is there, in order."""
        return [self._short(one.address) for one in self.listed(source, filler=filler)]

    def listed(self, source: str = "one", *, filler: bool = False) -> list[Medium]:
        """Answer what is there as the engine reads it."""
        with closing(connect(self.path)) as connection:
            return media.listed(connection, source, filler=filler)

    def all(self, source: str = "one") -> dict[str, Taken]:
        """Answer all rows, by their paths, also of what has gone."""
        query = """
            SELECT id, address, title, series, season, number, facts, is_filler,
                present, mark, probed, duration, error
            FROM media WHERE source = ? ORDER BY position
        """
        with closing(connect(self.path)) as connection:
            rows = connection.execute(query, (source,)).fetchall()
        found = [_taken(self._short(row[1]), row) for row in rows]
        return {one.path: one for one in found}

    def one(self, path: str) -> Taken:
        """Answer what is listed of a file."""
        return self.all()[path]

    def channels(self) -> list[Channel]:
        """Answer the line-up."""
        with closing(connect(self.path)) as connection:
            return catalogue.page(connection, catalogue.Selection(), 0, 100)

    def candidates(self) -> list[tuple[str, Catchup | None]]:
        """Answer where the channels are, and how their recordings are addressed."""
        with closing(connect(self.path)) as connection:
            rows = connection.execute("SELECT url, catchup FROM candidates").fetchall()
        return [(url, Catchup.from_json(how)) for url, how in rows]

    @property
    def revision(self) -> int:
        """The number of the line-up's last change."""
        with closing(connect(self.path)) as connection:
            return catalogue.revision(connection)

    def watch(self) -> sqlite3.Connection:
        """Answer a connection that notes each row of media that is written."""
        connection = connect(self.path)
        connection.executescript(
            """
            CREATE TABLE IF NOT EXISTS writes (id INTEGER);
            DELETE FROM writes;
            CREATE TRIGGER IF NOT EXISTS inserts AFTER INSERT ON media
                BEGIN INSERT INTO writes VALUES (new.id); END;
            CREATE TRIGGER IF NOT EXISTS updates AFTER UPDATE ON media
                BEGIN INSERT INTO writes VALUES (new.id); END;
            """
        )
        return connection

    def _short(self, address: str) -> str:
        return path_of(address).removeprefix(f"{self.root}/")


def _taken(path: str, row: tuple[Any, ...]) -> Taken:
    key, _, title, series, season, number, facts, is_filler, present, *told = row
    mark, probed, duration, error = told
    return Taken(
        id=key,
        path=path,
        title=title,
        series=series,
        season=season,
        number=number,
        facts=json.loads(facts),
        is_filler=bool(is_filler),
        present=bool(present),
        mark=mark,
        probed=probed,
        duration=duration,
        error=error,
    )
