"""Streams that FFmpeg makes are cut to segments that FFmpeg decodes, each of them alone."""

import pytest

from custom_components.telecast.formats.mpegts import (
    CLOCK,
    PACKET,
    WRAP,
    Scanner,
    Segment,
    Segmenter,
)

from .recordings import CLOSED, MPEG2, X264, X265, complaints, recorded

SECONDS = 12
# So many seconds before FFmpeg's clocks begin anew.
WRAPPED = ("-output_ts_offset", str(WRAP / CLOCK - 7))


def cut(stream: bytes, step: int) -> list[Segment]:
    """Cut a stream, fed in blocks of `step` packets, by 4 seconds and first by 2."""
    segmenter = Segmenter(grid=lambda pts: 2 * CLOCK if pts < 8 * CLOCK else 4 * CLOCK)
    segments = []
    for at in range(0, len(stream), step * PACKET):
        segments += segmenter.feed(stream[at : at + step * PACKET])
    last = segmenter.cut()
    assert last
    assert segmenter.oversized == 0
    return [*segments, last]


@pytest.mark.parametrize(
    ("encoder", "codec"),
    [
        ((*X264, "-bf", "0"), "h264"),
        ((*X264, "-bf", "3"), "h264"),
        ((*X264, "-bf", "2", *WRAPPED), "h264"),
        (X265, "hevc"),
        ((*MPEG2, *CLOSED), "mpeg2video"),
        (MPEG2, "mpeg2video"),
    ],
    ids=["h264", "b-frames", "wrap", "hevc", "mpeg2", "open groups"],
)
def test_segments_are_decoded_alone(encoder: tuple[str, ...], codec: str) -> None:
    stream = recorded(*encoder, seconds=SECONDS)
    segments = cut(stream, step=348)
    begins = Scanner().scan(stream)[0].offset
    assert b"".join(it.data[2 * PACKET :] for it in segments) == stream[begins:]
    assert cut(stream, step=1) == segments
    assert sum(it.duration for it in segments) == SECONDS * CLOCK
    assert not any(it.discontinuity for it in segments)
    assert {it.video and it.video.codec for it in segments} == {codec}
    for segment in segments:
        assert complaints(segment.data) == ""


def test_a_radio_is_decoded_alone() -> None:
    stream = recorded("-vn", picture="", seconds=SECONDS)
    segments = cut(stream, step=348)
    assert len(segments) > 3
    # How long the last packet of sounds lasts, nobody knows.
    assert 0 <= sum(it.duration for it in segments) - SECONDS * CLOCK < CLOCK / 2
    for segment in segments:
        assert complaints(segment.data) == ""
