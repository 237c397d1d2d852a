"""What a stream is, by its first bytes."""

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats.containers import (
    ENOUGH,
    Container,
    container_named,
    container_of,
)
from tests.fakes.transport import Multiplex

STREAM = b"".join(Multiplex().seconds(1, frames=2))


@pytest.mark.parametrize("garbage", [b"", b"x", b"\x47", bytes(100)])
def test_a_transport_stream_is_known_wherever_it_begins(garbage: bytes) -> None:
    head = (garbage + STREAM)[:ENOUGH]
    assert container_of(head) is Container.MPEGTS


@pytest.mark.parametrize(
    ("head", "container"),
    [
        (b"\0\0\0\x18ftypisom", Container.MP4),
        (b"\0\0\0\x18stypmsdh", Container.MP4),
        (b"\0\0\1\x18moof\0\0\0\x10mfhd", Container.MP4),
        (b"FLV\x01\x05", Container.FLV),
        (b"\x1a\x45\xdf\xa3\x01", Container.MATROSKA),
        (b"OggS\0\x02", Container.OGG),
        (b"\xff\xf1\x4c\x80", Container.AAC),
        (b"ID3\x04\0\0\0\0\0\x02xx\xff\xf9\x4c", Container.AAC),
        (b"\xff\xfb\x90\x64", Container.MP3),
        (b"\x0b\x77\x12", Container.AC3),
        (b"#EXTM3U\n", Container.HLS),
        (b"\xef\xbb\xbf\r\n#extm3u\n", Container.HLS),
        (b"<!DOCTYPE html>", Container.PAGE),
        (b" \n<html>", Container.PAGE),
        (b'<?xml version="1.0"?><MPD xmlns=', Container.DASH),
        (b"", None),
        (b"G", None),
        (b"ID3", None),
        (b"ID3\x04\0\0\0\0\x7f\x7f", None),
        (b"Access denied", None),
        (b"\xff", None),
        (b"\xff\xff\xff\xff", None),
        (b"\xff\xea\x90\x64", None),
    ],
)
def test_a_container_is_known_by_how_it_begins(
    head: bytes, container: Container | None
) -> None:
    assert container_of(head) is container


@pytest.mark.parametrize(
    ("content_type", "container"),
    [
        ("application/vnd.apple.mpegurl", Container.HLS),
        ("Application/X-MpegURL; charset=utf-8", Container.HLS),
        ("audio/aacp", Container.AAC),
        ("audio/mpeg", Container.MP3),
        ("text/html; charset=utf-8", Container.PAGE),
        ("application/dash+xml", Container.DASH),
        ("application/octet-stream", None),
        ("video/mp2t", None),
        ("", None),
    ],
)
def test_a_name_means_a_container(
    content_type: str, container: Container | None
) -> None:
    assert container_named(content_type) is container


@given(st.binary(max_size=ENOUGH))
def test_any_bytes_are_judged(head: bytes) -> None:
    container_of(head)
