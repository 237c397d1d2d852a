"""RTSP messages and frames, however they arrive."""

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats.rtsp import (
    MAX_HEAD,
    Frame,
    Message,
    Reader,
    RtspError,
    render,
    request,
)

ANSWER = b"RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 5\r\n\r\nv=0\r\n"
FRAME = b"$\x01\x00\x04abcd"
REQUEST = b"OPTIONS rtsp://a/b RTSP/1.0\r\nCSeq: 3\r\n\r\n"


def read(*pieces: bytes) -> list[Message | Frame]:
    reader = Reader()
    return [item for piece in pieces for item in reader.feed(piece)]


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_messages_and_frames_are_told_apart_however_they_come(size: int) -> None:
    data = b"\r\n" + ANSWER + FRAME + FRAME + REQUEST + b"$\0\0\0" + ANSWER + b"RTSP"
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    answer = Message(
        start="RTSP/1.0 200 OK",
        headers=(("CSeq", "2"), ("Content-Length", "5")),
        body=b"v=0\r\n",
    )
    asked = request("OPTIONS", "rtsp://a/b", 3)
    frame = Frame(data=FRAME)
    expected = [answer, frame, frame, asked, Frame(data=b"$\0\0\0"), answer]
    assert read(*pieces) == expected


def test_a_message_says_what_it_is() -> None:
    (answer,) = read(ANSWER)
    assert isinstance(answer, Message)
    assert answer.status == 200
    assert (answer.header("cseq"), answer.header("Session")) == ("2", "")
    asked = request("SETUP", "rtsp://a/b?c=d e", 4, User_Agent="x")
    assert (asked.status, asked.method, asked.url) == (
        None,
        "SETUP",
        "rtsp://a/b?c=d e",
    )
    assert asked.header("User-Agent") == "x"
    assert asked.to("rtsp://c/").url == "rtsp://c/"
    assert asked.with_header("user-agent", "y").all_of("User-Agent") == ["y"]


def test_what_is_read_is_written_again() -> None:
    for data in (ANSWER, REQUEST):
        (message,) = read(data)
        assert isinstance(message, Message)
        assert render(message) == data


def test_bytes_that_are_no_text_survive() -> None:
    data = b"RTSP/1.0 200 OK\r\nServer: \xff\xfe\r\n\r\n"
    (message,) = read(data)
    assert isinstance(message, Message)
    assert render(message) == data


@pytest.mark.parametrize(
    "data",
    [
        b"x" * (MAX_HEAD + 1),
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: five\r\n\r\n",
    ],
)
def test_what_nobody_sends_is_refused(data: bytes) -> None:
    with pytest.raises(RtspError):
        read(data)


def test_a_header_stays_one_line() -> None:
    with pytest.raises(RtspError):
        render(request("OPTIONS", "rtsp://a/", 1, User_Agent="x\r\nX-Injected: 1"))


def test_no_address_is_shown_by_chance() -> None:
    assert "secret" not in repr(request("OPTIONS", "rtsp://u:secret@a/", 1))


@given(st.lists(st.binary(max_size=60), max_size=6))
def test_any_bytes_are_read_or_refused(pieces: list[bytes]) -> None:
    try:
        read(*pieces)
    except RtspError:
        pass
