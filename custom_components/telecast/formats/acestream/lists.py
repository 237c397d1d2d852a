"""Lists of AceStream ids as people keep them: an id and a name a line."""

from collections.abc import Iterable
from dataclasses import dataclass
import re

from .. import m3u
from .links import Kind, Link, parse

# What stands between an id and its name.
_BETWEEN = " \t,;|"
_WORD = re.compile(r"[^\s,;|]+")
_NAMELESS_DIGITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A broadcast, and what it is called; a name is not empty and has no line ends."""

    link: Link
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a list holds."""

    entries: tuple[Named, ...] = ()
    invalid: tuple[int, ...] = ()
    """The numbers of lines without an id, the first line being 1."""


def parse_list(text: str) -> Listing:
    """Read a list; an id or link begins or ends each line, and counts once.

    Empty lines and comments (`#`) are passed over. What has no name is called by the
    first digits of its id.
    """
    entries: dict[Link, Named] = {}
    invalid: list[int] = []
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip(" \t\ufeff")
        if not line or line.startswith("#"):
            continue
        if (named := _named(line)) is None:
            invalid.append(number)
        else:
            entries.setdefault(named.link, named)
    return Listing(entries=tuple(entries.values()), invalid=tuple(invalid))


def render_list(entries: Iterable[Named]) -> str:
    """Write a list that `parse_list` reads back."""
    return "".join(f"{_written(one.link)} {one.name}\n" for one in entries)


def as_playlist(text: str) -> str:
    """Answer a list as an extended M3U, so that it comes in as any playlist does."""
    return "".join(
        m3u.render(
            m3u.Entry(name=one.name, url=one.link.address)
            for one in parse_list(text).entries
        )
    )


def _named(line: str) -> Named | None:
    words = _WORD.findall(line)
    if not words:
        return None
    if link := parse(words[0]):
        name = line[line.index(words[0]) + len(words[0]) :]
    elif link := parse(words[-1]):
        name = line[: line.rindex(words[-1])]
    else:
        return None
    name = " ".join(name.strip(_BETWEEN).split())
    return Named(link=link, name=name or link.id[:_NAMELESS_DIGITS])


def _written(link: Link) -> str:
    return link.id if link.kind is Kind.CONTENT_ID else link.address
