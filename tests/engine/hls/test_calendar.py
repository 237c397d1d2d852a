"""All renditions of a stream tell the same dates, and count the same breaks."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.engine.hls.calendar import (
    Calendar,
    Moment,
    ticks_between,
)
from custom_components.telecast.formats.mpegts import CLOCK, WRAP

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SEGMENT = 2 * CLOCK


class Day:
    """A time of day that a test moves, and a calendar that goes by it."""

    def __init__(self) -> None:
        self.now = NOON
        self.calendar = Calendar(lambda: self.now)

    def date(self, seconds: float, *, era: int = 0, after: float = 0) -> float:
        """Answer the date of a picture, in seconds since noon; time passes before that."""
        self.now += timedelta(seconds=after)
        found = self.calendar.date(era, round(seconds * CLOCK), SEGMENT)
        return (found - NOON).total_seconds()


def test_dates_go_with_the_time_stamps_and_not_with_the_time_of_asking() -> None:
    day = Day()
    assert day.date(100) == 0
    assert day.date(102, after=3) == 2
    assert day.date(104, after=1) == 4
    assert day.date(102) == 2, "another rendition is told the same"


def test_dates_go_on_when_the_clock_begins_anew() -> None:
    day, wrap = Day(), WRAP / CLOCK
    assert day.date(wrap - 2) == 0
    assert day.date(0, after=2) == pytest.approx(2, abs=0.001)
    assert day.date(wrap + 2, after=2) == pytest.approx(4, abs=0.001)


def test_dates_go_on_for_days() -> None:
    day, wrap = Day(), WRAP / CLOCK
    day.date(0)
    for hour in range(1, 72):
        stamp = hour * 3600 % wrap
        assert day.date(stamp, after=3600) == pytest.approx(hour * 3600, abs=0.001)


def test_a_leap_of_the_time_stamps_is_none_of_the_dates() -> None:
    day = Day()
    day.date(100)
    assert day.date(5000, after=2) == 2
    assert day.date(5002, after=2) == 4
    assert day.date(102) == 2, "who is behind is told what it was"


def test_a_new_era_has_dates_of_its_own_even_with_the_same_time_stamps() -> None:
    day = Day()
    assert day.date(100) == 0
    assert day.date(102, after=2) == 2
    assert day.date(100, era=1, after=10) == 12
    assert day.date(102, era=1) == 14
    assert day.date(104) == 4


def test_dates_never_go_back_at_a_break() -> None:
    day = Day()
    for second in range(0, 8, 2):
        day.date(100 + second)
    assert day.date(50, era=1, after=1) == 8, "what was before lasted until then"


def test_a_date_that_would_be_far_ahead_is_not_believed() -> None:
    day = Day()
    for second in range(0, 100, 2):
        day.date(100 + second)
    assert day.date(50, era=1) == 0


MOMENTS = st.builds(
    Moment, era=st.integers(0, 2), pts=st.integers(0, WRAP - 1) | st.none()
)


@given(MOMENTS, MOMENTS)
def test_of_two_moments_at_most_one_is_before_the_other(a: Moment, b: Moment) -> None:
    assert not (a.is_before(b) and b.is_before(a))
    assert not a.is_before(a)
    if a.era < b.era:
        assert a.is_before(b)


def test_moments_that_differ_by_a_frame_are_the_same() -> None:
    one, other = Moment(era=0, pts=90_000), Moment(era=0, pts=93_600)
    assert not one.is_before(other)
    assert one.is_before(Moment(era=0, pts=180_000))
    assert Moment(era=0, pts=WRAP - 90_000).is_before(Moment(era=0, pts=90_000))
    assert not one.is_before(Moment(era=0)), "nothing is before the beginning"


def test_ticks_are_counted_the_shortest_way() -> None:
    assert ticks_between(WRAP - 5, 5) == 10
    assert ticks_between(5, WRAP - 5) == -10
    assert ticks_between(3 * WRAP + 5, 10) == 5


class Rendition:
    """What a rendition does with the epochs that it is told."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._last: int | None = None

    def segment(
        self,
        seconds: float,
        *,
        era: int = 0,
        broken: bool = False,
        begins: bool = False,
    ) -> int:
        """Answer the epoch of a segment; it may be `broken`, or the era's first one."""
        at = Moment(era=era, pts=round(seconds * CLOCK))
        if self._last is None:
            self._last = self._calendar.first_epoch(at)
            return self._last
        broke = Moment(era=era) if begins else at if broken else None
        self._last = self._calendar.next_epoch(self._last, at, broken=broke)
        return self._last


@pytest.fixture(name="calendar")
def _calendar() -> Calendar:
    return Calendar(lambda: NOON)


def test_a_break_of_the_stream_counts_once_whoever_comes_to_it_first(
    calendar: Calendar,
) -> None:
    copied, encoded = Rendition(calendar), Rendition(calendar)
    assert [copied.segment(10), copied.segment(12)] == [0, 0]
    assert copied.segment(70, era=1, begins=True) == 1
    assert encoded.segment(10) == 0
    assert encoded.segment(12) == 0, "what was before the break is not after it"
    assert encoded.segment(68, era=1, begins=True) == 1
    assert [copied.segment(72, era=1), encoded.segment(70, era=1)] == [1, 1]


def test_a_break_of_one_rendition_is_followed_by_the_others(
    calendar: Calendar,
) -> None:
    copied, encoded = Rendition(calendar), Rendition(calendar)
    for second in (10, 12, 14):
        copied.segment(second)
    encoded.segment(10)
    assert encoded.segment(12, broken=True) == 1
    assert copied.segment(16) == 1, "as soon as it can"
    assert [encoded.segment(14), encoded.segment(16), copied.segment(18)] == [1, 1, 1]


def test_a_break_behind_another_one_is_counted_and_caught_up_with(
    calendar: Calendar,
) -> None:
    copied, encoded = Rendition(calendar), Rendition(calendar)
    copied.segment(10)
    assert copied.segment(70, era=1, begins=True) == 1
    encoded.segment(10)
    assert encoded.segment(12, broken=True) == 1
    assert encoded.segment(70, era=1, begins=True) == 2
    assert copied.segment(72, era=1) == 2


def test_who_begins_late_begins_with_the_epoch_of_its_pictures(
    calendar: Calendar,
) -> None:
    copied = Rendition(calendar)
    copied.segment(10)
    copied.segment(70, era=1, begins=True)
    copied.segment(72, era=1, broken=True)
    assert Rendition(calendar).segment(12) == 0
    assert Rendition(calendar).segment(70, era=1) == 1
    assert Rendition(calendar).segment(74, era=1) == 2


def test_several_breaks_are_followed_one_with_each_segment(calendar: Calendar) -> None:
    copied, encoded = Rendition(calendar), Rendition(calendar)
    copied.segment(10)
    encoded.segment(10)
    for second in (12, 14, 16):
        encoded.segment(second, broken=True)
    assert [copied.segment(second) for second in (18, 20, 22, 24)] == [1, 2, 3, 3]


def test_breaks_beyond_number_are_still_counted(calendar: Calendar) -> None:
    copied, encoded = Rendition(calendar), Rendition(calendar)
    copied.segment(0)
    encoded.segment(0)
    for second in range(2, 2000, 2):
        assert encoded.segment(second, broken=True) == copied.segment(second)
