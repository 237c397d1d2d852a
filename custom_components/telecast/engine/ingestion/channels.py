"""Reads a provider's list of channels into the temporary tables of a playlist."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
import itertools
import json
import sqlite3
from typing import Any

from ...formats import names
from ...formats.xtream.addresses import live_address
from ...formats.xtream.reading import LiveEntry, iter_objects, read_live
from ..errors import EmptyPlaylistError
from . import staging
from .staging import UNCATEGORISED, Staged

_BATCH = 1000
# More no player could list.
_MOST = 200_000
_CATCHUP = json.dumps({"kind": "xtream"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelList:
    """Whose list it is, and what is wanted of it."""

    source: str
    categories: dict[str, str] = field(default_factory=dict)
    """The names of its categories by the provider's ids."""
    chosen: frozenset[str] | None = None
    """The names of those that are wanted; None means all."""
    may_be_empty: bool = False
    """Whether no channel at all is an answer, too."""

    @classmethod
    def of(cls, job: dict[str, Any]) -> ChannelList:
        """Make the one that a job tells of."""
        chosen = job["chosen"]
        return cls(
            source=job["source"],
            categories=job["categories"],
            chosen=None if chosen is None else frozenset(chosen),
            may_be_empty=job["may_be_empty"],
        )


def stage_channels(
    connection: sqlite3.Connection,
    about: ChannelList,
    chunks: Iterable[bytes],
    progress: Callable[[int], None],
) -> Staged:
    """Read `get_live_streams` as `staging.stage` does a playlist.

    A channel is recognised by the provider's own number for it, whatever it is called.
    Raises EmptyPlaylistError, and AnswerError for what is no list, or no whole one.
    """
    staging.begin(connection)
    rows = _Rows(about)
    for batch in itertools.batched(rows.of(iter_objects(chunks)), _BATCH, strict=False):
        staging.add(connection, batch)
        progress(rows.count)
    if not rows.count and not about.may_be_empty:
        raise EmptyPlaylistError("The provider has no channel that is wanted")
    return Staged(
        entries=rows.count,
        channels=staging.group(connection),
        skipped=dict(rows.skipped),
        guide_urls=(),
    )


class _Rows:
    """Makes rows of entries; what cannot be taken is counted by its reason."""

    def __init__(self, about: ChannelList) -> None:
        self.count = 0
        self.skipped = Counter[str]()
        self._about = about

    def of(self, entries: Iterable[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of those entries that are wanted and can be taken."""
        for entry in entries:
            channel = read_live(entry)
            if channel is None:
                self.skipped["entry_malformed"] += 1
                continue
            group = self._group(channel)
            if self._about.chosen is not None and group not in self._about.chosen:
                continue
            if self.count >= _MOST:
                self.skipped["too_many"] += 1
                continue
            self.count += 1
            yield self._row(channel, group)

    def _group(self, channel: LiveEntry) -> str:
        """Answer the name of the first category that has one, and is wanted, if any is."""
        known = self._about.categories
        found = [known[one] for one in channel.categories if one in known]
        chosen = self._about.chosen or frozenset()
        wanted = (name for name in found if name in chosen)
        return next(wanted, found[0] if found else UNCATEGORISED)

    def _row(self, channel: LiveEntry, group: str) -> tuple[Any, ...]:
        return (
            self.count,
            f"stream {channel.key}",
            channel.name,
            names.normalise(channel.name),
            group,
            channel.icon,
            channel.epg_id,
            0,  # the provider's guide is on time
            None,  # its numbers are places in a list of which ours is a part
            channel.is_radio,
            channel.archive_days,
            live_address(channel.key),
            "{}",  # what it is to be told, the one who places the address knows
            _CATCHUP if channel.archive_days else "",
        )
