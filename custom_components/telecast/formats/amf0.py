"""Action Message Format 0: the values in which RTMP's commands are written."""

from collections.abc import Sequence
from enum import IntEnum
import struct

type Value = float | bool | str | dict[str, Value] | list[Value] | None

_DEEPEST = 16
_MOST = 1000
_NUMBER = struct.Struct(">d")


class AmfError(ValueError):
    """What came is no such value."""


class _Marker(IntEnum):
    """How a value begins."""

    NUMBER = 0
    BOOLEAN = 1
    STRING = 2
    OBJECT = 3
    NULL = 5
    UNDEFINED = 6
    ECMA_ARRAY = 8
    END = 9
    STRICT_ARRAY = 10
    DATE = 11
    LONG_STRING = 12


def render(values: Sequence[Value]) -> bytes:
    """Write values; raises AmfError for a text that is too long, and for a list."""
    return b"".join(map(_render, values))


def parse(data: bytes) -> list[Value]:
    """Read values; what is undefined is None, and a date a number. Raises AmfError."""
    reader = _Reader(data)
    values: list[Value] = []
    try:
        while not reader.at_end:
            values.append(reader.value())
    except (IndexError, struct.error) as err:
        raise AmfError("A value is cut off") from err
    return values


def _render(value: Value) -> bytes:
    match value:
        case None:
            return bytes((_Marker.NULL,))
        case bool():
            return bytes((_Marker.BOOLEAN, value))
        case int() | float():
            return bytes((_Marker.NUMBER,)) + _NUMBER.pack(value)
        case str():
            return bytes((_Marker.STRING,)) + _name(value)
        case dict():
            pairs = (_name(name) + _render(one) for name, one in value.items())
            end = b"\0\0" + bytes((_Marker.END,))
            return bytes((_Marker.OBJECT,)) + b"".join(pairs) + end
        case _:
            raise AmfError("A list is not written")


def _name(text: str) -> bytes:
    data = text.encode()
    if len(data) > 0xFFFF:
        raise AmfError("A text is too long")
    return len(data).to_bytes(2) + data


class _Reader:
    """Reads one value after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._read = 0

    @property
    def at_end(self) -> bool:
        return self._at >= len(self._data)

    def value(self, depth: int = 0) -> Value:
        self._read += 1
        if depth > _DEEPEST or self._read > _MOST:
            raise AmfError("There are too many values")
        marker = self._take(1)[0]
        match marker:
            case _Marker.NUMBER:
                return self._number()
            case _Marker.BOOLEAN:
                return bool(self._take(1)[0])
            case _Marker.STRING:
                return self._text(2)
            case _Marker.LONG_STRING:
                return self._text(4)
            case _Marker.NULL | _Marker.UNDEFINED:
                return None
            case _Marker.DATE:
                number = self._number()
                self._take(2)
                return number
            case _Marker.OBJECT:
                return self._pairs(depth)
            case _Marker.ECMA_ARRAY:
                self._take(4)
                return self._pairs(depth)
            case _Marker.STRICT_ARRAY:
                count = int.from_bytes(self._take(4))
                return [self.value(depth + 1) for _ in range(min(count, _MOST + 1))]
        raise AmfError("A value is of a kind that nobody sends")

    def _pairs(self, depth: int) -> dict[str, Value]:
        pairs: dict[str, Value] = {}
        while True:
            name = self._text(2)
            if not name and self._data[self._at] == _Marker.END:
                self._take(1)
                return pairs
            pairs[name] = self.value(depth + 1)

    def _number(self) -> float:
        (number,) = _NUMBER.unpack(self._take(8))
        return float(number)

    def _text(self, size: int) -> str:
        return self._take(int.from_bytes(self._take(size))).decode(errors="replace")

    def _take(self, length: int) -> bytes:
        taken = self._data[self._at : self._at + length]
        if len(taken) < length:
            raise AmfError("A value is cut off")
        self._at += length
        return taken
