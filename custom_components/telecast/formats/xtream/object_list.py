"""A JSON array of objects, read piece by piece: no catalogue is ever in memory whole."""

from collections.abc import Iterable, Iterator
from enum import Enum, auto
import json
import re
from typing import Any, Literal

from ..compression import CompressionError, Decompressor

type Reason = Literal["page", "refused", "unknown", "truncated", "too_large"]

LONGEST_OBJECT = 1024 * 1024
"""Bytes of the largest entry that is read."""

_TEXTS: dict[Reason, str] = {
    "page": "A web page came in place of an answer",
    "refused": "The panel answers with an account in place of what was asked for",
    "unknown": "What came is no answer of a panel",
    "truncated": "The answer breaks off, or is damaged",
    "too_large": "The answer is too large",
}
_SPACE = " \t\r\n"
# Some panels put a byte order mark before their answer; here it is read as Latin-1.
_BEFORE = _SPACE + "\xef\xbb\xbf"
_KEY = re.compile(r'"((?:[^"\\]|\\.)*)"[ \t\r\n]*:[ \t\r\n]*')
_MAY_END_ENTRY = re.compile(rb"[],}]")
_DECODER = json.JSONDecoder(strict=False)


class AnswerError(ValueError):
    """What came is no answer that can be read, for the named reason."""

    def __init__(self, reason: Reason) -> None:
        """Name the reason."""
        super().__init__(_TEXTS[reason])
        self.reason: Reason = reason


class _Place(Enum):
    BEFORE = auto()
    FIRST = auto()
    ENTRY = auto()
    AFTER_ENTRY = auto()
    END = auto()


class ObjectList:
    """Takes bytes in pieces of any size; answers the objects that are whole by then.

    PHP makes an object of an array whose numbers have gaps: its values are taken then.
    What is no object among the entries is passed over, and so is what follows the end.
    """

    def __init__(self) -> None:
        self._place = _Place.BEFORE
        self._keyed = False
        self._buffer = ""
        self._at = 0

    def feed(self, data: bytes) -> list[dict[str, Any]]:
        """Answer the objects that `data` completes; raise AnswerError."""
        # One character a byte: what an object's bytes mean is looked at once it is whole.
        self._buffer += data.decode("latin-1")
        if self._place is _Place.ENTRY and not _MAY_END_ENTRY.search(data):
            self._check_size()
            return []
        found: list[dict[str, Any]] = []
        while self._step(found):
            pass
        self._buffer, self._at = self._buffer[self._at :], 0
        self._check_size()
        return found

    def close(self) -> None:
        """Raise AnswerError if the list has not come to its end."""
        if self._place is _Place.BEFORE:
            raise AnswerError("unknown")
        if self._place is not _Place.END:
            raise AnswerError("truncated")

    def _check_size(self) -> None:
        if len(self._buffer) > LONGEST_OBJECT:
            raise AnswerError("too_large")

    def _step(self, found: list[dict[str, Any]]) -> bool:
        """Go on by one token; answer whether there may be another one."""
        if self._place is _Place.END:
            self._at = len(self._buffer)
            return False
        self._skip(_BEFORE if self._place is _Place.BEFORE else _SPACE)
        if self._at == len(self._buffer):
            return False
        here = self._buffer[self._at]
        if self._place is _Place.BEFORE:
            return self._begin(here)
        if here == self._closing:
            return self._go_on(_Place.END)
        if self._place is _Place.AFTER_ENTRY:
            if here != ",":
                raise AnswerError("truncated")
            return self._go_on(_Place.ENTRY)
        return self._read(found)

    @property
    def _closing(self) -> str:
        return "}" if self._keyed else "]"

    def _begin(self, here: str) -> bool:
        if here == "<":
            raise AnswerError("page")
        if here not in "[{":
            raise AnswerError("unknown")
        self._keyed = here == "{"
        return self._go_on(_Place.FIRST)

    def _go_on(self, place: _Place) -> bool:
        self._place = place
        self._at += 1
        return True

    def _skip(self, characters: str) -> None:
        while self._at < len(self._buffer) and self._buffer[self._at] in characters:
            self._at += 1

    def _read(self, found: list[dict[str, Any]]) -> bool:
        start = self._at
        if self._keyed:
            if not (key := _KEY.match(self._buffer, start)):
                return False
            if not key[1].isdecimal():
                raise AnswerError("refused" if key[1] == "user_info" else "unknown")
            start = key.end()
        try:
            value, end = _DECODER.raw_decode(self._buffer, start)
        except ValueError:
            return False  # the rest of it may be still to come
        except RecursionError as err:
            raise AnswerError("truncated") from err
        if end == len(self._buffer) and not isinstance(value, (dict, list, str)):
            return False  # a number may go on
        if isinstance(value, dict):
            found.append(_told(self._buffer[start:end], value))
        self._place, self._at = _Place.AFTER_ENTRY, end
        return True


def iter_objects(chunks: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Yield the objects of a list, packed or not; raise AnswerError."""
    reading, decompressor = ObjectList(), Decompressor()
    try:
        for chunk in chunks:
            for piece in decompressor.feed(chunk):
                yield from reading.feed(piece)
        decompressor.close()
    except CompressionError as err:
        too_large = err.reason == "bomb"
        raise AnswerError("too_large" if too_large else "truncated") from err
    reading.close()


def read_whole(data: bytes) -> Any:
    """Read an answer that is small; raise AnswerError."""
    decompressor = Decompressor()
    try:
        data = b"".join(decompressor.feed(data))
        decompressor.close()
    except CompressionError as err:
        too_large = err.reason == "bomb"
        raise AnswerError("too_large" if too_large else "truncated") from err
    text = _text(data.removeprefix(b"\xef\xbb\xbf")).lstrip(_SPACE)
    if text.startswith("<"):
        raise AnswerError("page")
    try:
        value, _ = _DECODER.raw_decode(text)
    except (ValueError, RecursionError) as err:
        raise AnswerError("truncated") from err
    return value


def _told(text: str, value: dict[str, Any]) -> dict[str, Any]:
    """Answer an object as it was meant; `value` is what it says in ASCII."""
    if text.isascii():
        return value
    meant: dict[str, Any] = _DECODER.decode(_text(text.encode("latin-1")))
    return meant


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
