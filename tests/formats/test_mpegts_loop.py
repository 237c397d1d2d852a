"""A recording played round and round is one stream without a seam."""

from itertools import takewhile

import pytest

from custom_components.telecast.formats import mpegts
from custom_components.telecast.formats.mpegts import (
    CLOCK,
    PACKET,
    WRAP,
    Loop,
    Segmenter,
)
from scripts.workbench.bench.continuity import Continuity
from scripts.workbench.bench.joining import begins_with_keyframe
from tests.fakes.transport import AUDIO_PID, Multiplex, pes_head

from .recordings import X264, complaints, recorded

# Whole frames of video and of sound fit into it; encoders end at different times.
SECONDS = 8
WRAP_SECONDS = WRAP / CLOCK
ENCODER = (*X264, "-bf", "0", "-mpegts_flags", "resend_headers")


@pytest.fixture(name="recording", scope="module")
def _recording() -> bytes:
    return recorded(*ENCODER, "-pes_payload_size", "0", seconds=SECONDS + 1)


@pytest.fixture(name="loop", scope="module")
def _loop(recording: bytes) -> Loop:
    return Loop(recording, seconds=SECONDS)


def played(
    loop: Loop, since: float, seconds: float, *, start: int | None = None
) -> bytes:
    """Play from one instant on, for some seconds."""
    pieces = takewhile(
        lambda piece: piece[0] < since + seconds, loop.play(since, start=start)
    )
    return b"".join(data for _, data in pieces)


def gaps(data: bytes) -> int:
    """Count what is missing."""
    continuity = Continuity()
    continuity.feed(data)
    return continuity.gaps


def first_pts(data: bytes) -> int | None:
    """Answer when the first picture is shown."""
    return mpegts.Scanner().scan(data)[0].pts


@pytest.mark.parametrize("since", [1_763_712_000.4, WRAP_SECONDS * 60 - SECONDS])
def test_it_plays_round_and_round_without_a_seam(loop: Loop, since: float) -> None:
    data = played(loop, since, 3 * SECONDS)
    assert gaps(data) == 0
    assert len(data) * 8 == pytest.approx(loop.bitrate * 3 * SECONDS, rel=0.1)
    assert complaints(data) == ""


def test_whoever_comes_begins_with_a_keyframe_of_what_is_on(loop: Loop) -> None:
    early, late = played(loop, 1000.2, 4), played(loop, 1002.7, 4)
    assert begins_with_keyframe(early)
    assert begins_with_keyframe(late)
    assert late.startswith(early[early.index(late[: 20 * PACKET]) :])


@pytest.mark.parametrize("start", [0, 12_345_678, WRAP - CLOCK])
@pytest.mark.parametrize("since", [0.0, 1_763_712_005.4])
def test_its_clocks_start_where_they_are_told_to(
    loop: Loop, start: int, since: float
) -> None:
    data = played(loop, since, 2 * SECONDS, start=start)
    assert gaps(data) == 0
    assert first_pts(data) == start
    segments = Segmenter(grid=lambda _: CLOCK).feed(data)
    assert segments[0].start == start
    assert sum(it.duration for it in segments) > 14 * CLOCK
    assert not any(it.discontinuity for it in segments)


def test_without_a_start_its_clocks_are_those_of_the_instant(loop: Loop) -> None:
    early, late = first_pts(played(loop, 1000.2, 1)), first_pts(played(loop, 1024.2, 1))
    assert early is not None
    assert late == early + 24 * CLOCK


def test_a_recording_that_is_too_short_is_refused(recording: bytes) -> None:
    with pytest.raises(ValueError, match="too short"):
        Loop(recording[: len(recording) // 2], seconds=SECONDS)


def test_a_recording_without_a_key_frame_is_refused(recording: bytes) -> None:
    packets = [recording[at : at + PACKET] for at in range(0, len(recording), PACKET)]
    unmarked = b"".join(
        packet[:5] + bytes((packet[5] & 0xBF,)) + packet[6:]
        if packet[3] & 0x20
        else packet
        for packet in packets
    )
    with pytest.raises(ValueError, match="no key frame"):
        Loop(unmarked, seconds=SECONDS)


def test_who_comes_before_the_first_key_frame_begins_with_it() -> None:
    mux = Multiplex()
    late = mux.tables() + mux.pes(AUDIO_PID, pes_head(0xC0, pts=0), 1)
    late += b"".join(
        mux.tables()
        + mux.frame(key=True, flagged=True, pts=pts, pcr=pts * 300)
        + mux.pes(AUDIO_PID, pes_head(0xC0, pts=pts), 1)
        for pts in range(0, 3 * CLOCK, CLOCK // 4)
    )
    data = played(Loop(late, seconds=2), 0, 1)
    assert begins_with_keyframe(data)
    assert gaps(data) == 0
