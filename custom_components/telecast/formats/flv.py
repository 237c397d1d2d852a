"""FLV: the tags in which RTMP's media is kept, too."""

from collections.abc import Iterator

HEADER = b"FLV\x01\x05\0\0\0\x09\0\0\0\0"
"""The beginning of a stream of video and audio."""

_TAG = 11
_BACK = 4


def render_tag(kind: int, timestamp: int, data: bytes) -> bytes:
    """Write a tag; `timestamp` is in milliseconds, of which 32 bits count."""
    time = timestamp & 0xFFFFFFFF
    head = bytes((kind,)) + len(data).to_bytes(3)
    head += (time & 0xFFFFFF).to_bytes(3) + bytes((time >> 24,)) + bytes(3)
    return head + data + (_TAG + len(data)).to_bytes(_BACK)


def parse_tags(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield kind, milliseconds and data of each tag that is there in whole."""
    at = 0
    while at + _TAG <= len(data):
        length = int.from_bytes(data[at + 1 : at + 4])
        time = int.from_bytes(data[at + 4 : at + 7]) | data[at + 7] << 24
        content = data[at + _TAG : at + _TAG + length]
        if len(content) < length:
            return
        yield data[at], time, content
        at += _TAG + length + _BACK
