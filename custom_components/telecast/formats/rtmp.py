"""RTMP: messages in chunks (Adobe's specification 1.0, section 5.3), as they arrive."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum

HANDSHAKE = 1536
"""Bytes of each of the blocks that either side sends before all else (5.2)."""
VERSION = 3

FIRST_CHUNK_SIZE = 128
MAX_MESSAGE = 8 * 1024 * 1024
# Nobody sends on more channels; each of them may hold the beginning of a message.
_MAX_CHANNELS = 64
_MAX_WAITING = 16 * 1024 * 1024
_EXTENDED = 0xFFFFFF
_HEAD_SIZES = (11, 7, 3, 0)


class Kind(IntEnum):
    """What a message is (5.4, 7.1)."""

    SET_CHUNK_SIZE = 1
    ABORT = 2
    ACKNOWLEDGEMENT = 3
    USER_CONTROL = 4
    WINDOW = 5
    BANDWIDTH = 6
    AUDIO = 8
    VIDEO = 9
    COMMAND3 = 17
    DATA = 18
    COMMAND = 20
    AGGREGATE = 22


class RtmpError(ValueError):
    """What came is no RTMP, or more than anybody sends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message."""

    kind: int
    data: bytes = field(repr=False)
    timestamp: int = 0
    """In milliseconds; 32 bits, which wrap."""
    stream: int = 0


@dataclass(slots=True, kw_only=True)
class _Channel:
    """What the next chunk of a chunk stream need not say again."""

    timestamp: int = 0
    step: int = 0
    """What was last said of the time: the time itself, or what was added to it."""
    extended: bool = False
    length: int = 0
    kind: int = 0
    stream: int = 0
    data: bytearray = field(default_factory=bytearray)


class Reader:
    """Makes messages of bytes as they come."""

    def __init__(self) -> None:
        self._rest = b""
        self._chunk_size = FIRST_CHUNK_SIZE
        self._channels: dict[int, _Channel] = {}

    def feed(self, data: bytes) -> Iterator[Message]:
        """Yield the messages that are whole now; it is read as far as this is iterated.

        Raises RtmpError.
        """
        self._rest += data
        at = 0
        try:
            while (end := self._chunk(at)) is not None:
                at, message = end
                if message:
                    yield message
        finally:
            self._rest = self._rest[at:]

    def _chunk(self, at: int) -> tuple[int, Message | None] | None:
        """Take the chunk that begins at a place; answer where it ends."""
        rest = self._rest
        if at >= len(rest):
            return None
        form, number = rest[at] >> 6, rest[at] & 0x3F
        at += 1
        if number < 2:
            if at + number + 1 > len(rest):
                return None
            size = number + 1
            number = 64 + int.from_bytes(rest[at : at + size], "little")
            at += size
        channel = self._channels.get(number) or _Channel()
        head = rest[at : at + _HEAD_SIZES[form]]
        at += len(head)
        if len(head) < _HEAD_SIZES[form]:
            return None
        step = int.from_bytes(head[:3]) if form < 3 else channel.step
        extended = step == _EXTENDED if form < 3 else channel.extended
        if extended:
            if at + 4 > len(rest):
                return None
            step = int.from_bytes(rest[at : at + 4])
            at += 4
        length = int.from_bytes(head[3:6]) if form < 2 else channel.length
        if length > MAX_MESSAGE:
            raise RtmpError("A message is too long")
        begun = len(channel.data)
        size = min(self._chunk_size, length - (begun if form == 3 else 0))
        if at + size > len(rest):
            return None
        self._channels[number] = channel
        if form < 3 or not begun:
            self._begin(channel, form, head, step, extended=extended)
        channel.data += rest[at : at + size]
        self._check()
        return at + size, self._taken(channel)

    @staticmethod
    def _begin(
        channel: _Channel, form: int, head: bytes, step: int, *, extended: bool
    ) -> None:
        channel.data.clear()
        channel.step, channel.extended = step, extended
        channel.timestamp = step if form == 0 else channel.timestamp + step
        if form < 2:
            channel.length, channel.kind = int.from_bytes(head[3:6]), head[6]
        if form == 0:
            channel.stream = int.from_bytes(head[7:11], "little")

    def _taken(self, channel: _Channel) -> Message | None:
        if len(channel.data) < channel.length:
            return None
        message = Message(
            kind=channel.kind,
            data=bytes(channel.data),
            timestamp=channel.timestamp & 0xFFFFFFFF,
            stream=channel.stream,
        )
        channel.data.clear()
        self._obey(message)
        return message

    def _obey(self, message: Message) -> None:
        number = int.from_bytes(message.data[:4])
        if message.kind == Kind.SET_CHUNK_SIZE:
            if not 0 < number & 0x7FFFFFFF <= MAX_MESSAGE * 2:
                raise RtmpError("Chunks cannot be of such a size")
            self._chunk_size = number & 0x7FFFFFFF
        elif message.kind == Kind.ABORT and number in self._channels:
            self._channels[number].data.clear()

    def _check(self) -> None:
        waiting = sum(len(channel.data) for channel in self._channels.values())
        if len(self._channels) > _MAX_CHANNELS or waiting > _MAX_WAITING:
            raise RtmpError("Too many messages come at once")


def render(
    message: Message, *, channel: int, chunk_size: int = FIRST_CHUNK_SIZE
) -> bytes:
    """Write a message on a chunk stream of 2 to 63; its time has to be below 2^24 - 1."""
    head = message.timestamp.to_bytes(3) + len(message.data).to_bytes(3)
    head += bytes((message.kind,)) + message.stream.to_bytes(4, "little")
    pieces = [
        message.data[at : at + chunk_size]
        for at in range(0, len(message.data), chunk_size)
    ]
    return bytes((channel,)) + head + bytes((0xC0 | channel,)).join(pieces)
