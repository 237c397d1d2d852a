"""What FFmpeg says of its progress, however the bytes arrive."""

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats.ffmpeg import Progress, ProgressParser

FIRST = b"""frame=0
fps=0.00
stream_0_0_q=0.0
bitrate=N/A
total_size=0
out_time_us=N/A
out_time_ms=N/A
out_time=N/A
dup_frames=0
drop_frames=0
speed=N/A
progress=continue
"""
LAST = b"""frame=250
fps= 49.80
stream_0_0_q=28.0
bitrate=1692.5kbits/s
total_size=2115625
out_time_us=10000000
out_time_ms=10000000
out_time=00:00:10.000000
dup_frames=1
drop_frames=3
speed=1.99x
progress=end
"""
SAID = [
    Progress(
        frame=0,
        fps=0,
        bitrate_kbps=None,
        out_time_s=None,
        speed=None,
        drop_frames=0,
        ended=False,
    ),
    Progress(
        frame=250,
        fps=49.8,
        bitrate_kbps=1692.5,
        out_time_s=10,
        speed=1.99,
        drop_frames=3,
        ended=True,
    ),
]


@pytest.mark.parametrize("step", [1, 2, 7, 100, 1000])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_blocks_are_read_however_they_arrive(step: int, end: bytes) -> None:
    parser = ProgressParser()
    data = (FIRST + LAST + b"frame=3").replace(b"\n", end)
    found = []
    for at in range(0, len(data), step):
        found += parser.feed(data[at : at + step])
    assert found == SAID


def test_sound_alone_has_no_frames() -> None:
    said = b"bitrate= 192.1kbits/s\nout_time_us=-21333\nspeed=  1x\nprogress=continue\n"
    (progress,) = ProgressParser().feed(said)
    assert (progress.frame, progress.fps, progress.speed) == (0, 0.0, 1.0)
    assert progress.out_time_s == -0.021333


def test_numbers_from_nowhere_are_not_known() -> None:
    said = b"frame=nan\nspeed=infx\nout_time_us=-9223372036854775807\nprogress=end\n"
    (progress,) = ProgressParser().feed(said)
    assert (progress.frame, progress.speed, progress.out_time_s) == (0, None, None)


def test_a_line_without_end_takes_no_room() -> None:
    parser = ProgressParser()
    for _ in range(100):
        assert parser.feed(b"x" * 100_000) == []
    assert parser.feed(b"\n" + LAST) == SAID[1:]


@given(st.lists(st.binary() | st.sampled_from([b"frame=", b"\n", b"progress="])))
def test_no_bytes_break_the_parser(pieces: list[bytes]) -> None:
    parser = ProgressParser()
    for piece in pieces:
        parser.feed(piece)
