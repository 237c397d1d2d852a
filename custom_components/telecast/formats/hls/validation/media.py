"""What a media playlist has to keep to (RFC 8216 §4.3.2, §4.3.3, §6.2)."""

from collections.abc import Iterator
import math

from ..window import rounded
from . import dates, keys
from .document import Document, Line
from .grammar import EXTINF

_TARGET = "#EXT-X-TARGETDURATION"
_SEQUENCE = "#EXT-X-MEDIA-SEQUENCE"
_DISCONTINUITIES = "#EXT-X-DISCONTINUITY-SEQUENCE"
_DISCONTINUITY = "#EXT-X-DISCONTINUITY"
_BYTERANGE = "#EXT-X-BYTERANGE"
# Those that say something of the next segment; all but the last one say it once.
_OF_ONE_SEGMENT = {"#EXTINF", _BYTERANGE, "#EXT-X-PROGRAM-DATE-TIME", _DISCONTINUITY}


def violations(document: Document) -> Iterator[str]:
    """Yield what is wrong with a playlist of segments, beyond single lines."""
    yield from _header(document)
    yield from _order(document)
    yield from _durations(document)
    yield from _segments(document)
    yield from _maps(document)
    for line in document.tagged("#EXT-X-KEY"):
        yield from keys.violations(line)
    yield from dates.violations(document)


def _header(document: Document) -> Iterator[str]:
    if not document.has(_TARGET):
        yield f"The playlist has no {_TARGET} (RFC 8216 §4.3.3.1)"
    ended = document.has("#EXT-X-ENDLIST")
    if not document.has(_SEQUENCE) and not ended:
        yield f"The playlist is live and has no {_SEQUENCE} (RFC 8216 §6.2.2)"
    kinds = {line.value for line in document.tagged("#EXT-X-PLAYLIST-TYPE")}
    if "VOD" in kinds and not ended:
        yield "The playlist is VOD, but has no #EXT-X-ENDLIST (RFC 8216 §4.3.3.5)"


def _order(document: Document) -> Iterator[str]:
    """Check what has to come before the first segment and the first discontinuity."""
    seen: set[str] = set()
    for line in document.lines:
        if line.tag == _SEQUENCE and "" in seen:
            yield line.sentence(f"{_SEQUENCE} comes after a segment", "§4.3.3.2")
        if line.tag == _DISCONTINUITIES:
            if "" in seen:
                yield line.sentence(f"{line.tag} comes after a segment", "§4.3.3.3")
            if _DISCONTINUITY in seen:
                what = f"{line.tag} comes after {_DISCONTINUITY}"
                yield line.sentence(what, "§4.3.3.3")
        seen.add(line.tag)


def _durations(document: Document) -> Iterator[str]:
    target = document.number(_TARGET)
    if target is None:
        return
    for line in document.tagged("#EXTINF"):
        match = EXTINF.fullmatch(line.value)
        duration = float(match[1]) if match else 0.0
        if not math.isfinite(duration) or rounded(duration) > target:
            what = f"the segment is longer than the target duration of {target} s"
            yield line.sentence(what, "§4.3.3.1")


def _segments(document: Document) -> Iterator[str]:
    """Check that each address has its tags once, and each tag its address."""
    tags: dict[str, Line] = {}
    last_range_of = ""
    for line in document.lines:
        if line.tag in tags and line.tag != _DISCONTINUITY:
            what = f"{line.tag} is there twice for one segment"
            yield line.sentence(what, "§4.3.2")
        if line.tag in _OF_ONE_SEGMENT:
            tags[line.tag] = line
        if line.tag:
            continue
        if "#EXTINF" not in tags:
            yield line.sentence("the address has no #EXTINF before it", "§4.3.2.1")
        part = tags.get(_BYTERANGE)
        if part and "@" not in part.value and last_range_of != line.value:
            what = f"{_BYTERANGE} has no offset, and no range before it goes on"
            yield part.sentence(what, "§4.3.2.2")
        last_range_of = line.value if part else ""
        tags.clear()
    for tag, line in tags.items():
        yield line.sentence(f"no segment follows {tag}", "§4.3.2")


def _maps(document: Document) -> Iterator[str]:
    key: Line | None = None
    for line in document.tagged("#EXT-X-KEY", "#EXT-X-MAP"):
        if line.tag == "#EXT-X-KEY":
            key = line
        elif key and key.get("METHOD") == "AES-128" and "IV" not in key.attributes:
            yield line.sentence("the key of the map has no IV", "§4.3.2.5")
