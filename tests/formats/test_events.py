"""Events are read from the names of channels, and ordinary channels are left alone."""

from datetime import date, datetime
import time

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats import events
from custom_components.telecast.formats.events import Event

TODAY = date(2026, 11, 27)
LONDON, NEW_YORK = "Europe/London", "America/New_York"


def parse(name: str) -> Event | None:
    """Read a name on the day of all these tests."""
    return events.parse(name, today=TODAY)


@pytest.mark.parametrize(
    ("name", "title", "start", "zone"),
    [
        ("PPV 12: A vs B @ 20:00", "A vs B", "2026-11-27 20:00", ""),
        ("PPV 12: A vs B @ 8pm", "A vs B", "2026-11-27 20:00", ""),
        ("PPV12 - Fury v Usyk 3 - 10:30 p.m.", "Fury v Usyk 3", "2026-11-27 22:30", ""),
        (
            "UK| PPV 07: Fury vs Usyk 3 @ 10pm UK",
            "Fury vs Usyk 3",
            "2026-11-27 22:00",
            LONDON,
        ),
        (
            "EVENT 3 | Team A v Team B | 27 Nov 19:45 UK",
            "Team A v Team B",
            "2026-11-27 19:45",
            LONDON,
        ),
        ("EVENT 3 | A v B | Sat 28th November 7:45pm", "A v B", "2026-11-28 19:45", ""),
        (
            "EVENT 3 | A v B | 2 Jan 19:45 CET",
            "A v B",
            "2027-01-02 19:45",
            "Europe/Paris",
        ),
        ("Live 5: Title (2026-11-27 20:00:00)", "Title", "2026-11-27 20:00", ""),
        (
            "LIVE EVENT 03 - Monaco GP 11/28 8:55 AM ET",
            "Monaco GP",
            "2026-11-28 08:55",
            NEW_YORK,
        ),
        (
            "LIVE EVENT 03 - Monaco GP 28/11 8:55 UK",
            "Monaco GP",
            "2026-11-28 08:55",
            LONDON,
        ),
        (
            "MOTO GP 2 | Race 1.12. 14:00 CET",
            "Race",
            "2026-12-01 14:00",
            "Europe/Paris",
        ),
        (
            "US (ESPN+ 001) | Lakers vs. Celtics (2026-11-27 19:30:00)",
            "Lakers vs. Celtics",
            "2026-11-27 19:30",
            "",
        ),
        (
            "NBA 05: Lakers vs Celtics 7:30pm ET",
            "Lakers vs Celtics",
            "2026-11-27 19:30",
            NEW_YORK,
        ),
        (
            "NBA 12 : Heat @ Bulls | 8:00 PM CT",
            "Heat @ Bulls",
            "2026-11-27 20:00",
            "America/Chicago",
        ),
        (
            "MLB 3 | Yankees at Red Sox | Nov 28 7:05 PM ET",
            "Yankees at Red Sox",
            "2026-11-28 19:05",
            NEW_YORK,
        ),
        (
            "DAZN 1: Boxing: X v Y Fri 27 Nov 12:15 AM",
            "Boxing: X v Y",
            "2026-11-27 00:15",
            "",
        ),
        (
            "UEFA 4 : Real x Barça 28/11/2026 21:00 UTC",
            "Real x Barça",
            "2026-11-28 21:00",
            "UTC",
        ),
        (
            "PPV 1: Ünïcode — Große Gala @ 12 pm",
            "Ünïcode — Große Gala",
            "2026-11-27 12:00",
            "",
        ),
    ],
)
def test_these_are_events(name: str, title: str, start: str, zone: str) -> None:
    assert parse(name) == Event(
        title=title, start=datetime.fromisoformat(start), zone=zone
    )


@pytest.mark.parametrize(
    ("name", "start", "stop"),
    [
        (
            "NFL 01 | Bills x Jets start:2026-11-27 20:00:00 stop:2026-11-27 23:30:00",
            "2026-11-27 20:00",
            "2026-11-27 23:30",
        ),
        (
            "Bills x Jets start: 2026-11-27 20:00 end: 2026-11-28 01:00",
            "2026-11-27 20:00",
            "2026-11-28 01:00",
        ),
        ("PPV 3: Bills x Jets (start:2026-11-27T20:00)", "2026-11-27 20:00", None),
        # One that ends before it begins: only the beginning is believed.
        (
            "Bills x Jets start:2026-11-27 20:00 stop:2026-11-27 19:00",
            "2026-11-27 20:00",
            None,
        ),
        ("Event 2: Bills x Jets", "2026-11-27 00:00", "2026-11-28 00:00"),
        ("Event 2: Bills x Jets | 3 Dec", "2026-12-03 00:00", "2026-12-04 00:00"),
    ],
)
def test_an_event_ends_when_its_name_says_so_or_lasts_all_day(
    name: str, start: str, stop: str | None
) -> None:
    assert parse(name) == Event(
        title="Bills x Jets",
        start=datetime.fromisoformat(start),
        stop=datetime.fromisoformat(stop) if stop else None,
    )


@pytest.mark.parametrize(
    "name",
    [
        *("24 Hours", "Channel 4", "Channel 4 +1", "Channel 5: News", "BBC 1", "M6"),
        *("UK: Sky Sports 1", "UK: Sky Sports 1 | Arsenal v Spurs", "Film4 +1"),
        *("Live 24/7: Friends", "24/7 Friends", "Euronews 24/7 | Live", "Live!"),
        *("7:30 News", "20:15", "5 vs 5 TV", "Judge v Jury", "Live! 20:00", "E! 4:3"),
        *("Sport 24", "Al Jazeera 16:9", "Nov 24", "24 Nov", "Radio 101.5", "Das 4."),
        *("Event TV", "PPV", "PPV 3", "PPV 3:", "PPV 3: | 20:00", "Live 5", "UFC 300"),
        *("PPV 3: NO EVENT", "PPV 3: No live events today 20:00", "Event 9: Offline"),
        *("NBA 5: Next event: A v B 20:00", "Live 4: TBA", "PPV 7: Coming Soon"),
        *("EVENT 1: A v B 31 Feb 20:00", "Event 1: 2026-02-30 20:00 A v B", ""),
        *(
            "start:2026-11-27 20:00 stop:2026-11-27 22:00",
            "A x B start:2026-13-27 20:00",
        ),
    ],
)
def test_these_are_none(name: str) -> None:
    assert parse(name) is None


def test_a_day_without_a_year_is_the_nearest_one() -> None:
    def day(today: date, name: str) -> date:
        found = events.parse(f"PPV 1: A v B {name} 20:00", today=today)
        assert found
        return found.start.date()

    assert day(date(2026, 12, 30), "1 Jan") == date(2027, 1, 1)
    assert day(date(2027, 1, 2), "31 Dec") == date(2026, 12, 31)
    assert day(date(2026, 6, 1), "31 May") == date(2026, 5, 31)
    assert day(date(2027, 11, 27), "29 Feb") == date(2028, 2, 29)
    assert events.parse("PPV 1: A v B 29 Feb 20:00", today=TODAY) is None


@given(st.text(max_size=80), st.dates(date(2, 1, 1), date(9998, 1, 1)))
def test_no_name_is_too_odd(name: str, today: date) -> None:
    for text in (name, f"PPV 1: {name} 20:00", f"A v B {name} 1 Jan 7pm ET"):
        found = events.parse(text, today=today)
        assert found is None or found.title.strip() == found.title != ""


@pytest.mark.parametrize(
    "unit", ["1", "1 ", "a", "start:", "20:00 ", "PPV 1: ", "(", "|", "v "]
)
def test_no_name_takes_long(unit: str) -> None:
    began = time.process_time()
    parse(unit * 20_000)
    assert time.process_time() - began < 0.5
