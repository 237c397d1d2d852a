"""What is kept of virtual channels across restarts: timelines, and what the user did."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
import json
import logging
import sqlite3
from typing import Any

from ..errors import InvalidTimelineError
from ..store.store import Store
from ..timeline import Timeline, as_dict, read_timeline
from ..timeline.fields import Fields
from . import edits as edits_format
from .edits import Edits

_LOGGER = logging.getLogger(__name__)

_GET = "SELECT edits, timeline FROM virtual_channels WHERE source = ?"
_PUT = """
    INSERT INTO virtual_channels (source, edits, timeline) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET edits = excluded.edits, timeline = excluded.timeline
"""
_FORGET = "DELETE FROM virtual_channels WHERE source = ?"
_ALL = "SELECT source FROM virtual_channels"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is known of a channel beside its settings and its media."""

    edits: Edits = field(default_factory=Edits)
    timeline: Timeline | None = None
    """None before there is anything to be played."""
    starts_at: int = 0
    """When the timeline was to begin, as the settings had it then."""


class Keeping:
    """Keeps that in the main database; what is long is done in threads."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, source_id: str) -> tuple[str, str]:
        """Answer what is stored of a channel, for `read_kept`; empty texts for nothing."""

        def work(connection: sqlite3.Connection) -> tuple[str, str]:
            return connection.execute(_GET, (source_id,)).fetchone() or ("", "")

        return await self._store.read(work)

    async def put(self, source_id: str, stored: tuple[str, str]) -> None:
        """Keep what `write_kept` made of it; raises StorageError."""
        await self._store.write(
            lambda connection: connection.execute(_PUT, (source_id, *stored))
        )

    async def forget(self, source_id: str) -> None:
        """Keep nothing of a channel."""
        await self._store.write(
            lambda connection: connection.execute(_FORGET, (source_id,))
        )

    async def all(self) -> set[str]:
        """Answer the ids of all channels of which anything is kept."""
        return await self._store.read(
            lambda connection: {one for (one,) in connection.execute(_ALL)}
        )


def write_kept(kept: Kept) -> tuple[str, str]:
    """Answer texts to store; some tens of milliseconds for thousands of items."""
    timeline = ""
    if kept.timeline:
        document = {"starts_at": kept.starts_at, "timeline": as_dict(kept.timeline)}
        timeline = _dumped(document)
    return _dumped(edits_format.as_dict(kept.edits)), timeline


def read_kept(stored: tuple[str, str], name: str) -> Kept:
    """Answer what was stored; blocks. What is damaged is as if it had not been there.

    `name` is that of the channel, for the log.
    """
    edits, timeline = stored
    told = _attempted(edits_format.read_edits, edits, f"What was changed about {name}")
    found = _attempted(_timeline, timeline, f"The timeline of {name}")
    return replace(found or Kept(), edits=told or Edits())


def _attempted[T](read: Callable[[Any], T], text: str, what: str) -> T | None:
    if not text:
        return None
    try:
        return read(json.loads(text))
    except (ValueError, InvalidTimelineError) as err:
        _LOGGER.warning("%s is damaged, and begun anew: %s", what, err)
        return None


def _timeline(document: Any) -> Kept:
    fields = Fields(document, "The document")
    starts_at = fields.take("starts_at", int)
    timeline = read_timeline(fields.take("timeline", dict))
    fields.end()
    return Kept(starts_at=starts_at, timeline=timeline)


def _dumped(document: dict[str, Any]) -> str:
    # Bit by bit, since all at once would stop every other thread meanwhile.
    return "".join(json.JSONEncoder(ensure_ascii=False).iterencode(document))
