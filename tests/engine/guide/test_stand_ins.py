"""Channels that no guide knows show their event, or their name in blocks of time."""

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from custom_components.telecast.engine.guide import stand_ins
from custom_components.telecast.engine.guide.stand_ins import CATEGORY, Today
from custom_components.telecast.formats.xmltv import Programme, Text

HOUR = 3600
NOW = int(datetime(2026, 11, 27, 17, 30, tzinfo=UTC).timestamp())
EIGHT = int(datetime(2026, 11, 27, 20, tzinfo=UTC).timestamp())
BERLIN = ZoneInfo("Europe/Berlin")


def made(
    name: str, *, hours: float = 24, blocks: bool = True, zone: ZoneInfo | None = None
) -> list[Programme]:
    """Make up what a channel shows in so many hours from NOW."""
    return stand_ins.programmes(
        name,
        guide_id="x",
        today=Today(at=NOW, zone=zone or UTC),
        start=NOW,
        stop=NOW + int(hours * HOUR),
        blocks=blocks,
    )


def test_blocks_of_two_hours_begin_on_even_hours_and_are_marked() -> None:
    found = made("Arte", hours=5)
    assert [(one.start - NOW) / HOUR for one in found] == [-1.5, 0.5, 2.5, 4.5]
    assert [(one.stop or 0) - one.start for one in found] == [2 * HOUR] * 4
    assert {one.titles for one in found} == {(Text("Arte"),)}
    assert {one.categories for one in found} == {(Text(CATEGORY),)}
    assert {one.channel for one in found} == {"x"}


def test_even_hours_are_those_of_the_clock_on_the_wall() -> None:
    kolkata = ZoneInfo("Asia/Kolkata")
    first, *_ = made("Arte", zone=kolkata)
    assert datetime.fromtimestamp(first.start, kolkata).hour % 2 == 0
    assert datetime.fromtimestamp(first.start, kolkata).minute == 0


def test_blocks_reach_a_day_ahead_and_no_further() -> None:
    found = made("Arte", hours=24 * 365)
    assert 24 * HOUR < (found[-1].stop or 0) - NOW < 33 * HOUR
    assert all(one.stop == two.start for one, two in pairwise(found))


def test_without_blocks_an_ordinary_channel_shows_nothing() -> None:
    assert made("Arte", blocks=False) == []


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("PPV 1: A v B @ 21:00", EIGHT),
        ("PPV 1: A v B @ 20:00 UTC", EIGHT),
        ("PPV 1: A v B @ 8pm UK", EIGHT),
        ("PPV 1: A v B @ 3:00 PM ET", EIGHT),
        ("PPV 1: A v B (2026-11-28 21:00)", EIGHT + 24 * HOUR),
    ],
)
def test_an_event_is_at_its_time_in_its_zone_or_that_of_the_home(
    name: str, start: int
) -> None:
    assert made(name, hours=48, blocks=False, zone=BERLIN) == [
        Programme(
            channel="x", start=start, stop=start + 3 * HOUR, titles=(Text("A v B"),)
        )
    ]


def test_an_event_without_a_time_is_all_day_at_home() -> None:
    (found,) = made("PPV 1: A v B", hours=1, blocks=False, zone=BERLIN)
    midnight = int(datetime(2026, 11, 27, tzinfo=BERLIN).timestamp())
    assert (found.start, found.stop) == (midnight, midnight + 24 * HOUR)


def test_an_event_that_is_over_or_far_ahead_is_not_shown() -> None:
    assert made("PPV 1: A v B @ 12:00", blocks=False) == []
    assert made("PPV 1: A v B (2027-11-27 12:00)", blocks=False) == []


def test_blocks_leave_an_event_its_room() -> None:
    found = made("PPV 1: A v B @ 20:30", hours=8)
    times = [
        ((one.start - NOW) / HOUR, ((one.stop or 0) - NOW) / HOUR) for one in found
    ]
    assert times == [
        *((-1.5, 0.5), (0.5, 2.5), (2.5, 3)),
        *((3, 6), (6, 6.5), (6.5, 8.5)),
    ]
    assert [one.titles[0].value for one in found if not one.categories] == ["A v B"]


def test_a_zone_that_is_not_known_here_is_utc() -> None:
    assert stand_ins.zone_of("Europe/Berlin") == BERLIN
    assert stand_ins.zone_of("Nowhere/Atlantis") is UTC
    assert stand_ins.zone_of("../../etc/passwd") is UTC
