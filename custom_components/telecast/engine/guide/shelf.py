"""The files of all guides beside the line-up: answers the guide's questions.

For use in one thread, which may wait for the disk.
"""

from collections.abc import Iterable
from itertools import chain, islice
from pathlib import Path
import sqlite3
from typing import NamedTuple
import zlib

from ...formats import xmltv
from ...formats.xmltv import Programme
from ..model import Channel
from ..store.database import connect
from . import icons, matching, stand_ins as made_up
from .feeds import Row
from .library import SUFFIX, Library, Order
from .matching import Found, Wanted
from .stand_ins import Today

_WANTED = " ".join(("SELECT", ", ".join(matching.COLUMNS), "FROM lineup WHERE id = ?"))
_MATCHES_REVISION = "SELECT value FROM meta WHERE key = 'guide matches revision'"


class Known(NamedTuple):
    """What guides say of a channel at some times, with nothing made up."""

    source: str
    """Whose guide says so; empty where none does."""
    rows: list[Row]


class Shelf:
    """The open files, and the line-up that tells what to look for; in one thread."""

    def __init__(self, database: Path, folder: Path) -> None:
        self._database = database
        self._folder = folder
        self._lineup: sqlite3.Connection | None = None
        self._library: Library | None = None

    def begin(self) -> None:
        """Make the folder, and delete what a child left unfinished there."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for path in self._folder.iterdir():
            if path.suffix != SUFFIX:
                path.unlink(missing_ok=True)
        self._lineup = connect(self._database, read_only=True)

    def open(self, order: Order) -> tuple[int, dict[str, str], bool]:
        """Open what is there now; answer its revision, and feed by feed the source.

        The last is whether any programme has a picture of the user's own.
        """
        assert self._lineup
        if self._library:
            self._library.close()
        self._library = Library(self._folder, order)
        ((matches,),) = self._lineup.execute(_MATCHES_REVISION)
        revision = zlib.crc32(str(matches).encode(), self._library.revision)
        return revision, self._library.sources, self._library.has_pictures

    def programmes(
        self,
        channel: Channel,
        *,
        today: Today,
        start: int,
        stop: int,
        limit: int,
        stand_ins: bool,
    ) -> tuple[list[Programme], list[Programme]]:
        """Answer what guides say is on, and what is made up where they say nothing.

        The line-up says what the channel is called in guides.
        """
        assert self._library
        if (wanted := self._wanted(channel.id)) is None:
            return [], []
        if place := self._library.find(wanted, at=today.at):
            rows = self._library.between(place, start=start, stop=stop, limit=limit)
            if found := [
                xmltv.parse_children(
                    icons.named(children, place.feed),
                    channel=channel.guide_id,
                    start=begins,
                    stop=ends,
                )
                for begins, ends, children in rows
            ]:
                return found, []
        made = made_up.programmes(
            wanted.name,
            guide_id=channel.guide_id,
            today=today,
            start=start,
            stop=stop,
            blocks=stand_ins,
        )
        return [], made if limit < 0 else made[:limit]

    def known(
        self, channel: int, *, at: int, times: Iterable[tuple[int, int]], limit: int
    ) -> Known:
        """Answer what is on a channel at some times, by begin; each row once.

        Times are in order, and none overlaps another one.
        """
        assert self._library
        wanted = self._wanted(channel)
        place = self._library.find(wanted, at=at) if wanted else None
        if place is None:
            return Known("", [])
        found = chain.from_iterable(
            self._library.between(place, start=start, stop=stop)
            for start, stop in times
        )
        # What is on from one of the times to another one, both find.
        rows = dict.fromkeys(islice(found, limit))
        return Known(place.feed.source, list(rows))

    def catchup_id(self, channel: int, *, at: int, start: int, stop: int) -> str:
        """Answer what the archive calls what a channel showed; empty if nobody says."""
        assert self._library
        wanted = self._wanted(channel)
        place = self._library.find(wanted, at=at) if wanted else None
        if place is None:
            return ""
        return self._library.catchup_id(place, start=start, stop=stop)

    def found(self, channels: Iterable[int], at: int) -> dict[int, Found]:
        """Answer where channels are found."""
        assert self._library
        answer: dict[int, Found] = {}
        for channel in channels:
            wanted = self._wanted(channel)
            place = self._library.find(wanted, at=at) if wanted else None
            answer[channel] = (
                Found(
                    id=place.match.key,
                    score=place.match.score,
                    reason=place.match.reason,
                    feed=place.feed.id,
                )
                if place
                else Found()
            )
        return answer

    def _wanted(self, channel: int) -> Wanted | None:
        assert self._lineup
        row = self._lineup.execute(_WANTED, (channel,)).fetchone()
        return Wanted.of(*row) if row else None

    def close(self) -> None:
        """Close all."""
        if self._library:
            self._library.close()
        if self._lineup:
            self._lineup.close()
