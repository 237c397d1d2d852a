"""Who is there: the question that clients broadcast to port 65001, and the answer."""

from dataclasses import dataclass, field

from . import packets
from .packets import Frame, FrameType, PacketError, Tag

ANY = 0xFFFFFFFF
"""Any type of device, or any device."""
TUNER = 1
"""The type of device that a tuner is."""
GROUPS = ("ff02::176", "ff05::176")
"""Where clients ask over IPv6, which has no broadcast."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoverRequest:
    """Who is meant."""

    types: tuple[int, ...] = (ANY,)
    """The types of device that are looked for, or ANY among them."""
    device_id: int = ANY

    def means(self, device_id: int) -> bool:
        """Tell whether a tuner with this id is meant."""
        return not {ANY, TUNER}.isdisjoint(self.types) and self.device_id in (
            ANY,
            device_id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoverReply:
    """One device that is there."""

    device_id: int
    tuner_count: int
    """255 at most, since it is one byte."""
    base_url: str
    lineup_url: str
    device_auth: str = field(default="", repr=False)


def parse_request(frame: Frame) -> DiscoverRequest:
    """Read a question; raise PacketError. What it leaves out may be anything."""
    _expect(frame, FrameType.DISCOVER_REQUEST)
    types: tuple[int, ...] | None = None
    several: tuple[int, ...] | None = None
    device_id = ANY
    for tag, value in packets.parse_values(frame.payload):
        match tag:
            case Tag.DEVICE_TYPE:
                types = (packets.number(value),)
            case Tag.MULTI_TYPE:
                several = packets.numbers(value)
            case Tag.DEVICE_ID:
                device_id = packets.number(value)
    # Who asks for several types says so in a list, which old devices overlook.
    return DiscoverRequest(types=several or types or (ANY,), device_id=device_id)


def render_request(request: DiscoverRequest) -> Frame:
    """Answer a question as a client asks it."""
    listed = b"".join(kind.to_bytes(4) for kind in request.types)
    kind = Tag.DEVICE_TYPE if len(request.types) == 1 else Tag.MULTI_TYPE
    values = [(kind, listed), (Tag.DEVICE_ID, request.device_id.to_bytes(4))]
    return Frame(type=FrameType.DISCOVER_REQUEST, payload=packets.render_values(values))


def parse_reply(frame: Frame) -> DiscoverReply:
    """Read an answer of a tuner; raise PacketError where it is none."""
    _expect(frame, FrameType.DISCOVER_REPLY)
    values = dict(packets.parse_values(frame.payload))
    try:
        if packets.number(values[Tag.DEVICE_TYPE]) != TUNER:
            raise PacketError("The answer is none of a tuner")
        return DiscoverReply(
            device_id=packets.number(values[Tag.DEVICE_ID]),
            tuner_count=int.from_bytes(values[Tag.TUNER_COUNT]),
            base_url=packets.text(values[Tag.BASE_URL]),
            lineup_url=packets.text(values[Tag.LINEUP_URL]),
            device_auth=packets.text(values.get(Tag.DEVICE_AUTH, b"")),
        )
    except KeyError as err:
        raise PacketError("The answer lacks a value") from err


def render_reply(reply: DiscoverReply) -> Frame:
    """Answer what a tuner says of itself; raise PacketError where it is too long.

    Texts have no NUL at their ends here, as with the devices themselves.
    """
    values = [
        (Tag.DEVICE_TYPE, TUNER.to_bytes(4)),
        (Tag.DEVICE_ID, reply.device_id.to_bytes(4)),
        (Tag.TUNER_COUNT, reply.tuner_count.to_bytes(1)),
        (Tag.BASE_URL, reply.base_url.encode()),
        (Tag.LINEUP_URL, reply.lineup_url.encode()),
    ]
    if reply.device_auth:
        values.append((Tag.DEVICE_AUTH, reply.device_auth.encode()))
    return Frame(type=FrameType.DISCOVER_REPLY, payload=packets.render_values(values))


def _expect(frame: Frame, kind: FrameType) -> None:
    if frame.type != kind:
        raise PacketError("The frame is of another type")
