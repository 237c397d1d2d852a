"""Local time: clocks that skip an hour, half of one or a day, and show others twice."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.engine.timeline.local_time import instant_of, offset_at
from tests.engine.timeline.plans import (
    APIA,
    BERLIN,
    DAY,
    HOUR,
    LORD_HOWE,
    MINUTE,
    NEW_YORK,
    ZONES,
)


def utc(zone: ZoneInfo, day: date, hour: int, minute: int = 0) -> str:
    """Answer the instant of a local time, as UTC."""
    time = hour * HOUR + minute * MINUTE
    instant = instant_of(zone, day.toordinal(), time)
    return datetime.fromtimestamp(instant / 1000, UTC).strftime("%d %H:%M")


@pytest.mark.parametrize(
    ("zone", "day", "time", "wanted"),
    [
        (BERLIN, date(2026, 3, 29), (1, 59), "29 00:59"),
        (BERLIN, date(2026, 3, 29), (2, 0), "29 01:00"),
        (BERLIN, date(2026, 3, 29), (2, 30), "29 01:00"),
        (BERLIN, date(2026, 3, 29), (3, 0), "29 01:00"),
        (BERLIN, date(2026, 10, 25), (2, 30), "25 00:30"),
        (BERLIN, date(2026, 10, 25), (3, 0), "25 02:00"),
        (NEW_YORK, date(2026, 3, 8), (2, 15), "08 07:00"),
        (NEW_YORK, date(2026, 11, 1), (1, 30), "01 05:30"),
        (LORD_HOWE, date(2026, 10, 4), (2, 10), "03 15:30"),
        (LORD_HOWE, date(2026, 4, 5), (1, 45), "04 14:45"),
        (LORD_HOWE, date(2026, 4, 5), (2, 0), "04 15:30"),
        (APIA, date(2011, 12, 29), (23, 59), "30 09:59"),
        (APIA, date(2011, 12, 30), (0, 0), "30 10:00"),
        (APIA, date(2011, 12, 30), (18, 0), "30 10:00"),
        (APIA, date(2011, 12, 31), (0, 0), "30 10:00"),
        (APIA, date(2011, 12, 31), (18, 0), "31 04:00"),
        (BERLIN, date(2028, 2, 29), (12, 0), "29 11:00"),
        (BERLIN, date(2028, 2, 28), (36, 0), "29 11:00"),
    ],
)
def test_a_local_time_is_when_clocks_first_show_it_or_a_later_one(
    zone: ZoneInfo, day: date, time: tuple[int, int], wanted: str
) -> None:
    assert utc(zone, day, *time) == wanted


@given(
    st.sampled_from((*ZONES, *map(ZoneInfo, sorted(available_timezones())))),
    st.dates(date(1970, 1, 2), date(2100, 1, 1)),
    st.lists(st.integers(0, 2 * 1440), min_size=2, max_size=6),
)
def test_a_later_time_is_never_earlier(
    zone: ZoneInfo, day: date, minutes: list[int]
) -> None:
    minutes.sort()
    times = [minute * MINUTE for minute in minutes]
    found = [instant_of(zone, day.toordinal(), time) for time in times]
    assert found == sorted(found)
    for instant, time in zip(found, times, strict=True):
        midnight = (day.toordinal() - date(1970, 1, 1).toordinal()) * DAY
        shown = instant + offset_at(zone, instant)
        before = instant - 1 + offset_at(zone, instant - 1)
        assert before < midnight + time <= shown
