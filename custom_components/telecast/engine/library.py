"""The files of all guides, opened together: finds where a channel's programmes are."""

from collections.abc import Iterator
from dataclasses import dataclass
import logging
from pathlib import Path
import sqlite3
from typing import NamedTuple
import zlib

from . import feeds

_LOGGER = logging.getLogger(__name__)

SUFFIX = ".db"


@dataclass(frozen=True, slots=True, eq=False)
class Feed:
    """One guide document as an open file."""

    id: str
    source: str
    connection: sqlite3.Connection


class Place(NamedTuple):
    """Where the programmes of a channel are found."""

    feed: Feed
    channel: int
    shift: int
    """Seconds by which the channel shows everything later."""


class Library:
    """What a folder holds; for use in one thread."""

    def __init__(self, folder: Path) -> None:
        """Open what is there, but for what is broken."""
        self.revision = 0
        """Tells what is there from what was there at another time."""
        self._feeds: list[Feed] = []
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            try:
                about = path.stat()
                self._feeds.append(_open(path))
            except (OSError, LookupError, ValueError, sqlite3.Error) as err:
                _LOGGER.warning("The guide file %s cannot be read: %s", path.name, err)
                continue
            facts = f"{path.name} {about.st_ino} {about.st_mtime_ns}"
            self.revision = zlib.crc32(facts.encode(), self.revision)

    @property
    def sources(self) -> dict[str, str]:
        """Feed by feed, whose source it is."""
        return {feed.id: feed.source for feed in self._feeds}

    def find(self, source: str, tvg_id: str, shift: int, name: str) -> Place | None:
        """Find a channel: in the guides of its own source first, by id before name.

        `shift` is in minutes.
        """
        for feed in sorted(self._feeds, key=lambda feed: feed.source != source):
            own = feed.source == source
            try:
                channel = feeds.find(feed.connection, tvg_id, name, own=own)
            except sqlite3.Error as err:
                self._drop(feed, err)
                continue
            if channel is not None:
                return Place(feed, channel, shift * 60)
        return None

    def between(
        self, place: Place, *, start: int, stop: int, limit: int = -1
    ) -> Iterator[feeds.Row]:
        """Yield what the channel shows at any time between `start` and `stop`."""
        shift = place.shift
        try:
            for begins, ends, children in feeds.between(
                place.feed.connection,
                place.channel,
                start=start - shift,
                stop=stop - shift,
                limit=limit,
            ):
                yield begins + shift, ends + shift, children
        except sqlite3.Error as err:
            self._drop(place.feed, err)

    def close(self) -> None:
        """Close all files."""
        for feed in self._feeds:
            feed.connection.close()
        self._feeds.clear()

    def _drop(self, feed: Feed, err: sqlite3.Error) -> None:
        _LOGGER.warning("The guide file %s is broken: %s", feed.id, err)
        feed.connection.close()
        self._feeds.remove(feed)


def _open(path: Path) -> Feed:
    connection = feeds.open_file(path)
    try:
        source: str = feeds.about(connection)["source"]
    except BaseException:
        connection.close()
        raise
    return Feed(path.stem, source, connection)
