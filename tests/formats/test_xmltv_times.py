"""Times in every form that guides have been seen to use."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats.xmltv import parse_time, render_time

THREE = int(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC).timestamp())
MINUTE, HOUR = 60, 3600


@pytest.mark.parametrize(
    ("text", "seconds_later"),
    [
        ("20260102030405 +0000", 0),
        ("20260102030405 +0100", -HOUR),
        ("20260102030405 +01:00", -HOUR),
        ("20260102030405 +1", -HOUR),
        ("20260102030405 +01", -HOUR),
        ("20260102030405 -0330", 3 * HOUR + 30 * MINUTE),
        ("20260102030405 -330", 3 * HOUR + 30 * MINUTE),
        ("20260102030405 +5:45", -5 * HOUR - 45 * MINUTE),
        ("20260102030405+0100", -HOUR),
        ("20260102030405  +0100 ", -HOUR),
        ("20260102030405 +0100 CET", -HOUR),
        ("20260102030405 GMT+0100", -HOUR),
        ("20260102030405 UTC +1", -HOUR),
        ("20260102030405 Z", 0),
        ("20260102030405Z", 0),
        ("20260102030405 UTC", 0),
        ("20260102030405 GMT", 0),
        ("20260102030405 BST", -HOUR),
        ("20260102030405 CET", -HOUR),
        ("20260102030405 cest", -2 * HOUR),
        ("20260102030405 EST", 5 * HOUR),
        ("20260102030405", 0),
        (" 20260102030405\n", 0),
        ("202601020304", -5),
        ("202601020304 +0100", -HOUR - 5),
        ("2026010203", -4 * MINUTE - 5),
        ("20260102", -3 * HOUR - 4 * MINUTE - 5),
        ("20260102 +0100", -4 * HOUR - 4 * MINUTE - 5),
        ("20260102030405.123", 0),
        ("20260102030405.123456 +0100", -HOUR),
        ("2026-01-02T03:04:05Z", 0),
        ("2026-01-02T03:04:05.000+01:00", -HOUR),
        ("2026-01-02 03:04:05 -0500", 5 * HOUR),
        ("2026-01-02 03:04", -5),
        ("2026-01-02", -3 * HOUR - 4 * MINUTE - 5),
        ("20260101240000 +0000", -3 * HOUR - 4 * MINUTE - 5),
        ("20260102030365", None),
        ("20260102030360 +0000", -5),
    ],
)
def test_forms_of_times(text: str, seconds_later: int | None) -> None:
    assert parse_time(text) == (
        None if seconds_later is None else THREE + seconds_later
    )


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "now", "2026", "202601", "2026010", "202601020", "20260102030"),
        *("20261302030405", "20260230", "00000102030405", "20260102250000"),
        *("20260102036000", "202601020304051", "1767322800", "+0100"),
        *("19691231235959 +0000", "19700101000000 +0100", "99991231235959"),
        *("２０２６0102030405", "20260102030405" + " " * 100),
        *("9" * 100_000, "20260102030405 +" + "0" * 100_000),
    ],
)
def test_what_is_no_time(text: str) -> None:
    assert parse_time(text) is None


def test_a_time_without_a_known_zone_is_where_the_reader_says() -> None:
    for text in ("20260102030405", "20260102030405 Moon", "20260102030405 Europe/Rome"):
        assert parse_time(text) == THREE
        assert parse_time(text, 60) == THREE - HOUR
        assert parse_time(text, -90) == THREE + 90 * MINUTE
    assert parse_time("20260102030405 +0000", 60) == THREE
    assert parse_time("20260102030405 EST", 60) == THREE + 5 * HOUR


def test_rendering() -> None:
    assert render_time(THREE) == "20260102030405 +0000"
    assert render_time(0) == "19700101000000 +0000"
    assert render_time(-1) == "19691231235959 +0000"


@given(st.integers(0, 253_370_764_799))
def test_what_is_rendered_is_read_the_same(epoch: int) -> None:
    assert parse_time(render_time(epoch)) == epoch


@given(
    st.integers(86_400, 7_000_000_000),
    st.integers(-14 * 60, 14 * 60),
)
def test_the_calendar_is_the_worlds(epoch: int, offset: int) -> None:
    there = datetime.fromtimestamp(epoch, timezone(timedelta(minutes=offset)))
    assert parse_time(f"{there:%Y%m%d%H%M%S %z}") == epoch
    assert parse_time(there.isoformat()) == epoch


@given(st.text(max_size=30))
def test_nothing_breaks_it(text: str) -> None:
    epoch = parse_time(text)
    assert epoch is None or parse_time(render_time(epoch)) == epoch
