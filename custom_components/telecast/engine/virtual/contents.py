"""What a virtual channel knows of its media at any time: little for each of thousands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
import sqlite3

from ..films.posters import icon_of, is_file
from ..model import Channel
from ..timeline import Item, Playing, Rotation, Showing
from .media import Medium, outlined
from .on_air import OnAir
from .scheduling import filler_of

_TITLES = """
    SELECT id, title, coalesce(json_extract(facts, '$.poster'), '')
    FROM media WHERE source = ?
"""
_FILE = "file:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What the table of media says of a channel; not to be held for long."""

    media: Sequence[Medium]
    filler: Sequence[Medium]
    titles: Mapping[str, str]
    """Of all items, those that have gone among them, by their keys in the timeline."""
    posters: Mapping[str, str]
    """The same of their posters, where they have one; of files only that they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What stays in memory."""

    count: int = 0
    """How many items can be played."""
    shapes: frozenset[str] = frozenset()
    """The different shapes of all that can be played."""
    filler: Rotation = field(default_factory=lambda: Rotation(items=()))
    titles: Mapping[str, str] = field(default_factory=dict)
    posters: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    """What the other channels are called that it plays, by their ids."""

    def titles_of(self, item: Playing) -> tuple[str, str]:
        """Answer title and subtitle: of an episode, the series comes first.

        Both are empty for a gap, for another channel, and for what is not known.
        """
        match item:
            case Item(key=key, series=series, title=called):
                title = self.titles.get(key, "")
                known, subtitle = (series, title) if series else (title, "")
                return called or known, subtitle
        return "", ""

    def on_air(self, showing: Showing) -> OnAir:
        """Answer what people read of a showing of ours."""
        title, subtitle = self.titles_of(showing.item)
        return OnAir(
            title=title,
            subtitle=subtitle,
            start=showing.start,
            stop=showing.stop,
            icon=self._icon_of(showing.item),
        )

    def _icon_of(self, item: Playing) -> str:
        """Answer what guides have as an item's icon (films/posters.py); empty for none."""
        if not isinstance(item, Item):
            return ""
        return icon_of(int(item.key), self.posters.get(item.key, ""))


def read_rows(connection: sqlite3.Connection, source_id: str) -> Rows:
    """Read what is known of a channel's media."""
    rows = connection.execute(_TITLES, (source_id,)).fetchall()
    return Rows(
        media=outlined(connection, source_id),
        filler=outlined(connection, source_id, filler=True),
        titles={str(key): title for key, title, _ in rows},
        posters={
            str(key): _FILE if is_file(poster) else poster
            for key, _, poster in rows
            if poster
        },
    )


def contents_of(
    rows: Rows, left_out: frozenset[int], channels: Sequence[Channel]
) -> Contents:
    """Answer what is to be remembered of it."""
    items = [one for one in rows.media if one.id not in left_out]
    playable = [one for one in items if one.is_playable]
    filler = [one for one in rows.filler if one.is_playable]
    return Contents(
        count=len(playable),
        shapes=frozenset(one.shape for one in (*playable, *filler)),
        filler=filler_of(filler),
        titles=rows.titles,
        posters=rows.posters,
        names={one.id: one.name for one in channels},
    )
