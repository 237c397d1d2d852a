"""What a player asks for tells how far behind the stream it plays, and what it needs."""

from datetime import UTC, datetime

import pytest

from custom_components.telecast.engine.hls.calendar import Moment
from custom_components.telecast.engine.hls.playback import Playback
from custom_components.telecast.engine.hls.track import Listed
from custom_components.telecast.formats.mpegts import CLOCK, WRAP

CLOSE = 4.0
START = WRAP - 10 * CLOCK
"""Soon the clock begins anew, as ours do not."""


def segment(begin: float, *, seconds: float = 1, era: int = 0) -> Listed:
    """Make one that begins so many seconds after the start."""
    return Listed(
        number=0,
        name="",
        duration=seconds,
        size=1,
        date=datetime(2026, 1, 1, tzinfo=UTC),
        epoch=0,
        at=place(begin, era=era),
    )


def place(seconds: float, *, era: int = 0) -> Moment:
    """Answer the moment so many seconds after the start."""
    return Moment(era=era, pts=START + round(seconds * CLOCK))


def test_who_has_had_nothing_may_want_all_there_is() -> None:
    playback = Playback(close_seconds=CLOSE)
    assert (playback.end, playback.needs_from) == (None, None)
    assert not playback.is_close


@pytest.mark.parametrize(("newest", "close"), [(0, True), (2.9, True), (3, False)])
def test_how_far_behind_it_plays_shows_at_its_first_segment(
    newest: float, close: bool
) -> None:
    playback = Playback(close_seconds=CLOSE)
    playback.gets(segment(0), newest=segment(newest))
    assert playback.is_close is close
    playback.gets(segment(8), newest=segment(9))
    playback.gets(segment(9), newest=segment(30))
    assert playback.is_close is close, "it plays in real time"


def test_who_plays_close_behind_needs_what_follows_all_that_it_has() -> None:
    playback = Playback(close_seconds=CLOSE)
    for begin in (0, 1, 2):
        playback.gets(segment(begin), newest=segment(2))
    assert playback.needs_from == playback.end == place(3)


def test_who_plays_far_behind_may_drop_what_it_has_in_hand() -> None:
    playback = Playback(close_seconds=CLOSE)
    for begin in range(12):
        playback.gets(segment(begin), newest=segment(max(begin, 6)))
    assert playback.end == place(12)
    assert playback.needs_from == place(12 - 7)


def test_what_is_fetched_again_takes_nothing_away() -> None:
    playback = Playback(close_seconds=CLOSE)
    for begin in (0, 1, 2, 1):
        playback.gets(segment(begin), newest=segment(2))
    assert playback.end == place(3)


def test_after_a_break_it_goes_on_from_there() -> None:
    playback = Playback(close_seconds=CLOSE)
    playback.gets(segment(100), newest=segment(101))
    playback.gets(segment(5, era=1), newest=segment(5, era=1))
    assert playback.needs_from == place(6, era=1)


def test_who_begins_before_a_break_plays_far_behind() -> None:
    playback = Playback(close_seconds=CLOSE)
    playback.gets(segment(100), newest=segment(0, era=1))
    assert not playback.is_close
    assert playback.needs_from is None
