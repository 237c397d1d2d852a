"""Frames on port 65001: as captured, round trips, and lies."""

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats.hdhomerun import (
    control,
    device_id_is_valid,
    discovery,
    further_device_id,
    packets,
)
from custom_components.telecast.formats.hdhomerun.control import (
    ControlReply,
    ControlRequest,
)
from custom_components.telecast.formats.hdhomerun.discovery import (
    ANY,
    DiscoverReply,
    DiscoverRequest,
)
from custom_components.telecast.formats.hdhomerun.packets import (
    Frame,
    Frames,
    FrameType,
    PacketError,
    Tag,
)

JELLYFIN = bytes.fromhex("0002000C0104FFFFFFFF0204FFFFFFFF73CC7D8F")
"""The question as Jellyfin broadcasts it."""
STORAGE = 5
U32 = st.integers(0, ANY)
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
SHORT_WORDS = WORDS.filter(lambda text: len(text.encode()) < 200)
FRAMES = st.builds(Frame, type=st.integers(0, 0xFFFF), payload=st.binary(max_size=1452))


def request(*values: tuple[int, bytes]) -> DiscoverRequest:
    """Read a question that holds these values."""
    frame = Frame(
        type=FrameType.DISCOVER_REQUEST, payload=packets.render_values(values)
    )
    return discovery.parse_request(packets.parse(packets.render(frame)))


def test_the_question_of_jellyfin_is_read_and_would_be_asked_the_same_way() -> None:
    asked = discovery.parse_request(packets.parse(JELLYFIN))
    assert asked == DiscoverRequest(types=(ANY,), device_id=ANY)
    assert packets.render(discovery.render_request(asked)) == JELLYFIN


def test_an_answer_has_its_values_in_the_devices_order() -> None:
    reply = DiscoverReply(
        device_id=0x1040A5B2,
        tuner_count=4,
        base_url="http://192.0.2.1:80",
        lineup_url="http://192.0.2.1:80/lineup.json",
        device_auth="auth",
    )
    frame = discovery.render_reply(reply)
    assert packets.render(frame)[:-4] == (
        b"\0\3\0\x4b"
        b"\x01\x04\0\0\0\1"
        b"\x02\x04\x10\x40\xa5\xb2"
        b"\x10\x01\x04"
        b"\x2a\x13http://192.0.2.1:80"
        b"\x27\x1fhttp://192.0.2.1:80/lineup.json"
        b"\x2b\x04auth"
    )


@pytest.mark.parametrize(
    ("values", "means"),
    [
        ([], True),
        ([(Tag.DEVICE_TYPE, b"\0\0\0\1")], True),
        ([(Tag.DEVICE_TYPE, b"\xff\xff\xff\xff")], True),
        ([(Tag.DEVICE_TYPE, b"\0\0\0\5")], False),
        ([(Tag.MULTI_TYPE, b"\0\0\0\5\0\0\0\1")], True),
        ([(Tag.MULTI_TYPE, b"\0\0\0\5\0\0\0\6")], False),
        ([(Tag.MULTI_TYPE, b"\0\0\0\5\xff\xff\xff\xff")], True),
        ([(Tag.DEVICE_TYPE, b"\0\0\0\5"), (Tag.MULTI_TYPE, b"\0\0\0\1")], True),
        ([(Tag.DEVICE_ID, b"\xff\xff\xff\xff")], True),
        ([(Tag.DEVICE_ID, b"\x10\x40\xa5\xb2")], True),
        ([(Tag.DEVICE_ID, b"\x10\x40\xa5\xb3")], False),
        ([(Tag.DEVICE_ID, b"\x10\x40\xa5\xb2"), (0x77, b"new")], True),
        (
            [(Tag.DEVICE_ID, b"\x10\x40\xa5\xb2"), (Tag.DEVICE_TYPE, b"\0\0\0\5")],
            False,
        ),
    ],
)
def test_a_question_means_us_by_type_and_id(
    values: list[tuple[int, bytes]], means: bool
) -> None:
    assert request(*values).means(0x1040A5B2) is means


@pytest.mark.parametrize(
    "value",
    [
        (Tag.DEVICE_TYPE, b""),
        (Tag.DEVICE_TYPE, b"\0\0\0\0\1"),
        (Tag.DEVICE_ID, b"\1"),
        (Tag.MULTI_TYPE, b"\0\0\0\1\0"),
    ],
)
def test_numbers_of_a_wrong_length_are_refused(value: tuple[int, bytes]) -> None:
    with pytest.raises(PacketError):
        request(value)


@given(
    st.builds(
        DiscoverRequest,
        types=st.lists(U32, min_size=1, max_size=20).map(tuple),
        device_id=U32,
    )
)
def test_questions_come_back_as_they_were(asked: DiscoverRequest) -> None:
    frame = packets.parse(packets.render(discovery.render_request(asked)))
    assert discovery.parse_request(frame) == asked


@given(
    st.builds(
        DiscoverReply,
        device_id=U32,
        tuner_count=st.integers(0, 255),
        base_url=SHORT_WORDS,
        lineup_url=SHORT_WORDS,
        device_auth=SHORT_WORDS,
    )
)
def test_answers_come_back_as_they_were(reply: DiscoverReply) -> None:
    frame = packets.parse(packets.render(discovery.render_reply(reply)))
    assert discovery.parse_reply(frame) == reply


def test_answers_of_others_than_tuners_are_refused() -> None:
    values = [(Tag.DEVICE_TYPE, STORAGE.to_bytes(4)), (Tag.DEVICE_ID, bytes(4))]
    for payload in (b"", packets.render_values(values)):
        with pytest.raises(PacketError):
            discovery.parse_reply(Frame(type=FrameType.DISCOVER_REPLY, payload=payload))
    with pytest.raises(PacketError):
        discovery.parse_reply(packets.parse(JELLYFIN))


@given(
    st.builds(
        ControlRequest,
        name=SHORT_WORDS,
        value=st.none() | SHORT_WORDS,
        lockkey=st.none() | U32,
    )
)
def test_requests_come_back_as_they_were(asked: ControlRequest) -> None:
    frame = packets.parse(packets.render(control.render_request(asked)))
    assert control.parse_request(frame) == asked


@given(
    st.builds(ControlReply, name=SHORT_WORDS, value=SHORT_WORDS)
    | st.builds(ControlReply, error=SHORT_WORDS)
)
def test_replies_come_back_as_they_were(reply: ControlReply) -> None:
    frame = packets.parse(packets.render(control.render_reply(reply)))
    assert control.parse_reply(frame) == reply


def test_texts_of_requests_end_with_a_nul_that_counts() -> None:
    frame = control.render_request(
        ControlRequest(name="/tuner0/lockkey", value="none", lockkey=7)
    )
    assert frame.payload == (
        b"\x03\x10/tuner0/lockkey\0\x04\x05none\0\x15\x04\0\0\0\x07"
    )


def test_a_request_that_names_nothing_is_refused() -> None:
    with pytest.raises(PacketError):
        control.parse_request(Frame(type=FrameType.GETSET_REQUEST, payload=b""))
    with pytest.raises(PacketError):
        control.parse_request(
            Frame(type=FrameType.GETSET_REQUEST, payload=b"\x03\x02\xff\xff")
        )
    for read in (control.parse_request, control.parse_reply):
        with pytest.raises(PacketError):
            read(packets.parse(JELLYFIN))


def test_what_a_tuner_does_in_one_line() -> None:
    assert control.tuner_line() == ("ch=none lock=none ss=0 snq=0 seq=0 bps=0 pps=0")
    assert control.tuner_line(channel="5.1", locked_to="8vsb", rate=10_528_000) == (
        "ch=5.1 lock=8vsb ss=100 snq=100 seq=100 bps=10528000 pps=1000"
    )


@given(st.lists(FRAMES, max_size=5), st.data())
def test_frames_are_read_however_they_are_cut(
    frames: list[Frame], data: st.DataObject
) -> None:
    stream = b"".join(map(packets.render, frames))
    reader, read = Frames(), list[Frame]()
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        reader.feed(stream[:size])
        read += reader
        stream = stream[size:]
    assert read == frames
    assert not reader.waiting


def test_frames_are_read_byte_by_byte_and_with_a_tail() -> None:
    reader, read = Frames(), list[Frame]()
    for byte in JELLYFIN + JELLYFIN[:7]:
        reader.feed(bytes((byte,)))
        read += reader
    assert read == [packets.parse(JELLYFIN)]
    assert reader.waiting == 7


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"\0",
        b"\0\2",
        JELLYFIN[:-1],
        JELLYFIN + b"\0",
        JELLYFIN + JELLYFIN,
        JELLYFIN[:-1] + b"\x90",
        b"\0\3" + JELLYFIN[2:],
        b"\0\2\xff\xff" + JELLYFIN[4:],
        b"\0\2\0\0" + JELLYFIN[4:],
        bytes(64 * 1024),
    ],
)
def test_what_is_not_one_whole_frame_is_refused(datagram: bytes) -> None:
    with pytest.raises(PacketError):
        packets.parse(datagram)


@pytest.mark.parametrize(
    "payload", [b"\1", b"\1\4\0\0\0", b"\1\x80", b"\1\x84\1\0\0\0\0", b"\1\xff\xff"]
)
def test_values_that_are_longer_than_their_frame_are_refused(payload: bytes) -> None:
    with pytest.raises(PacketError):
        list(packets.parse_values(payload))


@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=300))))
def test_values_of_any_length_come_back_as_they_were(
    values: list[tuple[int, bytes]],
) -> None:
    assert list(packets.parse_values(packets.render_values(values))) == values


def test_lengths_above_127_take_two_bytes() -> None:
    assert packets.render_values([(1, bytes(127))])[:2] == b"\1\x7f"
    assert packets.render_values([(1, bytes(128))])[:3] == b"\1\x80\1"
    assert packets.render_values([(1, bytes(300))])[:3] == b"\1\xac\2"


def test_what_is_too_long_is_not_sent() -> None:
    with pytest.raises(PacketError):
        packets.render_values([(1, bytes(0x8000))])
    with pytest.raises(PacketError):
        packets.render(Frame(type=2, payload=bytes(1453)))
    assert len(packets.render(Frame(type=2, payload=bytes(1452)))) == 1460


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for read in (
        packets.parse,
        lambda payload: list(packets.parse_values(payload)),
        lambda payload: discovery.parse_request(Frame(type=2, payload=payload)),
        lambda payload: control.parse_request(Frame(type=4, payload=payload)),
    ):
        try:
            read(data)
        except PacketError:
            pass


@given(st.binary(max_size=60))
def test_a_right_check_sum_makes_no_difference_to_that(payload: bytes) -> None:
    frame = Frame(type=FrameType.DISCOVER_REQUEST, payload=payload)
    assert packets.parse(packets.render(frame)) == frame


@given(st.integers(0, 0xFFFFFFF), st.integers(2, 99))
def test_further_devices_have_valid_ids_of_their_own(bits: int, index: int) -> None:
    first = f"{bits << 4:08X}"
    further = further_device_id(first, index)
    assert further == further_device_id(first, index)
    assert further not in (first, further_device_id(first, index + 1))
    assert device_id_is_valid(int(further, 16))


def test_the_id_of_a_further_device_stays_what_it_is() -> None:
    assert further_device_id("1040A5B2", 2) == "B551B9A9"
