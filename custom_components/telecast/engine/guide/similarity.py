"""Finds channels of guides that are called much like those of the line-up.

A wrong guide is worse than none. Two names mean the same channel if what tells channels
apart is the same (`formats/likeness.py`), or but for one letter inside one long word; never
if numbers, countries or further words differ. No name is compared with all others: what
may be alike is found in dictionaries.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
import sqlite3
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from ...formats import likeness, names
from ...formats.likeness import Essence
from . import feeds
from .library import SUFFIX

CUTOFF = 90
_SAME_WORDS = 99
_OTHER_OPTIONAL = 97
_MOST_NAMES = 500_000
# Words that are shorter have too many neighbours.
_SHORTEST_MISSPELT = 6
_MOST_ALIKE = 50
_MOST_WORDS = 8

_LINEUP = "SELECT id, source, tvg_id, name FROM lineup"
_KNOWN = "SELECT channel, feed, name, guide_channel, score, late FROM guide_matches"
_INSERT = "INSERT INTO guide_matches VALUES (?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A name that a guide has for a channel."""

    key: str
    """The channel's."""
    essence: Essence
    country: str


class Likely(NamedTuple):
    """The channel of a guide that is called most like the one asked for."""

    key: str
    score: int
    late: int
    """Minutes by which the one asked for shows everything later."""


class Names:
    """All names of a guide, to be asked for those that are like another one."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Take in names, normalised, each with the key of its channel."""
        self._exact: set[str] = set()
        self._by_text: dict[str, list[Named]] = {}
        self._by_gap: dict[tuple[str, ...], list[Named]] = {}
        for name, key in pairs:
            self._exact.add(name)
            if (essence := likeness.essence(name)) is None:
                continue
            country = essence.country or likeness.country_of_id(key)
            named = Named(key=key, essence=essence, country=country)
            self._by_text.setdefault(essence.text, []).append(named)
            for gap in _gaps(essence.words):
                alike = self._by_gap.setdefault(gap, [])
                if len(alike) < _MOST_ALIKE:
                    alike.append(named)

    def knows(self, name: str) -> bool:
        """Tell whether a name is there letter by letter, or that of its base (`+1`)."""
        return name in self._exact or likeness.without_shift(name)[0] in self._exact

    def most_like(self, name: str, country: str = "") -> Likely | None:
        """Answer the channel that a normalised name means; None where that is not sure.

        What is shifted (`+1`) is one of the same shift, or its base, shown later.
        """
        essence = likeness.essence(name)
        if essence is None:
            return None
        country = essence.country or country
        if found := self._best(essence, country):
            return Likely(*found, 0)
        if essence.shift and (found := self._best(replace(essence, shift=0), country)):
            return Likely(*found, essence.shift * 60)
        return None

    def _best(self, wanted: Essence, country: str) -> tuple[str, int] | None:
        scored = {
            named: score
            for named in self._alike(wanted)
            if _is_possible(wanted, country, named)
            and (score := _score(wanted, named.essence)) >= CUTOFF
        }
        if not scored:
            return None
        best = max(scored.values())
        nearest = sorted(
            (named for named, score in scored.items() if score == best),
            key=lambda named: (named.country != country, named.key),
        )
        # Of two that are misspelt alike, neither is sure.
        texts = {named.essence.text for named in nearest}
        return (nearest[0].key, best) if len(texts) == 1 else None

    def _alike(self, wanted: Essence) -> Iterator[Named]:
        yield from self._by_text.get(wanted.text, ())
        for gap in _gaps(wanted.words):
            yield from self._by_gap.get(gap, ())


def refresh(
    connection: sqlite3.Connection,
    guides: Path,
    *,
    feed: str | None = None,
    channel: int | None = None,
) -> bool:
    """Find all similar names anew, or those of one guide or channel; tell of a change.

    `guides` is the folder with the files of the guides. What has the same id or name
    in a guide is not looked for there. Raises sqlite3.Error.
    """
    conditions = {"feed": feed, "channel": channel}
    where = " AND ".join(
        f"{name} = :{name}" for name, value in conditions.items() if value
    )
    found = set(_find(connection, guides, feed, channel))
    connection.execute("BEGIN IMMEDIATE")
    try:
        known = f"{_KNOWN} WHERE {where or 'TRUE'}"
        before = set(connection.execute(known, conditions))
        there = {each for (each,) in connection.execute("SELECT id FROM channels")}
        found = {row for row in found if row[0] in there}
        if changed := before != found:
            connection.executemany(
                "DELETE FROM guide_matches WHERE channel = ? AND feed = ?",
                [row[:2] for row in before - found],
            )
            connection.executemany(_INSERT, sorted(found - before))
            connection.execute(
                "UPDATE meta SET value = value + 1 WHERE key = 'guide matches revision'"
            )
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return changed


type _Row = tuple[int, str, str, str, int, int]


def _find(
    connection: sqlite3.Connection,
    guides: Path,
    feed: str | None,
    channel: int | None,
) -> Iterator[_Row]:
    query = f"{_LINEUP} WHERE id = ?" if channel else f"{_LINEUP} WHERE ? IS NULL"
    lineup = [
        (number, source, feeds.id_key(tvg_id), name, names.normalise(name))
        for number, source, tvg_id, name in connection.execute(query, (channel,))
    ]
    for path in sorted(guides.glob(f"{feed or '*'}{SUFFIX}")):
        try:
            guide = _read(path)
        except sqlite3.Error, LookupError, ValueError:
            continue  # whoever reads it says so
        # Many names come many times: as HD, as SD, from several sources.
        answers: dict[tuple[str, str], Likely | None] = {}
        for number, source, key, name, plain in lineup:
            if guide.has(source, key, plain):
                continue
            country = likeness.country(name) or likeness.country_of_id(key)
            asked = plain, country
            if asked not in answers:
                answers[asked] = guide.names.most_like(*asked)
            if likely := answers[asked]:
                yield number, path.stem, name, *likely


class _Guide(NamedTuple):
    source: str
    keys: set[str]
    names: Names

    def has(self, source: str, key: str, name: str) -> bool:
        """Tell whether a channel is found here without its name being only similar."""
        by_id = key in self.keys and (source == self.source or not key.isdecimal())
        return by_id or self.names.knows(name)


def _read(path: Path) -> _Guide:
    with closing(feeds.open_file(path)) as connection:
        return _Guide(
            feeds.about(connection)["source"],
            set(feeds.keys(connection)),
            Names(feeds.all_names(connection, _MOST_NAMES)),
        )


def _is_possible(wanted: Essence, country: str, named: Named) -> bool:
    return wanted.agrees(named.essence) and not (
        country and named.country and country != named.country
    )


def _score(wanted: Essence, other: Essence) -> int:
    if wanted.text == other.text:
        same = wanted.optional == other.optional
        return _SAME_WORDS if same else _OTHER_OPTIONAL
    for one, two in zip(wanted.words, other.words, strict=True):
        if one != two and OSA.distance(one, two, score_cutoff=1) > 1:
            return 0
    return int(fuzz.ratio(wanted.text, other.text))


def _gaps(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the words with one of them left open but for its first and last letter."""
    if len(words) > _MOST_WORDS:
        return
    for place, word in enumerate(words):
        if len(word) >= _SHORTEST_MISSPELT and word.isalpha():
            gap = f"{word[0]}\x00{word[-1]}"
            yield *words[:place], gap, *words[place + 1 :]
