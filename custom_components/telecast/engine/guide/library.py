"""The files of all guides, opened together: finds where a channel's programmes are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
import logging
from pathlib import Path
import sqlite3
from typing import NamedTuple
import zlib

from . import feeds, matching
from .matching import Match, Wanted

_LOGGER = logging.getLogger(__name__)

SUFFIX = ".db"
# A guide that has nothing for so long gives way to the next one.
_SOON_SECONDS = 24 * 3600

type Order = Sequence[tuple[str, int]]
"""The ids of guide documents, the preferred one first; each with the minutes by which
all of it is to be shown later."""


@dataclass(frozen=True, slots=True, eq=False)
class Feed:
    """One guide document as an open file."""

    id: str
    source: str
    connection: sqlite3.Connection
    offset: int
    """Minutes by which all of it is to be shown later."""
    has_pictures: bool | None
    """Whether icons in it are the user's own pictures; None: other paths may be there."""


class Place(NamedTuple):
    """Where the programmes of a channel are found."""

    feed: Feed
    match: Match

    @property
    def shift(self) -> int:
        """Seconds by which the channel shows everything later."""
        return (self.match.late + self.feed.offset) * 60


class Library:
    """What a folder holds; for use in one thread."""

    def __init__(self, folder: Path, order: Order = ()) -> None:
        """Open what is there, but for what is broken."""
        self.revision = 0
        """Tells what is there from what was there at another time."""
        self._feeds: list[Feed] = []
        self._by_source: dict[str, list[Feed]] = {}
        offsets = dict(order)
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            try:
                about = path.stat()
                self._feeds.append(_open(path, offsets.get(path.stem, 0)))
            except (OSError, LookupError, ValueError, sqlite3.Error) as err:
                _LOGGER.warning("The guide file %s cannot be read: %s", path.name, err)
                continue
            facts = f"{path.name} {about.st_ino} {about.st_mtime_ns}"
            self.revision = zlib.crc32(facts.encode(), self.revision)
        ranks = {feed: rank for rank, feed in enumerate(offsets)}
        self._feeds.sort(key=lambda feed: ranks.get(feed.id, len(ranks)))
        self.revision = zlib.crc32(repr(list(order)).encode(), self.revision)

    @property
    def sources(self) -> dict[str, str]:
        """Feed by feed, whose source it is."""
        return {feed.id: feed.source for feed in self._feeds}

    @property
    def has_pictures(self) -> bool:
        """Whether any programme has a picture of the user's own."""
        return any(feed.has_pictures for feed in self._feeds)

    def find(self, wanted: Wanted, *, at: int) -> Place | None:
        """Find a channel: as the user chose it, by id, name, and similar name.

        The guides of its own source come first, each in its order; one that has nothing
        within a day of `at`, in seconds since 1970 (UTC), gives way to another that has.
        """
        first: Place | None = None
        for place in self._places(wanted):
            first = first or place
            if any(self.between(place, start=at, stop=at + _SOON_SECONDS, limit=1)):
                return place
        return first

    def between(
        self, place: Place, *, start: int, stop: int, limit: int = -1
    ) -> Iterator[feeds.Row]:
        """Yield what the channel shows at any time between `start` and `stop`."""
        shift = place.shift
        try:
            for begins, ends, children in feeds.between(
                place.feed.connection,
                place.match.channel,
                start=start - shift,
                stop=stop - shift,
                limit=limit,
            ):
                yield begins + shift, ends + shift, children
        except sqlite3.Error as err:
            self._drop(place.feed, err)

    def catchup_id(self, place: Place, *, start: int, stop: int) -> str:
        """Answer what the archive calls what the channel showed between two times."""
        shift = place.shift
        try:
            return feeds.catchup_id(
                place.feed.connection,
                place.match.channel,
                start=start - shift,
                stop=stop - shift,
            )
        except sqlite3.Error as err:
            self._drop(place.feed, err)
            return ""

    def close(self) -> None:
        """Close all files."""
        for feed in self._feeds:
            feed.connection.close()
        self._feeds.clear()
        self._by_source.clear()

    def _places(self, wanted: Wanted) -> Iterator[Place]:
        """Yield all places that could be the channel's, the surest and nearest first."""
        for find in (_chosen, _certain, _similar):
            for feed in list(self._nearest(wanted.source)):
                try:
                    match = find(feed, wanted)
                except sqlite3.Error as err:
                    self._drop(feed, err)
                    continue
                if match is not None:
                    yield Place(feed, match)

    def _nearest(self, source: str) -> list[Feed]:
        if source not in self._by_source:
            self._by_source[source] = sorted(
                self._feeds, key=lambda feed: feed.source != source
            )
        return self._by_source[source]

    def _drop(self, feed: Feed, err: sqlite3.Error) -> None:
        if feed not in self._feeds:
            return
        _LOGGER.warning("The guide file %s is broken: %s", feed.id, err)
        feed.connection.close()
        self._feeds.remove(feed)
        self._by_source.clear()


def _chosen(feed: Feed, wanted: Wanted) -> Match | None:
    return matching.chosen(feed.connection, wanted)


def _certain(feed: Feed, wanted: Wanted) -> Match | None:
    own = feed.source == wanted.source
    return matching.certain(feed.connection, wanted, own=own)


def _similar(feed: Feed, wanted: Wanted) -> Match | None:
    return matching.similar(feed.connection, wanted, feed.id)


def _open(path: Path, offset: int) -> Feed:
    connection = feeds.open_file(path)
    try:
        about = feeds.about(connection)
        source: str = about["source"]
    except BaseException:
        connection.close()
        raise
    # Earlier versions did not say.
    return Feed(path.stem, source, connection, offset, about.get("has_pictures"))
