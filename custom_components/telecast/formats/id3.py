"""ID3 tags (version 2), as they stand in front of audio."""

from .mpegts import CLOCK

_HEAD = 10
_OWNER = b"com.apple.streaming.transportStreamTimestamp\0"
_STAMP_BYTES = 8
_STAMP = (1 << 33) - 1


def end_of_tag(data: bytes) -> int:
    """Answer where the tag ends with which the data begins; 0 where there is none."""
    if not data.startswith(b"ID3") or len(data) < _HEAD:
        return 0
    return _HEAD + _syncsafe(data[6:_HEAD])


def begins_at(data: bytes) -> float | None:
    """Answer when packed audio of HLS begins (RFC 8216 §3.4), in seconds.

    None where no tag tells.
    """
    tag = data[: end_of_tag(data)]
    owner = tag.find(_OWNER)
    stamp = tag[owner + len(_OWNER) :][:_STAMP_BYTES]
    if owner < 0 or len(stamp) < _STAMP_BYTES:
        return None
    return (int.from_bytes(stamp) & _STAMP) / CLOCK


def _syncsafe(field: bytes) -> int:
    value = 0
    for byte in field:
        value = value << 7 | byte & 0x7F
    return value
