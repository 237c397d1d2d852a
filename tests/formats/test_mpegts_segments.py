"""Segments: what is cut can be put together again, and all cut at the same places."""

from collections.abc import Iterable
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats import mpegts
from custom_components.telecast.formats.mpegts import (
    CLOCK,
    PACKET,
    WRAP,
    Grid,
    Segment,
    Segmenter,
)
from tests.fakes.bitstreams import h264_headers
from tests.fakes.transport import (
    AAC,
    AUDIO_PID,
    H264,
    MPEG2,
    VIDEO_PID,
    Multiplex,
    pes_head,
)

SECOND = CLOCK
FRAME = 3600


def every(ticks: int) -> Grid:
    """Have the same grid everywhere."""
    return lambda _: ticks


def alternating(ticks: int, fine_ticks: int) -> Grid:
    """Have every other cell of one grid cut by another one."""
    return lambda pts: fine_ticks if pts // ticks % 2 else ticks


TWO_SECONDS = every(2 * SECOND)


def cut(
    stream: bytes, grid: Grid = TWO_SECONDS, *, step: int = 50, **options: int
) -> list[Segment]:
    """Cut a whole stream, fed in blocks of `step` packets."""
    segmenter = Segmenter(grid=grid, **options)
    segments = fed(segmenter, stream, step)
    last = segmenter.cut()
    return [*segments, last] if last else segments


def fed(segmenter: Segmenter, stream: bytes, step: int = 50) -> list[Segment]:
    """Feed a stream in blocks of `step` packets."""
    found = []
    for at in range(0, len(stream), step * PACKET):
        found += segmenter.feed(stream[at : at + step * PACKET])
    return found


def clip(seconds: float, *, mux: Multiplex | None = None, **options: Any) -> bytes:
    """Make a stream of 25 frames a second, with a key frame in each."""
    return b"".join((mux or Multiplex()).clip(round(seconds * 25), **options))


def times(segments: Iterable[Segment]) -> list[tuple[float, float]]:
    """Answer starts and durations in seconds."""
    return [(it.start / SECOND, it.duration / SECOND) for it in segments]


def without_tables(segments: Iterable[Segment]) -> bytes:
    """Join segments; each begins with a PAT and a PMT of one packet each."""
    return b"".join(it.data[2 * PACKET :] for it in segments)


@given(
    start=st.integers(0, WRAP - 1),
    frames=st.integers(1, 60),
    group=st.integers(1, 20),
    step=st.integers(1, 9000),
    size=st.integers(1, 4),
    blocks=st.integers(1, 40),
    ticks=st.integers(1, 300_000),
    fine_ticks=st.integers(1, 100_000),
)
def test_segments_are_the_stream_cut_to_pieces(blocks: int, **given: int) -> None:
    grid = alternating(given.pop("ticks"), given.pop("fine_ticks"))
    stream = b"".join(Multiplex().clip(**given))
    segments = cut(stream, grid, step=blocks)
    assert without_tables(segments) == stream[2 * PACKET :]
    assert segments == cut(stream, grid, step=1)
    assert [segment.discontinuity for segment in segments] == [False] * len(segments)
    start = given["start"]
    for segment in segments:
        (*_, join), frame = mpegts.Scanner().scan(segment.data), segment.data[376:564]
        assert (segment.start, join.program) == (start, segment.program)
        assert mpegts.pts_of(frame) == segment.start % WRAP
        start += segment.duration
    if given["frames"] > 1:
        assert start == given["start"] + given["frames"] * given["step"]


def test_cuts_lie_on_a_grid_that_is_the_same_for_all() -> None:
    stream = clip(20, start=round(3.4 * SECOND))
    early = times(cut(stream, every(6 * SECOND)))
    assert early == [(3.4, 3.0), (6.4, 6.0), (12.4, 6.0), (18.4, 5.0)]
    late = cut(stream[len(stream) // 4 :], every(6 * SECOND))
    assert times(late)[1:] == early[2:]


def test_some_cells_may_be_cut_finer_than_others() -> None:
    segments = cut(clip(20), lambda pts: SECOND if pts < 3 * SECOND else 6 * SECOND)
    assert times(segments) == [(0, 1), (1, 1), (2, 1), (3, 3), (6, 6), (12, 6), (18, 2)]


def test_who_begins_after_the_wrap_cuts_where_others_cut() -> None:
    before = clip(5, start=WRAP - 5 * SECOND)
    after = clip(20, start=0)
    through = cut(before + after, every(6 * SECOND))
    began_late = cut(after, every(6 * SECOND))
    assert not any(segment.discontinuity for segment in through)
    assert [it.start % WRAP for it in through][-4:] == [it.start for it in began_late]
    assert through[-1].start == began_late[-1].start + WRAP
    assert sum(it.duration for it in through) == 25 * SECOND


def test_before_a_key_frame_there_is_nothing_to_cut() -> None:
    segmenter = Segmenter(grid=every(SECOND))
    assert segmenter.cut() is None
    mux = Multiplex()
    assert segmenter.feed(mux.tables() + mux.frame(key=False)) == []
    assert segmenter.feed(b"") == []
    assert segmenter.cut() is None


def test_what_comes_after_the_end_does_not_follow() -> None:
    segmenter = Segmenter(grid=every(2 * SECOND))
    assert times(fed(segmenter, clip(3))) == [(0, 2)]
    last = segmenter.cut()
    assert last
    assert (times([last]), last.discontinuity) == ([(2, 1)], False)
    assert segmenter.cut() is None
    assert segmenter.feed(Multiplex().frame(key=True)) == []
    (first,) = fed(segmenter, clip(3, start=3 * SECOND))
    assert (times([first]), first.discontinuity) == ([(3, 1)], True)


def test_half_a_key_frame_begins_no_segment_at_the_end() -> None:
    headers = b"\0\0\0\1\x06\x05" + b"\xff" * 400 + h264_headers(640, 360)
    mux = Multiplex()
    key = mux.frame(key=True, flagged=True, headers=headers, pts=2 * SECOND)
    stream = clip(2, mux=mux) + key
    (segment,) = cut(stream[: -3 * PACKET], every(SECOND * 2))
    assert without_tables([segment]) == stream[2 * PACKET : -3 * PACKET]


@pytest.mark.parametrize("step", [1, 7, 5000])
def test_a_break_that_we_tell_parts_segments(step: int) -> None:
    scanner = mpegts.Scanner()
    scanner.scan(Multiplex().tables())
    assert scanner.program
    told = mpegts.discontinuities(scanner.program)
    before, after = clip(3), clip(3, start=3 * SECOND)
    segments = cut(told + before + told + after, step=step)
    assert times(segments) == [(0, 2), (2, 1), (3, 1), (4, 2)]
    assert [it.discontinuity for it in segments] == [False, False, True, False]
    assert without_tables(segments[:2]) == before[2 * PACKET :]
    assert without_tables(segments[2:]) == after[2 * PACKET :]


@pytest.mark.parametrize(
    "start",
    [0, 2 * SECOND, 14 * SECOND, 100 * SECOND, WRAP // 2, WRAP - SECOND],
    ids=["the beginning", "back", "11 s ahead", "ahead", "half a wrap", "far back"],
)
@pytest.mark.parametrize("step", [1, 5000])
def test_clocks_that_jump_part_segments(start: int, step: int) -> None:
    before, after = clip(3), clip(2, start=start)
    segments = cut(before + after, every(10 * SECOND), step=step)
    first, second, *rest = segments
    assert times([first]) == [(0, 3)]
    assert (second.start, second.discontinuity) == (start, True)
    assert second.duration + sum(it.duration for it in rest) == 2 * SECOND
    assert without_tables([first]) == before[2 * PACKET :] + after[: 2 * PACKET]
    assert without_tables([second, *rest]) == after[2 * PACKET :]


def test_a_gap_of_some_seconds_is_no_break() -> None:
    segments = cut(clip(3) + clip(3, start=12 * SECOND))
    assert not any(it.discontinuity for it in segments)
    assert times(segments) == [(0, 2), (2, 10), (12, 2), (14, 1)]


def test_frames_after_a_jump_are_dropped_up_to_the_next_key_frame() -> None:
    mux = Multiplex()
    lost = b"".join(mux.clip(25, start=50 * SECOND))[5 * PACKET :]
    after = clip(1, mux=mux, start=51 * SECOND)
    before = clip(1)
    segments = cut(before + lost + after)
    assert [it.discontinuity for it in segments] == [False, True]
    assert without_tables(segments[1:]) == after[2 * PACKET :]
    assert without_tables(segments[:1]) == before[2 * PACKET :]


def test_a_key_frame_that_goes_back_a_little_parts_segments() -> None:
    segments = cut(clip(1) + clip(1, start=-SECOND // 10 % WRAP))
    assert [it.discontinuity for it in segments] == [False, True]
    assert sum(it.duration for it in segments) == 2 * SECOND


def test_stamps_of_frames_may_go_back_as_b_frames_do() -> None:
    mux, order = Multiplex(), (0, 3, 1, 2, 6, 4, 5)
    stream = mux.tables() + b"".join(
        mux.frame(key=index == 0, pts=pts * FRAME, pcr=0)
        for index, pts in enumerate(order)
    )
    (segment,) = cut(stream)
    assert segment.duration == 7 * FRAME


@pytest.mark.parametrize("step", [1, 5000])
def test_a_programme_with_other_parts_parts_segments(step: int) -> None:
    stereo = Multiplex(streams=((H264, VIDEO_PID), (AAC, AUDIO_PID), (6, 0x120)))
    stream = clip(1) + clip(1, mux=stereo, start=SECOND)
    segments = cut(stream, step=step)
    assert [it.discontinuity for it in segments] == [False, True]
    assert [len(it.program.streams) for it in segments] == [2, 3]
    assert times(segments) == [(0, 1), (1, 1)]


def test_another_language_parts_nothing() -> None:
    german = Multiplex(descriptors={AUDIO_PID: b"\x0a\4deu\0"})
    stream = clip(1) + clip(3, mux=german, start=SECOND)
    segments = cut(stream)
    assert not any(it.discontinuity for it in segments)
    assert [it.program.streams[1].language for it in segments] == ["", "deu"]


@pytest.mark.parametrize("step", [1, 3, 5000])
def test_pictures_of_another_size_part_segments(step: int) -> None:
    mux = Multiplex()
    stream = b"".join(
        clip(1, mux=mux, start=start * SECOND, headers=h264_headers(width, 360))
        for start, width in ((0, 480), (1, 640), (2, 640))
    )
    segments = cut(stream, every(10 * SECOND), step=step)
    assert [it.video and it.video.width for it in segments] == [480, 640]
    assert times(segments) == [(0, 1), (1, 2)]
    assert [it.discontinuity for it in segments] == [False, True]
    assert without_tables(segments) == stream[2 * PACKET :]


def test_a_key_frame_that_does_not_describe_itself_changes_nothing() -> None:
    mux = Multiplex()
    stream = b"".join(
        clip(1, mux=mux, start=start * SECOND, headers=headers)
        for start, headers in enumerate((None, h264_headers(640, 360), None))
    )
    (segment,) = cut(stream, every(10 * SECOND))
    assert segment.video
    assert segment.video.width == 640


@pytest.mark.parametrize("step", [1, 5000])
def test_a_radio_is_cut_where_its_frames_begin(step: int) -> None:
    radio = Multiplex(streams=((AAC, AUDIO_PID),))
    stream = clip(5, mux=radio)
    segments = cut(stream, step=step)
    assert times(segments) == [(0, 2), (2, 2), (4, 1)]
    assert {it.video for it in segments} == {None}
    assert without_tables(segments) == stream[2 * PACKET :]


def test_key_frames_without_stamps_are_cut_by_those_of_others() -> None:
    mux = Multiplex(streams=((MPEG2, VIDEO_PID),))
    stream = b"".join(
        (b"" if number % 25 else mux.tables())
        + mux.frame(
            key=number % 25 == 0,
            pts=number * FRAME if number % 5 == 2 else None,
            pcr=number * FRAME * 300,
        )
        for number in range(100)
    )
    segments = cut(stream)
    assert times(segments) == [(0, 2), (2, 2)]
    assert not any(it.discontinuity for it in segments)


def test_a_stream_without_any_stamp_is_cut_by_counting_its_frames() -> None:
    mux = Multiplex()
    stream = mux.tables() + b"".join(
        mux.frame(key=number % 25 == 0, pts=None) for number in range(100)
    )
    assert times(cut(stream)) == [(0, 2), (2, 2)]


def test_a_segment_that_grows_too_large_is_ended() -> None:
    segmenter = Segmenter(grid=every(2 * SECOND), max_bytes=100 * PACKET)
    segments = fed(segmenter, clip(2, size=3, group=1000) + clip(1, start=SECOND))
    assert [it.discontinuity for it in segments] == [False]
    assert 100 * PACKET < len(segments[0].data) <= 151 * PACKET
    assert segments[0].duration > 0
    assert segmenter.oversized == 1
    last = segmenter.cut()
    assert last
    assert last.discontinuity


def test_a_segment_without_key_frames_is_ended() -> None:
    segmenter = Segmenter(grid=every(2 * SECOND))
    segments = fed(segmenter, clip(25, group=10_000) + clip(1, start=25 * SECOND))
    assert times(segments) == [(0, 20.04)]
    assert segmenter.oversized == 1
    last = segmenter.cut()
    assert last
    assert (times([last]), last.discontinuity) == ([(25, 1)], True)


def test_one_frame_lasts_for_a_while() -> None:
    mux = Multiplex()
    (segment,) = cut(mux.tables() + mux.frame(key=True, pts=5 * SECOND))
    assert segment.duration == FRAME


@given(
    pieces=st.lists(
        st.one_of(
            st.binary(min_size=187, max_size=187).map(lambda rest: b"\x47" + rest),
            st.sampled_from([clip(1), clip(1, start=SECOND), clip(0.2, start=900)]),
            st.integers(0, WRAP - 1).map(
                lambda pts: Multiplex().frame(key=True, pts=pts, pcr=0, anew=True)
            ),
            st.integers(0, WRAP - 1).map(
                lambda pts: Multiplex().pes(AUDIO_PID, pes_head(0xC0, pts=pts), 1)
            ),
        ),
        max_size=12,
    ),
    blocks=st.integers(1, 60),
)
def test_no_packets_break_the_segmenter(pieces: list[bytes], blocks: int) -> None:
    stream = b"".join(pieces)
    assert cut(stream, step=blocks) == cut(stream, step=1)
    segments = cut(stream, step=blocks, max_bytes=80 * PACKET)
    assert all(it.duration > 0 for it in segments)
    assert sum(map(len, (it.data for it in segments))) <= 3 * len(stream)
    assert not segments or not segments[0].discontinuity
