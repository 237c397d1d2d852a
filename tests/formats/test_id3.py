"""ID3 tags in front of packed audio."""

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats.id3 import begins_at, end_of_tag

OWNER = b"com.apple.streaming.transportStreamTimestamp\0"


def tag(*frames: bytes) -> bytes:
    """Make a tag of frames."""
    body = b"".join(frames)
    return b"ID3\x04\0\0\0\0" + bytes((len(body) >> 7, len(body) & 0x7F)) + body


def frame(name: bytes, body: bytes) -> bytes:
    return name + b"\0\0\0" + bytes((len(body),)) + b"\0\0" + body


STAMP = frame(b"PRIV", OWNER + (900_000).to_bytes(8))


@pytest.mark.parametrize(
    ("data", "seconds"),
    [
        (tag(STAMP) + b"\xff\xf1", 10.0),
        (tag(frame(b"TIT2", b"\3name"), STAMP), 10.0),
        (tag(frame(b"PRIV", OWNER + (2**33 + 90_000).to_bytes(8))), 1.0),
        (tag(frame(b"TIT2", b"\3name")), None),
        (tag(frame(b"PRIV", OWNER + b"\0\0")), None),
        (tag(frame(b"TIT2", b"\3name")) + STAMP, None),
        (b"\xff\xf1" + tag(STAMP), None),
        (b"ID3", None),
        (b"", None),
    ],
)
def test_packed_audio_tells_when_it_begins(data: bytes, seconds: float | None) -> None:
    assert begins_at(data) == seconds


def test_the_end_of_a_tag_is_known_before_it_has_come() -> None:
    long = tag(frame(b"TIT2", bytes(100)), frame(b"TIT3", bytes(100)))
    assert end_of_tag(long) == end_of_tag(long[:10]) == len(long)
    assert end_of_tag(b"\xff\xf1") == end_of_tag(b"ID3\x04") == 0


@given(st.binary(max_size=200))
def test_any_bytes_are_read(data: bytes) -> None:
    begins_at(b"ID3" + data)
