"""Which channel of a guide is which of the line-up's: by id, by name, by a similar name.

Ids and names are looked up when they are needed. Similar names take longer to find, so
that they are kept in the main database (`similarity.py` finds them).
"""

from dataclasses import dataclass
from enum import StrEnum
import json
import sqlite3
from typing import Any, NamedTuple, Self

from ...formats import likeness, names
from . import feeds

CERTAIN = 100

_CHOSEN = """
    EXISTS (SELECT 1 FROM overrides JOIN channels USING (source, key)
        WHERE channels.id = lineup.id AND field = 'guide_id')
"""
# Of another name than today's, nothing is known.
_SIMILAR = """
    (SELECT json_group_array(json_array(feed, guide_channel, score, late))
        FROM guide_matches AS found
        WHERE found.channel = lineup.id AND found.name = lineup.name)
"""
COLUMNS = ("source", "tvg_id", "shift", "name", _CHOSEN, _SIMILAR)
"""What to select from the view `lineup` for `Wanted.of`."""


class Reason(StrEnum):
    """Why a channel of a guide is taken for one of the line-up's."""

    CHOSEN = "chosen"
    ID = "id"
    NAME = "name"
    SIMILAR = "similar name"
    NONE = "none"


class Match(NamedTuple):
    """A channel of a guide that is one of the line-up's."""

    channel: int
    """Its number in the guide's file."""
    key: str
    score: int
    """How sure that is, up to 100."""
    reason: Reason
    late: int
    """Minutes by which the line-up's channel shows everything later than the guide's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where the programmes of a channel come from."""

    id: str = ""
    """The channel's id in the guide, case-folded."""
    score: int = 0
    """How sure it is that this is the channel, up to 100."""
    reason: Reason = Reason.NONE
    feed: str = ""
    """Which guide document it is."""


class Likeness(NamedTuple):
    """A channel of a guide that is called much like one of the line-up's."""

    key: str
    score: int
    late: int
    """Minutes by which the line-up's channel shows everything later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a channel of the line-up is known by in guides."""

    source: str
    tvg_id: str
    shift: int
    """Minutes by which the channel's guide is late, as its source or the user says."""
    name: str
    chosen: bool = False
    """Whether the id is the user's own choice."""
    similar: dict[str, Likeness]
    """Feed by feed, what is called much like it."""

    @classmethod
    def of(cls, *row: Any) -> Self:
        """Make it of what `COLUMNS` select."""
        source, tvg_id, shift, name, chosen, similar = row
        return cls(
            source=source,
            tvg_id=tvg_id,
            shift=shift,
            name=name,
            chosen=bool(chosen),
            similar={feed: Likeness(*how) for feed, *how in json.loads(similar)},
        )

    @property
    def country(self) -> str:
        """The channel's country as far as its name or id tells; empty where not."""
        return likeness.country(self.name) or likeness.country_of_id(
            feeds.id_key(self.tvg_id)
        )


def chosen(connection: sqlite3.Connection, wanted: Wanted) -> Match | None:
    """Find the channel that the user chose, where this guide has it."""
    key = feeds.id_key(wanted.tvg_id)
    if not wanted.chosen or (channel := feeds.by_id(connection, key)) is None:
        return None
    return Match(channel, key, CERTAIN, Reason.CHOSEN, wanted.shift)


def certain(
    connection: sqlite3.Connection, wanted: Wanted, *, own: bool
) -> Match | None:
    """Find a channel by its id, else by its name.

    `own` says whether the channel's own source names this guide: in somebody else's, 5
    is another channel.
    """
    key = feeds.id_key(wanted.tvg_id)
    name = names.normalise(wanted.name)
    may_be_id = own or not key.isdecimal()
    if may_be_id and (channel := feeds.by_id(connection, key)) is not None:
        late = wanted.shift or _late(connection, channel, key, name)
        return Match(channel, key, CERTAIN, Reason.ID, late)
    found = feeds.by_name(connection, name)
    late = wanted.shift
    if not found:
        base, hours = likeness.without_shift(name)
        found = feeds.by_name(connection, base) if hours else []
        late = late or hours * 60
    if not found:
        return None
    channel, key = _nearest(found, wanted.country)
    return Match(channel, key, CERTAIN, Reason.NAME, late)


def similar(connection: sqlite3.Connection, wanted: Wanted, feed: str) -> Match | None:
    """Find the channel that is called much like the one that is wanted."""
    if (like := wanted.similar.get(feed)) is None:
        return None
    if (channel := feeds.by_id(connection, like.key)) is None:
        return None
    late = wanted.shift or like.late
    return Match(channel, like.key, like.score, Reason.SIMILAR, late)


def _late(connection: sqlite3.Connection, channel: int, key: str, name: str) -> int:
    """Answer by how many minutes a `+1` is late whose id leads to the channel before it.

    A guide that knows the later one as such names it so, or its id does.
    """
    _, hours = likeness.without_shift(name)
    if not hours or "+" in key or "plus" in key:
        return 0
    known = feeds.names(connection, channel)
    shifted = any(likeness.without_shift(each)[1] for each in known)
    return 0 if shifted or not known else hours * 60


def _nearest(found: list[tuple[int, str]], country: str) -> tuple[int, str]:
    """Choose among channels of one name: that of the same country, else of none."""

    def distance(one: tuple[int, str]) -> tuple[int, int]:
        other = likeness.country_of_id(one[1])
        return (1 if not other else 0 if other == country else 2), one[0]

    return min(found, key=distance) if country else found[0]
