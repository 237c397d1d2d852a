"""When a recording is to begin, however players write it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as some
import pytest

from custom_components.telecast.formats import catchup

BERLIN = ZoneInfo("Europe/Berlin")
KOLKATA = ZoneInfo("Asia/Kolkata")
START = int(datetime(2025, 11, 27, 8, 0, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    "text",
    [
        "2025-11-27:09-00",
        "2025-11-27_09-00",
        "2025-11-27:09:00:00",
        "2025-11-27 09:00:00",
        "2025-11-27:09-00-00",
        "2025-11-27T09:00:00",
        "2025-11-27+09:00:00",
        " 2025-11-27:9-0 ",
        "1764230400",
    ],
)
def test_a_start_is_read_in_every_way_that_players_write_it(text: str) -> None:
    assert catchup.parse_start(text, BERLIN) == datetime.fromtimestamp(START, UTC)


def test_seconds_of_a_start_count() -> None:
    start = catchup.parse_start("2025-11-27:09:00:59", BERLIN)
    assert start == datetime.fromtimestamp(START + 59, UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2025-13-27:09-00",
        "2025-02-30:09-00",
        "2025-11-27:24-00",
        "2025-11-27:09-60",
        "2025-11-27",
        "0000-01-01:00-00",
        "9999-12-31:23-59",
        "12",
        "99999999999",
        "2025-11-27:09-00/../..",
        "２０２５-11-27:09-00",
    ],
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert catchup.parse_start(text, BERLIN) is None


@given(some.text())
def test_any_text_is_a_time_or_none(text: str) -> None:
    start = catchup.parse_start(text, BERLIN)
    assert start is None or start.utcoffset() == timedelta(0)


def test_an_hour_that_is_left_out_is_the_one_that_comes_in_its_place() -> None:
    # At 02:00 clocks go to 03:00.
    start = catchup.parse_start("2025-03-30:02-30", BERLIN)
    assert start == datetime(2025, 3, 30, 1, 30, tzinfo=UTC)


def test_an_hour_that_comes_twice_is_the_first_of_the_two() -> None:
    # At 03:00 clocks go to 02:00.
    start = catchup.parse_start("2025-10-26:02-30", BERLIN)
    assert start == datetime(2025, 10, 26, 0, 30, tzinfo=UTC)


@given(
    some.integers(10**9, 4 * 10**9).map(lambda at: at - at % 60),
    some.sampled_from([UTC, BERLIN, KOLKATA, ZoneInfo("America/St_Johns")]),
)
def test_a_start_is_read_as_it_was_written(at: int, zone: ZoneInfo) -> None:
    start = datetime.fromtimestamp(at, UTC)
    read = catchup.parse_start(catchup.render_start(start, zone), zone)
    assert read is not None
    # The same, or in the night in which clocks go back the hour of the same name.
    if datetime.fromtimestamp(at, zone).fold:
        assert timedelta(0) < start - read <= timedelta(hours=2)
    else:
        assert read == start
