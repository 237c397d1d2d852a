"""RTMP's chunks, however they arrive, and the FLV that is made of them."""

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats import flv
from custom_components.telecast.formats.rtmp import (
    MAX_MESSAGE,
    Kind,
    Message,
    Reader,
    RtmpError,
    render,
)


def read(*pieces: bytes) -> list[Message]:
    reader = Reader()
    return [message for piece in pieces for message in reader.feed(piece)]


def audio(data: bytes, timestamp: int = 0) -> Message:
    return Message(kind=Kind.AUDIO, data=data, timestamp=timestamp, stream=1)


@pytest.mark.parametrize("size", [1, 3, 100, 10_000])
def test_messages_are_put_together_however_they_come(size: int) -> None:
    messages = [audio(bytes(range(256)) * 2, 7), audio(b""), audio(b"x", 0xFFFFFE)]
    data = b"".join(render(message, channel=4) for message in messages)
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    assert read(*pieces) == messages


def test_messages_of_two_channels_are_told_apart() -> None:
    first, second = audio(b"a" * 200), audio(b"b" * 200, 5)
    one, two = render(first, channel=4), render(second, channel=5)
    begun, rest = 12 + 128, 12 + 128
    data = one[:begun] + two[:rest] + one[begun:] + two[rest:]
    assert read(data) == [first, second]


def test_heads_say_only_what_is_new() -> None:
    first = b"\x04" + b"\0\0\x0a" + b"\0\0\1" + b"\x08" + b"\1\0\0\0" + b"a"
    longer = b"\x44" + b"\0\0\x05" + b"\0\0\2" + b"\x09" + b"bb"
    later = b"\x84" + b"\0\0\x03" + b"cc"
    same = b"\xc4" + b"dd"
    assert read(first + longer + later + same) == [
        Message(kind=8, data=b"a", timestamp=10, stream=1),
        Message(kind=9, data=b"bb", timestamp=15, stream=1),
        Message(kind=9, data=b"cc", timestamp=18, stream=1),
        Message(kind=9, data=b"dd", timestamp=21, stream=1),
    ]


def test_long_times_and_far_channels_are_read() -> None:
    time = (0x01020304).to_bytes(4)
    head = b"\xff\xff\xff" + b"\0\0\x81" + b"\x08" + b"\1\0\0\0" + time
    for number, basic in ((100, b"\x00\x24"), (1000, b"\x01\xa8\x03")):
        assert number
        again = bytes((0xC0 | basic[0],)) + basic[1:] + time
        (message,) = read(basic + head + bytes(128) + again + b"\0")
        assert message == audio(bytes(129), 0x01020304)


def test_the_size_of_chunks_changes_when_it_is_said() -> None:
    size = Message(kind=Kind.SET_CHUNK_SIZE, data=(1000).to_bytes(4))
    message = audio(b"a" * 900)
    data = render(size, channel=2) + render(message, channel=4, chunk_size=1000)
    assert read(data) == [size, message]


def test_a_message_may_be_given_up() -> None:
    begun = render(audio(b"a" * 200), channel=4)[: 12 + 128]
    abort = Message(kind=Kind.ABORT, data=(4).to_bytes(4))
    whole = audio(b"b" * 10)
    assert read(begun + render(abort, channel=2) + render(whole, channel=4)) == [
        abort,
        whole,
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"\x04" + bytes(3) + (MAX_MESSAGE + 1).to_bytes(3) + b"\x08" + bytes(4),
        b"\x02" + bytes(3) + b"\0\0\4\1" + bytes(4) + bytes(4),
        b"".join(
            bytes((channel,)) + bytes(3) + b"\0\xff\xff\x08" + bytes(4) + bytes(128)
            for channel in range(2, 64)
        )
        + b"".join(
            b"\x00" + bytes((more,)) + bytes(3) + b"\0\xff\xff\x08" + bytes(4 + 128)
            for more in range(5)
        ),
    ],
)
def test_what_nobody_sends_is_refused(data: bytes) -> None:
    with pytest.raises(RtmpError):
        read(data)


@given(st.lists(st.binary(max_size=200), max_size=5))
def test_any_bytes_are_read_or_refused(pieces: list[bytes]) -> None:
    try:
        read(*pieces)
    except RtmpError:
        pass


@given(
    st.lists(
        st.tuples(
            st.integers(0, 255), st.integers(0, 2**32 - 1), st.binary(max_size=50)
        )
    )
)
def test_tags_that_are_written_are_read(tags: list[tuple[int, int, bytes]]) -> None:
    data = b"".join(flv.render_tag(*tag) for tag in tags)
    assert list(flv.parse_tags(data)) == tags
    assert list(flv.parse_tags(data + b"\x08\0\0\5abc")) == tags
