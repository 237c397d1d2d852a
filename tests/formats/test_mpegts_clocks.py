"""Clocks of transport streams: read as they were written, and followed past their wrap."""

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats import mpegts
from custom_components.telecast.formats.mpegts.clocks import (
    pts_place,
    read_stamp,
    write_stamp,
)
from tests.fakes.transport import AUDIO_PID, VIDEO_PID, Multiplex, pes_head

STAMPS = st.integers(0, mpegts.WRAP - 1)


@given(STAMPS, STAMPS)
def test_stamps_are_read_as_they_were_written(pts: int, dts: int) -> None:
    frame = Multiplex().frame(key=True, pts=pts, dts=dts, pcr=1)
    assert (mpegts.pts_of(frame[:188]), mpegts.dts_of(frame[:188])) == (pts, dts)
    data = bytearray(frame)
    place = pts_place(data)
    assert place is not None
    write_stamp(data, place, dts + mpegts.WRAP)
    assert read_stamp(data, place) == dts
    write_stamp(data, place, pts)
    assert bytes(data) == frame


def test_what_is_shown_when_it_is_decoded_has_one_stamp() -> None:
    frame = Multiplex().frame(key=True, pts=7)
    assert (mpegts.pts_of(frame), mpegts.dts_of(frame)) == (7, 7)


@pytest.mark.parametrize(
    "packet",
    [
        Multiplex().frame(key=True, pts=None, size=1),
        Multiplex().frame(key=True, size=2)[188:],
        Multiplex().packet(VIDEO_PID, b"\0\0\1\xbe" + bytes(9), begins=True),
        Multiplex().packet(VIDEO_PID, b"no PES at all", begins=True),
        Multiplex().packet(VIDEO_PID, b"", field=b"\xb7" + bytes(183), begins=True),
        bytes((0x47, 0x41, 0, 0xD0)) + pes_head(pts=1).ljust(184, b"\0"),
    ],
    ids=["no stamp", "no beginning", "padding", "no PES", "no payload", "scrambled"],
)
def test_without_a_stamp_there_is_no_time(packet: bytes) -> None:
    assert mpegts.pts_of(packet) is mpegts.dts_of(packet) is None


@given(st.binary(min_size=187, max_size=187))
def test_no_packet_breaks_a_clock(rest: bytes) -> None:
    packet = b"\x47" + rest
    for read in (mpegts.pts_of, mpegts.dts_of, mpegts.pcr_of):
        assert read(packet) is None or read(packet) >= 0
    assert mpegts.last_pcr(packet, mpegts.pid_of(packet)) == mpegts.pcr_of(packet)


@given(STAMPS, st.integers(0, 299))
def test_the_clock_is_read_where_there_is_one(base: int, extension: int) -> None:
    clock = base * 300 + extension
    packet = Multiplex().pes(VIDEO_PID, b"", 1, pcr=clock)
    assert mpegts.pcr_of(packet) == clock
    assert mpegts.pcr_of(Multiplex().packet(VIDEO_PID, b"")) is None


def test_of_a_block_the_latest_clock_counts() -> None:
    mux = Multiplex()
    block = mux.tables() + b"".join(
        mux.pes(pid, b"", 3, pcr=pcr)
        for pid, pcr in ((VIDEO_PID, 1), (VIDEO_PID, 2), (AUDIO_PID, 3))
    )
    assert mpegts.last_pcr(block, VIDEO_PID) == 2
    assert mpegts.last_pcr(block, AUDIO_PID) == 3
    assert mpegts.last_pcr(block, 0x1FF) is None
    assert mpegts.last_pcr(b"", VIDEO_PID) is None


@pytest.mark.parametrize("wrap", [mpegts.WRAP, mpegts.PCR_WRAP])
@given(
    times=st.lists(st.integers(-(1 << 31), 1 << 31), max_size=20),
    start=st.integers(0, 1 << 45),
)
def test_time_goes_on_where_clocks_begin_anew(
    wrap: int, times: list[int], start: int
) -> None:
    now = start
    for step in times:
        assert mpegts.unwrap(now, (now + step) % wrap, wrap=wrap) == now + step
        now += step
