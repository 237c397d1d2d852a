"""Byte ranges of HTTP, as players ask for them and servers answer (RFC 9110 §14)."""

from dataclasses import dataclass
import re

# More digits than any film has bytes; `int` takes long over thousands of them.
_NUMBER = r"[0-9]{1,18}"
_RANGE = re.compile(
    rf"\s*bytes\s*=\s*(?P<first>{_NUMBER})?\s*-\s*(?P<last>{_NUMBER})?\s*",
    re.IGNORECASE,
)
_CONTENT_RANGE = re.compile(
    rf"\s*bytes\s+(?P<first>{_NUMBER})-(?P<last>{_NUMBER})/(?P<size>{_NUMBER}|\*)\s*",
    re.IGNORECASE,
)
_UNSATISFIED = re.compile(rf"\s*bytes\s+\*/(?P<size>{_NUMBER})\s*", re.IGNORECASE)


class UnsatisfiableError(ValueError):
    """Nothing of what there is lies in the range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From one byte to another, both included."""

    first: int
    last: int | None = None
    """None for all that follows."""

    @property
    def header(self) -> str:
        """The value of a `Range` header."""
        return f"bytes={self.first}-{'' if self.last is None else self.last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """The last bytes."""

    length: int

    @property
    def header(self) -> str:
        """The value of a `Range` header."""
        return f"bytes=-{self.length}"


type Range = Span | Tail


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentRange:
    """Which bytes an answer holds."""

    first: int
    last: int
    size: int | None
    """Of the whole; None where that is not told."""

    @property
    def header(self) -> str:
        """The value of a `Content-Range` header."""
        size = "*" if self.size is None else self.size
        return f"bytes {self.first}-{self.last}/{size}"


def parse_range(text: str) -> Range | None:
    """Answer the one range that a `Range` header asks for.

    None for what must or may be answered with the whole (RFC 9110 §14.2): other units,
    what is no range, and several ranges.
    """
    match = _RANGE.fullmatch(text)
    if match is None:
        return None
    first, last = match["first"], match["last"]
    if first is None:
        return None if last is None else Tail(length=int(last))
    span = Span(first=int(first), last=None if last is None else int(last))
    return None if span.last is not None and span.last < span.first else span


def parse_content_range(text: str) -> ContentRange | None:
    """Answer which bytes a `Content-Range` header tells of; None where it tells of none."""
    match = _CONTENT_RANGE.fullmatch(text)
    if match is None:
        return None
    size = None if match["size"] == "*" else int(match["size"])
    found = ContentRange(first=int(match["first"]), last=int(match["last"]), size=size)
    if found.last < found.first or (size is not None and found.last >= size):
        return None
    return found


def parse_unsatisfied(text: str) -> int | None:
    """Answer the size that a `Content-Range` beside status 416 tells; None for none."""
    match = _UNSATISFIED.fullmatch(text)
    return int(match["size"]) if match else None


def unsatisfied(size: int | None) -> str:
    """Answer the value of the `Content-Range` header beside status 416."""
    return f"bytes */{'*' if size is None else size}"


def resolve(wanted: Range, size: int) -> ContentRange:
    """Answer which bytes of `size` a range means; raise UnsatisfiableError for none."""
    if isinstance(wanted, Tail):
        first, last = max(0, size - wanted.length), size - 1
    else:
        first = wanted.first
        last = size - 1 if wanted.last is None else min(wanted.last, size - 1)
    if last < first:
        raise UnsatisfiableError("There is nothing in this range")
    return ContentRange(first=first, last=last, size=size)
