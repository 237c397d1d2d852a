"""What goes to and fro on port 65001, over UDP and TCP: frames of tagged values.

As libhdhomerun speaks it: type and length of the payload (16 bits each, big-endian), the
payload, and a CRC-32 (that of zlib, little-endian) of all before it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
import zlib

PORT = 65001
MAX_FRAME = 1460
"""Bytes; nobody sends or takes a longer one."""

_HEAD = 4
_CRC = 4
_MAX_PAYLOAD = MAX_FRAME - _HEAD - _CRC
# One byte says lengths up to this, two bytes 15 bits.
_SHORT = 0x7F
_LONG = 0x7FFF


class PacketError(ValueError):
    """What came is no frame, or does not hold what it says."""


class FrameType(IntEnum):
    """What a frame asks or answers."""

    DISCOVER_REQUEST = 2
    DISCOVER_REPLY = 3
    GETSET_REQUEST = 4
    GETSET_REPLY = 5


class Tag(IntEnum):
    """What a value is."""

    DEVICE_TYPE = 0x01
    DEVICE_ID = 0x02
    GETSET_NAME = 0x03
    GETSET_VALUE = 0x04
    ERROR_MESSAGE = 0x05
    TUNER_COUNT = 0x10
    GETSET_LOCKKEY = 0x15
    LINEUP_URL = 0x27
    BASE_URL = 0x2A
    DEVICE_AUTH = 0x2B
    MULTI_TYPE = 0x2D


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One frame, whose check sum was right."""

    type: int
    payload: bytes = field(repr=False)


def parse(datagram: bytes) -> Frame:
    """Read a datagram that is one frame, neither more nor less; raise PacketError."""
    frames = Frames()
    frames.feed(datagram)
    frame = next(frames, None)
    if frame is None or frames.waiting:
        raise PacketError("A datagram is not one frame")
    return frame


def render(frame: Frame) -> bytes:
    """Answer a frame as it is sent; raise PacketError where that is too long."""
    if len(frame.payload) > _MAX_PAYLOAD:
        raise PacketError("A frame is too long")
    body = frame.type.to_bytes(2) + len(frame.payload).to_bytes(2) + frame.payload
    return body + zlib.crc32(body).to_bytes(_CRC, "little")


class Frames:
    """Takes bytes as they come, and yields the frames that are whole."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    @property
    def waiting(self) -> int:
        """How many bytes are kept: those of a frame that is not whole."""
        return len(self._bytes)

    def feed(self, data: bytes | memoryview) -> None:
        """Take the next bytes; take the frames out before there are more."""
        self._bytes += data

    def __iter__(self) -> Iterator[Frame]:
        """Go through the frames that are whole by now."""
        return self

    def __next__(self) -> Frame:
        """Answer the next whole frame; raise PacketError, after which all is lost."""
        if len(self._bytes) < _HEAD:
            raise StopIteration
        length = int.from_bytes(self._bytes[2:4])
        if length > _MAX_PAYLOAD:
            raise PacketError("A frame is too long")
        end = _HEAD + length
        if len(self._bytes) < end + _CRC:
            raise StopIteration
        body, crc = bytes(self._bytes[:end]), self._bytes[end : end + _CRC]
        if zlib.crc32(body) != int.from_bytes(crc, "little"):
            raise PacketError("A check sum is wrong")
        del self._bytes[: end + _CRC]
        return Frame(type=int.from_bytes(body[:2]), payload=body[_HEAD:])


def parse_values(payload: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield tags and values in their order; raise PacketError where lengths lie."""
    at = 0
    while at < len(payload):
        tag, start, length = payload[at], *_length(payload, at + 1)
        at = start + length
        if at > len(payload):
            raise PacketError("A value is longer than its frame")
        yield tag, payload[start:at]


def render_values(values: Iterable[tuple[int, bytes]]) -> bytes:
    """Answer a payload; raise PacketError where a value is too long."""
    return b"".join(
        bytes((tag,)) + _render_length(len(value)) + value for tag, value in values
    )


def number(value: bytes) -> int:
    """Read a value of 32 bits; raise PacketError where it has another length."""
    if len(value) != 4:
        raise PacketError("A number has a wrong length")
    return int.from_bytes(value)


def numbers(value: bytes) -> tuple[int, ...]:
    """Read a list of values of 32 bits; raise PacketError where one is cut off."""
    return tuple(number(value[at : at + 4]) for at in range(0, len(value), 4))


def text(value: bytes) -> str:
    """Read a text up to its NUL, be there one or not; raise PacketError if it is none."""
    try:
        return value.partition(b"\0")[0].decode()
    except UnicodeDecodeError as err:
        raise PacketError("A text is not in UTF-8") from err


def _length(payload: bytes, at: int) -> tuple[int, int]:
    """Answer where a value begins, and its length."""
    if at >= len(payload):
        raise PacketError("A value has no length")
    length = payload[at]
    if length <= _SHORT:
        return at + 1, length
    if at + 1 >= len(payload):
        raise PacketError("A value has half a length")
    return at + 2, length & _SHORT | payload[at + 1] << 7


def _render_length(length: int) -> bytes:
    if length <= _SHORT:
        return bytes((length,))
    if length > _LONG:
        raise PacketError("A value is too long")
    return bytes((length & _SHORT | _SHORT + 1, length >> 7))
