"""Which version of the protocol a playlist needs, and whether it says so (RFC 8216 §7)."""

from collections.abc import Iterator

from .document import Document, Line

_VERSION = "#EXT-X-VERSION"


def violations(document: Document) -> Iterator[str]:
    """Yield what is wrong with the version that a playlist says, or does not say."""
    if not document.has(_VERSION):
        yield "The playlist has no #EXT-X-VERSION (RFC 8216 §4.3.1.2)"
        return
    said = document.number(_VERSION)
    if said is None:
        return
    needs = max(_needs(document), default=(0, ""))
    if needs[0] > said:
        number, what = needs
        yield (
            f"The playlist says version {said}, but {what} needs version {number} "
            "(RFC 8216 §7)"
        )


def _needs(document: Document) -> Iterator[tuple[int, str]]:
    frames_only = document.has("#EXT-X-I-FRAMES-ONLY")
    for line in document.lines:
        yield from _line_needs(line, 5 if frames_only else 6)


def _line_needs(line: Line, map_version: int) -> Iterator[tuple[int, str]]:
    match line.tag:
        case "#EXTINF" if "." in line.value.partition(",")[0]:
            yield 3, "a duration with decimals"
        case "#EXT-X-BYTERANGE" | "#EXT-X-I-FRAMES-ONLY":
            yield 4, line.tag
        case "#EXT-X-MAP":
            yield map_version, line.tag
        case "#EXT-X-KEY":
            if "IV" in line.attributes:
                yield 2, "the IV of a key"
            if not line.attributes.keys().isdisjoint(
                {"KEYFORMAT", "KEYFORMATVERSIONS"}
            ):
                yield 5, "the KEYFORMAT of a key"
        case "#EXT-X-MEDIA" if line.get("INSTREAM-ID").startswith("SERVICE"):
            yield 7, "an INSTREAM-ID of a SERVICE"
