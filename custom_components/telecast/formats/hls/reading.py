"""Playlists line by line, as foreign servers write them."""

from collections.abc import Iterator
import re
from urllib.parse import urljoin

from ..lines import MAX_LINE

_BLANK = " \t\0\ufeff"
_BEGINNING = re.compile(r"[\s\0\ufeff]*+#EXTM3U", re.IGNORECASE)
# Not str.splitlines: to a playlist, what else Unicode has of line ends is text.
_LINE = re.compile(r"[^\r\n]+")
_TAG = re.compile(r"(#EXT[A-Z0-9-]*+)\s*:?\s*(.*)", re.IGNORECASE | re.DOTALL)


def begins_playlist(text: str) -> bool:
    """Tell whether a text begins as every playlist does."""
    return _BEGINNING.match(text) is not None


def tags(text: str) -> Iterator[tuple[str, str]]:
    """Yield each tag in capitals with its value, and each address with no tag.

    Comments are left out, and so are lines longer than any that mean something.
    """
    for match in _LINE.finditer(text):
        if match.end() - match.start() > MAX_LINE:
            continue
        line = match[0].strip(_BLANK)
        if line and line[0] != "#":
            yield "", line
        elif tag := _TAG.match(line):
            yield tag[1].upper(), tag[2]


def resolve(base: str, uri: str) -> str:
    """Answer an address as it is seen from the playlist's own.

    One that is none stays as it is: it is for the caller to refuse, as no playlist can
    do without the segments that it counts.
    """
    try:
        return urljoin(base, uri)
    except ValueError:
        return uri
