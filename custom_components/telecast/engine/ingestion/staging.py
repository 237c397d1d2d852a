"""Reads a playlist into temporary tables: bounded in memory, whatever its size."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC
import itertools
import json
import re
import sqlite3
from typing import Any

from ...formats import acestream, catchup, m3u, names
from ...formats.compression import CompressionError, Decompressor
from ..errors import EmptyPlaylistError, NotAPlaylistError, TooLargeError
from .addresses import refusal

UNCATEGORISED = "Uncategorised"
_BATCH = 1000
_MAX_GUIDE_URLS = 32
_LONGEST_GUIDE_URL = 2048
_LONGEST_TEXT = 300
_LONGEST_LOGO = 2048
_MOST_SHIFT_HOURS = 24
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")
_LOGO = re.compile(r"https?://[^\s\x00-\x20\x7f\ud800-\udfff]+", re.IGNORECASE)
_SHIFT = re.compile(r"[+-]?[0-9]{1,2}(\.[0-9]{1,2})?")
# What playlists write where they have no id.
_NO_ID = frozenset(
    {"-", "0", "n/a", "na", "nan", "none", "null", "undefined", "unknown"}
)
# What is asked of an archive, to see where that would lead. What guides call programmes may
# be a whole address, and is looked at when it is known.
_SOME_MOMENT = catchup.Moment(
    start=1_700_000_000, duration=3600, now=1_700_010_000, id="http://192.0.2.1/1"
)
_NOT_PLAYLISTS = {
    "html": "A web page came in place of a playlist",
    "hls": "This is a single stream, and no list of channels",
    "unknown": "What came is no playlist",
}

_BEGIN = """
    PRAGMA temp_store = FILE;
    PRAGMA temp.cache_size = -16384;
    CREATE TEMP TABLE entries (
        position INTEGER PRIMARY KEY,
        key TEXT,            -- what their channel is recognised by; NULL: by name
        name TEXT NOT NULL,
        name_key TEXT NOT NULL,
        group_name TEXT NOT NULL,
        logo TEXT NOT NULL,
        tvg_id TEXT NOT NULL,
        shift INTEGER NOT NULL,
        number TEXT,
        radio INTEGER NOT NULL,
        archive_days INTEGER NOT NULL,
        url TEXT NOT NULL,
        headers TEXT NOT NULL,
        catchup TEXT NOT NULL  -- how it is had from the archive: JSON; '' if not
    ) STRICT;
    CREATE TEMP TABLE staged (
        position INTEGER PRIMARY KEY,  -- the first entry's, whose facts are taken
        key TEXT NOT NULL UNIQUE
    ) STRICT;
    BEGIN;
"""
_INSERT = "INSERT INTO temp.entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_GROUP = """
    CREATE INDEX temp.entries_with_id ON entries (group_name, name_key, position)
        WHERE tvg_id <> '';
    -- An entry without id joins the one of that name that has one.
    UPDATE temp.entries SET key = coalesce(
        (SELECT key FROM temp.entries AS other
            WHERE other.group_name = entries.group_name
            AND other.name_key = entries.name_key AND other.tvg_id <> ''
            ORDER BY other.position LIMIT 1),
        'name ' || group_name || char(31) || name_key)
        WHERE key IS NULL;
    CREATE INDEX temp.entries_by_key ON entries (key, position);
    INSERT INTO temp.staged (position, key)
        SELECT min(position), key FROM temp.entries GROUP BY key ORDER BY 1;
    -- A channel goes back as far as any of its addresses.
    UPDATE temp.entries SET archive_days = (
        SELECT max(archive_days) FROM temp.entries AS other
        WHERE other.key = entries.key)
        WHERE position IN (SELECT position FROM temp.staged);
    COMMIT;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Whose playlist it is, and what that means for its entries."""

    id: str = ""
    local: bool = False
    """Whether it may name addresses of this machine."""
    user_agent: str = ""
    """What its streams are to be told, where they do not say so themselves."""
    has_engine: bool = False
    """Whether an AceStream engine of its own plays what any engine could."""
    entries: str = ""
    """A playlist of the user's that comes before the document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """What a playlist holds."""

    entries: int
    channels: int
    skipped: dict[str, int]
    guide_urls: tuple[str, ...]


def stage(
    connection: sqlite3.Connection,
    source: Source,
    chunks: Iterable[bytes],
    progress: Callable[[int], None],
) -> Staged:
    """Read a playlist into `temp.entries`, and group them to channels in `temp.staged`.

    Raises NotAPlaylistError, EmptyPlaylistError and TooLargeError.
    """
    begin(connection)
    parser, skipped = m3u.Parser(), Counter[str]()
    rows = _Rows(source, parser, skipped)
    own = m3u.parse(source.entries.encode())
    for entries in itertools.chain([own], _parse(parser, chunks)):
        for start in range(0, len(entries), _BATCH):
            add(connection, rows.of(entries[start : start + _BATCH]))
        progress(rows.count)
    if message := _NOT_PLAYLISTS.get(parser.looks_like):
        raise NotAPlaylistError(message)
    if not rows.count:
        raise EmptyPlaylistError("The playlist holds no channel that can be played")
    return Staged(
        entries=rows.count,
        channels=group(connection),
        skipped=dict(parser.skipped + skipped),
        guide_urls=tuple(
            url for url in parser.header.guide_urls if len(url) <= _LONGEST_GUIDE_URL
        )[:_MAX_GUIDE_URLS],
    )


def begin(connection: sqlite3.Connection) -> None:
    """Make the temporary tables, and begin to fill them."""
    connection.executescript(_BEGIN)


def add(connection: sqlite3.Connection, rows: Iterable[tuple[Any, ...]]) -> None:
    """Add entries: values for the columns of `temp.entries`, in their order."""
    connection.executemany(_INSERT, rows)


def group(connection: sqlite3.Connection) -> int:
    """Group all entries to channels in `temp.staged`; answer how many there are."""
    connection.executescript(_GROUP)
    ((channels,),) = connection.execute("SELECT count(*) FROM temp.staged")
    return int(channels)


def _parse(parser: m3u.Parser, chunks: Iterable[bytes]) -> Iterator[list[m3u.Entry]]:
    decompressor, blank = Decompressor(), True
    try:
        for chunk in chunks:
            for piece in decompressor.feed(chunk):
                blank = blank and not piece.strip()
                yield parser.feed(piece)
                if parser.looks_like == "html":
                    raise NotAPlaylistError(_NOT_PLAYLISTS["html"])
        decompressor.close()
    except CompressionError as err:
        if err.reason == "bomb":
            raise TooLargeError(str(err)) from err
        raise NotAPlaylistError(str(err)) from err
    yield parser.close()
    if parser.looks_like == "empty" and not blank:
        # Control characters and nothing else.
        raise NotAPlaylistError(_NOT_PLAYLISTS["unknown"])


class _Rows:
    """Makes rows of entries; what may not be taken is counted by its reason."""

    def __init__(
        self, source: Source, parser: m3u.Parser, skipped: Counter[str]
    ) -> None:
        self.count = 0
        self._source = source
        self._parser = parser
        self._skipped = skipped

    def of(self, entries: Iterable[m3u.Entry]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of those entries that may be taken."""
        defaults = {
            name: value
            for name, value in self._parser.header.attributes.items()
            if name in m3u.DEFAULTS
        }
        for entry in entries:
            reason = refusal(entry.url, local=self._source.local)
            taken = entry
            # A link to the engine of the list's author leads nowhere here; that of any
            # other one is left to it, unless the source has one of its own.
            if (reason or self._source.has_engine) and (
                link := acestream.parse(entry.url)
            ):
                taken, reason = replace(entry, url=link.address, headers={}), None
            if reason:
                self._skipped[reason] += 1
                continue
            self.count += 1
            yield self._row(taken, defaults | taken.attributes)

    def _row(self, entry: m3u.Entry, facts: dict[str, str]) -> tuple[Any, ...]:
        name = _text(entry.name)
        tvg_id = _text(facts.get(m3u.TVG_ID, ""))
        if tvg_id.casefold() in _NO_ID:
            tvg_id = ""
        shift = _shift(facts.get(m3u.TVG_SHIFT, ""))
        number = facts.get(m3u.TVG_CHNO) or facts.get(m3u.CHANNEL_NUMBER, "")
        logo = facts.get(m3u.TVG_LOGO, "")
        archive_days, how = self._archive(entry, facts)
        return (
            self.count,
            f"id {tvg_id.casefold()} {shift}" if tvg_id else None,
            name,
            names.normalise(name),
            _text(next(iter(entry.groups), "")) or UNCATEGORISED,
            logo if len(logo) <= _LONGEST_LOGO and _LOGO.fullmatch(logo) else "",
            tvg_id,
            shift,
            names.parse_number(number) if number else None,
            facts.get(m3u.RADIO, "").casefold() in {"true", "1", "yes"},
            archive_days,
            entry.url,
            self._headers(entry),
            how,
        )

    def _archive(self, entry: m3u.Entry, facts: dict[str, str]) -> tuple[int, str]:
        """Answer for how many days the entry can be had again, and how, as JSON.

        What would lead where no address of the document may is counted, and not taken.
        """
        if (told := catchup.parse(facts)) is None:
            return 0, ""
        how, days = told
        built = catchup.addresses(how, entry.url, _SOME_MOMENT, UTC)
        if not built:
            return 0, ""
        if any(refusal(url, local=self._source.local) for url in built):
            self._skipped["catchup"] += 1
            return 0, ""
        return days, how.as_json()

    def _headers(self, entry: m3u.Entry) -> str:
        headers = entry.headers
        if self._source.user_agent:
            headers = {"User-Agent": self._source.user_agent} | headers
        return json.dumps(headers) if headers else "{}"


def _text(text: str) -> str:
    if not text.isprintable():
        text = _CONTROL.sub(" ", text)
    return text[:_LONGEST_TEXT].strip()


def _shift(hours: str) -> int:
    """Answer a shift in minutes; none for what makes no sense."""
    if not hours or _SHIFT.fullmatch(hours) is None:
        return 0
    shift = float(hours)
    return round(shift * 60) if abs(shift) <= _MOST_SHIFT_HOURS else 0
