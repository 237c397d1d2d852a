"""RTSP (RFC 2326): messages, and the frames interleaved with them, as they arrive."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
import re

MAX_HEAD = 64 * 1024
MAX_BODY = 1024 * 1024

_FRAME = b"$"
_END = b"\r\n\r\n"
_STATUS = re.compile(r"RTSP/\d\.\d (\d{3})")
_START = re.compile(r"RTSP/\d\.\d \d{3}|[A-Z_]+ .* RTSP/\d\.\d$")


class RtspError(ValueError):
    """What came is no RTSP, or more than anybody sends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A part of the stream itself, or of its reports (§10.12), with its head."""

    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A request or an answer."""

    start: str = field(repr=False)
    """The first line."""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)

    @property
    def status(self) -> int | None:
        """The status of an answer; None for a request."""
        match = _STATUS.match(self.start)
        return int(match[1]) if match else None

    @property
    def method(self) -> str:
        """The method of a request."""
        return self.start.partition(" ")[0]

    @property
    def url(self) -> str:
        """The address that a request is for."""
        return self.start.partition(" ")[2].rpartition(" ")[0]

    def header(self, name: str) -> str:
        """Answer the first header of that name; empty where there is none."""
        return next(iter(self.all_of(name)), "")

    def all_of(self, name: str) -> list[str]:
        """Answer all headers of that name."""
        name = name.casefold()
        return [value for key, value in self.headers if key.casefold() == name]

    def to(self, url: str) -> Message:
        """Answer the same request for another address."""
        version = self.start.rpartition(" ")[2]
        return replace(self, start=f"{self.method} {url} {version}")

    def with_header(self, name: str, value: str) -> Message:
        """Answer the same message with that header in the place of any other."""
        others = tuple(
            header for header in self.headers if header[0].casefold() != name.casefold()
        )
        return replace(self, headers=(*others, (name, value)))


def request(method: str, url: str, sequence: int, **headers: str) -> Message:
    """Make a request; `_` in a header's name stands for `-`."""
    others = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Message(
        start=f"{method} {url} RTSP/1.0", headers=(("CSeq", str(sequence)), *others)
    )


def render(message: Message) -> bytes:
    """Write a message; raises RtspError for a header that would be more than one line."""
    lines = [message.start, *(f"{name}: {value}" for name, value in message.headers)]
    if any("\r" in line or "\n" in line for line in lines):
        raise RtspError("A header holds a line end")
    return "\r\n".join(lines).encode(errors="surrogateescape") + _END + message.body


class Reader:
    """Makes messages and frames of bytes as they come."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[Message | Frame]:
        """Yield what has come whole; it is read as far as this is iterated.

        Raises RtspError.
        """
        self._rest += data
        while (taken := self._take()) is not None:
            yield taken

    def _take(self) -> Message | Frame | None:
        if self._rest.startswith(_FRAME):
            length = 4 + int.from_bytes(self._rest[2:4])
            if len(self._rest) < max(length, 4):
                return None
            return Frame(data=self._cut(length))
        # Empty lines between messages mean nothing.
        self._rest = self._rest.lstrip(b"\r\n")
        end = self._rest.find(_END)
        if end < 0:
            if len(self._rest) > MAX_HEAD:
                raise RtspError("A message has no end")
            return None
        message = _parse(self._rest[:end])
        length = _length(message)
        if len(self._rest) < end + len(_END) + length:
            return None
        self._cut(end + len(_END))
        return replace(message, body=self._cut(length))

    def _cut(self, length: int) -> bytes:
        cut, self._rest = self._rest[:length], self._rest[length:]
        return cut


def _parse(head: bytes) -> Message:
    start, *lines = head.decode(errors="surrogateescape").split("\r\n")
    if not _START.match(start):
        raise RtspError("A message is none of RTSP")
    headers = []
    for line in lines:
        name, _, value = line.partition(":")
        headers.append((name.strip(), value.strip()))
    return Message(start=start, headers=tuple(headers))


def _length(message: Message) -> int:
    told = message.header("Content-Length") or "0"
    if not (told.isascii() and told.isdecimal() and int(told[:10]) <= MAX_BODY):
        raise RtspError("A message is too long")
    return int(told)
