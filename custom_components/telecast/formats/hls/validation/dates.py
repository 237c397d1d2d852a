"""What ranges of dates have to keep to (RFC 8216 §4.3.2.7)."""

from collections.abc import Iterator
from datetime import UTC, datetime

from .document import Document, Line


def violations(document: Document) -> Iterator[str]:
    """Yield what is wrong with the ranges of a media playlist."""
    ranges = list(document.tagged("#EXT-X-DATERANGE"))
    if ranges and not document.has("#EXT-X-PROGRAM-DATE-TIME"):
        yield (
            "The playlist has #EXT-X-DATERANGE, but no #EXT-X-PROGRAM-DATE-TIME "
            "(RFC 8216 §4.3.2.7)"
        )
    for line in ranges:
        for what in (*_times(line), *_end(line)):
            yield line.sentence(what, "§4.3.2.7")


def _times(line: Line) -> Iterator[str]:
    names = [name for name in ("START-DATE", "END-DATE") if name in line.attributes]
    times = {name: _time(line.get(name)) for name in names}
    for name in names:
        if times[name] is None:
            yield f"{name} is no date"
    start, end = times.get("START-DATE"), times.get("END-DATE")
    if start and end and end < start:
        yield "the range ends before it begins"


def _end(line: Line) -> Iterator[str]:
    if "END-ON-NEXT" not in line.attributes:
        return
    if "CLASS" not in line.attributes:
        yield "a range that ends with the next one has no CLASS"
    if not line.attributes.keys().isdisjoint({"DURATION", "END-DATE"}):
        yield "a range that ends with the next one has an end of its own"


def _time(text: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
