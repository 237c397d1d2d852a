"""A playlist cut into lines, and what every playlist has to keep to, whatever it lists."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
import re
import unicodedata

from ...lines import MAX_LINE
from ..model import MAX_INTEGER
from . import grammar
from .grammar import INTEGER, TAGS, Place, Tag

_CONTROLS = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)")
_TAG = re.compile(r"(#EXT[A-Z0-9-]*+)(?::(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A tag with its value, or an address, whose tag is empty."""

    number: int
    tag: str
    value: str
    attributes: dict[str, str] = field(default_factory=dict)
    """As they are written: values with their quotes."""

    def get(self, name: str) -> str:
        """Answer an attribute without quotes; empty if there is none."""
        return grammar.unquoted(self.attributes.get(name, ""))

    def sentence(self, what: str, section: str) -> str:
        """Say what is wrong with the line, and where the RFC says so."""
        return f"Line {self.number}: {what} (RFC 8216 {section})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A playlist as it is judged."""

    text: str
    lines: tuple[Line, ...]
    """Without blank ones, comments, tags that nobody knows, and what is far too long."""

    def tagged(self, *tags: str) -> Iterator[Line]:
        """Yield the lines of these tags."""
        return (line for line in self.lines if line.tag in tags)

    def number(self, tag: str) -> int | None:
        """Answer the whole number that a tag says first, or None."""
        value = next((line.value for line in self.tagged(tag)), "")
        return int(value) if INTEGER.fullmatch(value) else None

    def has(self, tag: str) -> bool:
        """Tell whether a tag is there."""
        return any(self.tagged(tag))


def read(text: str) -> Document:
    """Cut a playlist into its lines."""
    numbered = enumerate(text.removeprefix("\ufeff").split("\n"), 1)
    lines = (_line(number, raw.strip()) for number, raw in numbered)
    return Document(text=text, lines=tuple(filter(None, lines)))


def _line(number: int, raw: str) -> Line | None:
    if len(raw) > MAX_LINE:
        return None
    if raw and raw[0] != "#":
        return Line(number=number, tag="", value=raw)
    match = _TAG.fullmatch(raw)
    tag = TAGS.get(match[1]) if match else None
    if match is None or tag is None:
        return None
    pairs = grammar.split(match[2] or "")[0] if tag.attributes else []
    return Line(
        number=number,
        tag=match[1],
        value=match[2] or "",
        attributes=dict(reversed(pairs)),
    )


def violations(document: Document, *, master: bool) -> Iterator[str]:
    """Yield what no playlist may be, and what a line may not be in one of this sort."""
    yield from _text(document.text)
    if document.text.partition("\n")[0].strip("\ufeff\r") != "#EXTM3U":
        yield "The first line is not #EXTM3U (RFC 8216 §4.3.1.1)"
    seen: set[str] = set()
    for line in document.lines:
        if line.tag:
            yield from _tag(line, TAGS[line.tag], seen, master)
        elif len(line.value.split(maxsplit=1)) > 1:
            yield line.sentence("the address holds white space", "§4.1")
        seen.add(line.tag)


def _text(text: str) -> Iterator[str]:
    if text.startswith("\ufeff"):
        yield "The playlist begins with a byte order mark (RFC 8216 §4.1)"
    if _CONTROLS.search(text):
        yield "The playlist holds control characters (RFC 8216 §4.1)"
    if not unicodedata.is_normalized("NFC", text):
        yield "The playlist is not in normal form C of Unicode (RFC 8216 §4.1)"
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.removesuffix("\r")
        if line != line.strip():
            yield f"Line {number}: there is white space around it (RFC 8216 §4.1)"
        if len(line) > MAX_LINE:
            yield f"Line {number}: it is too long to be judged"


def _tag(line: Line, tag: Tag, seen: set[str], master: bool) -> Iterator[str]:
    if tag.place is Place.MASTER and not master:
        yield line.sentence(f"{line.tag} may stand only in master playlists", "§4.3.4")
    elif tag.place in {Place.MEDIA, Place.SEGMENT} and master:
        what = f"{line.tag} may stand only in media playlists"
        yield line.sentence(what, tag.place.value)
    if tag.once and line.tag in seen:
        yield line.sentence(f"{line.tag} is there more than once", tag.section)
    if tag.attributes:
        yield from _attributes(line, tag)
    elif tag.value and not _fits(line.value, tag.value):
        yield line.sentence(f"the value of {line.tag} cannot be", tag.section)


def _attributes(line: Line, tag: Tag) -> Iterator[str]:
    pairs, whole = grammar.split(line.value)
    if not whole:
        yield line.sentence(f"{line.tag} has no proper attribute list", "§4.2")
    names = Counter(name for name, _ in pairs)
    for name in (name for name, times in names.items() if times > 1):
        yield line.sentence(f"{line.tag} has {name} more than once", "§4.2")
    for name, value in pairs:
        pattern = tag.attributes.get(name)
        if pattern and not _fits(value, pattern):
            yield line.sentence(f"the {name} of {line.tag} cannot be", tag.section)
    for name in tag.required:
        if whole and name not in names:
            yield line.sentence(f"{line.tag} has no {name}", tag.section)


def _fits(value: str, pattern: re.Pattern[str]) -> bool:
    if not pattern.fullmatch(value):
        return False
    return pattern is not INTEGER or int(value) <= MAX_INTEGER
