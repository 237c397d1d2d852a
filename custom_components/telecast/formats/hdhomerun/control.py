"""What clients read and change on a device, over TCP: named values as text."""

from dataclasses import dataclass

from . import packets
from .packets import Frame, FrameType, PacketError, Tag

NONE = "none"
"""What a value is that is not there."""
FORCE = "force"
"""What takes a lock away from somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlRequest:
    """A question for a value, or the wish to change it."""

    name: str
    value: str | None = None
    """What it should become; None just asks."""
    lockkey: int | None = None
    """The number under which the client has locked the tuner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlReply:
    """What a value is (now), or why there is none."""

    name: str = ""
    value: str = ""
    error: str | None = None


def parse_request(frame: Frame) -> ControlRequest:
    """Read a request; raise PacketError."""
    _expect(frame, FrameType.GETSET_REQUEST)
    values = dict(packets.parse_values(frame.payload))
    if Tag.GETSET_NAME not in values:
        raise PacketError("The request names no value")
    value, key = values.get(Tag.GETSET_VALUE), values.get(Tag.GETSET_LOCKKEY)
    return ControlRequest(
        name=packets.text(values[Tag.GETSET_NAME]),
        value=None if value is None else packets.text(value),
        lockkey=None if key is None else packets.number(key),
    )


def render_request(request: ControlRequest) -> Frame:
    """Answer a request as a client sends it; texts without NUL in them."""
    values = [(Tag.GETSET_NAME, _text(request.name))]
    if request.value is not None:
        values.append((Tag.GETSET_VALUE, _text(request.value)))
    if request.lockkey is not None:
        values.append((Tag.GETSET_LOCKKEY, request.lockkey.to_bytes(4)))
    return Frame(type=FrameType.GETSET_REQUEST, payload=packets.render_values(values))


def parse_reply(frame: Frame) -> ControlReply:
    """Read an answer; raise PacketError where it is none."""
    _expect(frame, FrameType.GETSET_REPLY)
    values = dict(packets.parse_values(frame.payload))
    error = values.get(Tag.ERROR_MESSAGE)
    return ControlReply(
        name=packets.text(values.get(Tag.GETSET_NAME, b"")),
        value=packets.text(values.get(Tag.GETSET_VALUE, b"")),
        error=None if error is None else packets.text(error),
    )


def render_reply(reply: ControlReply) -> Frame:
    """Answer what a device says; an error comes alone. Texts without NUL in them."""
    if reply.error is not None:
        values = [(Tag.ERROR_MESSAGE, _text(reply.error))]
    else:
        values = [
            (Tag.GETSET_NAME, _text(reply.name)),
            (Tag.GETSET_VALUE, _text(reply.value)),
        ]
    return Frame(type=FrameType.GETSET_REPLY, payload=packets.render_values(values))


def tuner_line(
    *, channel: str | None = None, locked_to: str = NONE, rate: int = 0
) -> str:
    """Answer what a tuner does (`/tuner{n}/status`); without a channel it does nothing.

    `locked_to` is the kind of signal, `rate` is in bit/s.
    """
    percent = 0 if channel is None else 100
    return (
        f"ch={channel or NONE} lock={locked_to} ss={percent} snq={percent}"
        f" seq={percent} bps={rate} pps={rate // (8 * 188 * 7)}"
    )


def _text(text: str) -> bytes:
    return text.encode(errors="replace") + b"\0"


def _expect(frame: Frame, kind: FrameType) -> None:
    if frame.type != kind:
        raise PacketError("The frame is of another type")
