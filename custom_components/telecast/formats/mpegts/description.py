"""Reads how a video stream describes itself out of its first key frame."""

from collections.abc import Callable

from .bits import EndOfBitsError
from .h264 import parse_h264
from .hevc import parse_hevc
from .mpeg_video import parse_mpeg_video
from .packets import PACKET, payload_of, pid_of
from .scanner import Join
from .video import Video

# Headers come first in a key frame; what they do not tell by then, they will not.
_LONGEST = 16 * 1024

_PARSERS: dict[str, Callable[[list[bytes]], Video | None]] = {
    "h264": parse_h264,
    "hevc": parse_hevc,
    "mpeg1video": parse_mpeg_video,
    "mpeg2video": parse_mpeg_video,
}


def describe_video(block: bytes, join: Join) -> Video | None:
    """Describe the video that begins at `join`.

    None while the block does not hold enough of the key frame, and where the stream
    does not describe itself in a way that is known here.
    """
    return try_description(block, join)[0]


def try_description(block: bytes, join: Join) -> tuple[Video | None, bool]:
    """Do the same; answer also whether more bytes would tell no more."""
    video = join.program.video
    parse = _PARSERS.get(video.codec) if video else None
    if not video or not parse:
        return None, True
    pes, whole = _first_pes(block, join.offset, video.pid)
    if len(pes) < 9:
        return None, whole
    units = pes[9 + pes[8] :].split(b"\0\0\1")[1:]
    try:
        # The last unit may still go on.
        description = parse(units if whole else units[:-1])
    except EndOfBitsError:
        return None, True
    return description, whole or description is not None


def _first_pes(block: bytes, start: int, pid: int) -> tuple[bytes, bool]:
    """Answer what there is of the PES that begins at `start`, and whether it is whole."""
    pieces: list[bytes] = []
    size = 0
    for at in range(start, len(block) - PACKET + 1, PACKET):
        packet = block[at : at + PACKET]
        if pid_of(packet) != pid:
            continue
        if packet[1] & 0x40 and at > start:
            return b"".join(pieces), True
        pieces.append(payload_of(packet))
        size += len(pieces[-1])
        if size > _LONGEST:
            return b"".join(pieces), True
    return b"".join(pieces), False
