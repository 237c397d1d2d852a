"""Playlists read for tests, whole or in pieces."""

from collections import Counter
from itertools import batched

from custom_components.telecast.formats import m3u
from custom_components.telecast.formats.m3u import Entry

# Two whole entries, to stand around what is tested.
ONE = b"#EXTINF:-1,One\nhttp://h.example/1\n"
TWO = b"#EXTINF:-1,Two\nhttp://h.example/2\n"


def fed(data: bytes, step: int) -> tuple[list[Entry], m3u.Parser]:
    """Feed a document in pieces of `step` bytes."""
    parser = m3u.Parser()
    entries: list[Entry] = []
    for piece in batched(data, step, strict=False):
        entries += parser.feed(bytes(piece))
    return entries + parser.close(), parser


def read(data: bytes | str) -> tuple[list[Entry], Counter[str]]:
    """Read a document; answer the entries and what was skipped."""
    parser = m3u.Parser()
    data = data.encode() if isinstance(data, str) else data
    return parser.feed(data) + parser.close(), parser.skipped


def only(data: bytes | str) -> Entry:
    """Read a document of one entry, in which nothing is skipped."""
    entries, skipped = read(data)
    assert not skipped
    (entry,) = entries
    return entry


def titled(title: str) -> Entry:
    """Read one entry by its title line."""
    return only(f"#EXTM3U\n{title}\nhttp://h.example/1.ts\n")


def names(data: bytes | str) -> list[str]:
    """Answer the names of all entries."""
    return [entry.name for entry in read(data)[0]]
