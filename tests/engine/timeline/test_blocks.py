"""Blocks: hours of the week by local time, and what becomes of items that do not fit."""

from dataclasses import replace
from datetime import time
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.telecast.engine.errors import InvalidTimelineError
from custom_components.telecast.engine.timeline import (
    LATEST,
    Appointment,
    Block,
    Cause,
    Fit,
    Gap,
    Item,
    Live,
    Order,
    Rotation,
    Schedule,
    begun,
)
from custom_components.telecast.engine.timeline.course import ERA_WEEKS
from custom_components.telecast.engine.timeline.items import WEEK
from custom_components.telecast.engine.timeline.week import tiled
from tests.engine.timeline.plans import (
    APIA,
    BERLIN,
    BLOCKS,
    DAY,
    EVERY_DAY,
    HOUR,
    LORD_HOWE,
    NEW_YORK,
    WORKDAYS,
    ZONES,
    at,
    check,
    items,
    name,
    told,
)

SERIES = Block(days=WORKDAYS, begin=time(18), end=time(20), plays="series")
FILMS = Block(days=EVERY_DAY, begin=time(20), end=time(0), plays="films")
# A Monday.
START = at(BERLIN, 2026, 3, 23)


def schedule(
    *blocks: Block,
    zone: ZoneInfo = BERLIN,
    series: tuple[Item, ...] = (),
    films: tuple[Item, ...] = (),
    **more: object,
) -> Schedule:
    return Schedule(
        zone=zone,
        rotations={
            "series": Rotation(items=series, order=Order.EPISODES),
            "films": Rotation(items=films),
        },
        blocks=blocks,
        **more,
    )


def evening(plan: Schedule, day: int, *, month: int = 3, start: int = START) -> str:
    """Answer what is on from 18 h of a day until midnight."""
    first = at(plan.zone, 2026, month, day, 18)
    last = at(plan.zone, 2026, month, day + 1)
    showings = check(begun(plan, start), first, last)
    return " ".join(f"{when} {what}" for when, what in told(showings, plan.zone))


def test_a_series_on_weekdays_and_films_after_it() -> None:
    plan = schedule(
        SERIES,
        FILMS,
        series=items("123456789", 45, "s"),
        films=items("abcdefghijklmn", 100),
    )
    assert evening(plan, 23) == (
        "18:00 s1 18:45 s2 19:30 waiting 20:00 a 21:40 b 23:20 waiting"
    )
    assert evening(plan, 24) == (
        "18:00 s3 18:45 s4 19:30 waiting 20:00 c 21:40 d 23:20 waiting"
    )
    assert evening(plan, 28).startswith("00:00 nothing 20:00 k"), "a Saturday"
    assert evening(plan, 30).startswith("18:00 s2 "), "after ten episodes of nine"


def test_a_series_goes_on_where_it_left_off_through_the_year() -> None:
    plan = schedule(SERIES, series=items("123456789", 45, "s"))
    timeline = begun(plan, START)
    on = [
        name(it)
        for it in timeline.between(START, START + 500 * DAY)
        if isinstance(it.item, Item)
    ]
    assert len(on) > 700
    assert on == [f"s{1 + number % 9}" for number in range(len(on))]


@pytest.mark.parametrize(
    ("fit", "told"),
    [
        (Fit.WAIT, "18:00 s1 18:50 s2 19:40 waiting 20:00 a 21:40 b 23:20 waiting"),
        (Fit.RUN_OVER, "18:00 s1 18:50 s2 19:40 s3 20:30 a 22:10 b 23:50 waiting"),
        (Fit.CUT, "18:00 s1 18:50 s2 19:40 s3 20:00 a 21:40 b 23:20 waiting"),
    ],
)
def test_what_does_not_fit_waits_runs_over_or_is_cut(fit: Fit, told: str) -> None:
    plan = schedule(
        replace(SERIES, fit=fit),
        FILMS,
        series=items("12345", 50, "s"),
        films=items("ab", 100),
    )
    assert evening(plan, 23) == told
    following = "s3" if fit is Fit.WAIT else "s4"
    assert evening(plan, 24).startswith(f"18:00 {following}")


def test_what_would_wait_for_ever_runs_over() -> None:
    plan = schedule(SERIES, FILMS, series=items("12", 130, "s"), films=items("ab", 100))
    assert evening(plan, 23) == "18:00 s1 20:10 a 21:50 b 23:30 waiting"
    assert evening(plan, 24).startswith("18:00 s2")


def test_who_runs_over_may_swallow_what_is_next() -> None:
    news = Block(
        days=EVERY_DAY, begin=time(20), end=time(20, 15), plays=Live(channel=1)
    )
    plan = schedule(
        replace(SERIES, fit=Fit.RUN_OVER),
        news,
        FILMS,
        series=items("12", 70, "s"),
        films=items("ab", 100),
    )
    assert evening(plan, 23) == "18:00 s1 19:10 s2 20:20 a 22:00 b 23:40 waiting"


@pytest.mark.parametrize("fit", [Fit.WAIT, Fit.RUN_OVER])
def test_an_appointment_begins_on_the_dot(fit: Fit) -> None:
    match = Appointment(
        start=at(BERLIN, 2026, 3, 23, 20, 45),
        stop=at(BERLIN, 2026, 3, 23, 22, 35),
        plays=Live(channel=5),
    )
    plan = schedule(
        replace(SERIES, fit=fit),
        replace(FILMS, fit=fit),
        series=items("12", 170, "s"),
        films=items("ab", 80),
        appointments=(match,),
    )
    # The episode is longer than its block, and is cut rather than never shown.
    after = {Fit.WAIT: "22:35 a", Fit.RUN_OVER: "22:35 a"}[fit]
    end = {Fit.WAIT: " 23:55 waiting", Fit.RUN_OVER: " 23:55 b"}[fit]
    assert evening(plan, 23) == f"18:00 s1 20:45 #5 {after}{end}"


def test_something_that_would_run_into_an_appointment_waits() -> None:
    match = Appointment(
        start=at(BERLIN, 2026, 3, 23, 20, 15), stop=START + DAY, plays=Live(channel=5)
    )
    plan = schedule(
        replace(SERIES, fit=Fit.RUN_OVER),
        series=items("123", 50, "s"),
        appointments=(match,),
    )
    assert evening(plan, 23) == (
        "18:00 s1 18:50 s2 19:40 waiting 20:00 nothing 20:15 #5"
    )


@pytest.mark.parametrize(
    ("grid", "told"),
    [
        (0, "18:00 s1 18:25 s2 18:50 s3 19:15 s4 19:40 waiting"),
        (30, "18:00 s1 18:25 padding 18:30 s2 18:55 padding 19:00 s3 19:25 padding"),
        (60, "18:00 s1 18:25 padding 19:00 s2 19:25 padding 20:00 nothing"),
    ],
)
def test_items_begin_at_the_full_or_half_hour(grid: int, told: str) -> None:
    plan = schedule(replace(SERIES, grid=grid), series=items("123456", 25, "s"))
    assert evening(plan, 23).startswith(told)


def test_an_edit_leaves_the_full_hours_as_they_are() -> None:
    plan = schedule(replace(SERIES, grid=60), series=items("123456", 25, "s"))
    timeline = begun(plan, START)
    for minute, at_seven in ((10, "s3"), (40, "s2")):
        now = at(BERLIN, 2026, 3, 23, 18, minute)
        other = schedule(replace(SERIES, grid=60), series=items("156", 25, "s"))
        edited = timeline.edited(other, now)
        for full_hour in (timeline, edited):
            assert name(full_hour.at(at(BERLIN, 2026, 3, 23, 19) - 1)) == "padding"
        assert name(edited.at(at(BERLIN, 2026, 3, 23, 19))) == "s5"
        skipped = timeline.skipped(now)
        assert name(skipped.at(now)) == "s2"
        assert name(skipped.at(at(BERLIN, 2026, 3, 23, 19))) == at_seven


def test_the_block_that_is_listed_first_is_on() -> None:
    news = Block(
        days=frozenset({"mon"}), begin=time(19), end=time(19, 30), plays=Live(channel=1)
    )
    plan = schedule(news, SERIES, series=items("123456", 30, "s"))
    assert evening(plan, 23) == ("18:00 s1 18:30 s2 19:00 #1 19:30 s3 20:00 nothing")
    other_way_round = schedule(SERIES, news, series=items("123456", 30, "s"))
    assert "#1" not in evening(other_way_round, 23)


def test_a_block_reaches_into_the_next_day_and_the_next_week() -> None:
    night = Block(days=frozenset({"sun"}), begin=time(22), end=time(2), plays="films")
    plan = schedule(night, films=items("abcdefgh", 60))
    timeline = begun(plan, START + 2 * HOUR)
    begin = at(BERLIN, 2026, 3, 29, 22)
    assert told(check(timeline, begin, begin + 5 * HOUR), BERLIN) == [
        ("22:00", "a"),
        ("23:00", "b"),
        ("00:00", "c"),
        ("01:00", "d"),
        ("02:00", "nothing"),
    ]


NIGHT = Block(days=EVERY_DAY, begin=time(0), end=time(4), plays="films", grid=60)
HOURS = items("abcdefghij", 60)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (BERLIN, (2026, 3, 29), "00:00 01:00 03:00"),
        (BERLIN, (2026, 10, 25), "00:00 01:00 02:00 02:00 03:00"),
        (NEW_YORK, (2026, 3, 8), "00:00 01:00 03:00"),
        (NEW_YORK, (2026, 11, 1), "00:00 01:00 01:00 02:00 03:00"),
        # Half an hour is missing there, and comes twice.
        (LORD_HOWE, (2026, 10, 4), "00:00 01:00 02:30"),
        (LORD_HOWE, (2026, 4, 5), "00:00 01:00 01:30 02:30"),
        (BERLIN, (2028, 2, 29), "00:00 01:00 02:00 03:00"),
    ],
)
def test_a_night_is_as_long_as_its_clocks_say(
    zone: ZoneInfo, day: tuple[int, int, int], hours: str
) -> None:
    midnight = at(zone, *day)
    timeline = begun(schedule(NIGHT, films=HOURS, zone=zone), midnight - 30 * DAY)
    last = at(zone, *day, 4)
    showings = [it for it in check(timeline, midnight, last) if it.item in HOURS]
    assert " ".join(when for when, _ in told(showings, zone)) == hours
    assert timeline.at(last).item == Gap(cause=Cause.NOTHING)
    assert timeline.at(last - 1).item != Gap(cause=Cause.NOTHING)


def test_a_block_that_the_clocks_skip_is_left_out() -> None:
    early = Block(days=EVERY_DAY, begin=time(2), end=time(3), plays="films")
    timeline = begun(schedule(early, films=HOURS), START)
    starts = [
        it.start for it in timeline.between(START, START + 9 * DAY) if it.item in HOURS
    ]
    gaps = {(other - one) // HOUR for one, other in pairwise(starts)}
    assert gaps == {24, 47}


def test_a_missing_day_has_no_blocks() -> None:
    noon = Block(days=EVERY_DAY, begin=time(12), end=time(13), plays="films")
    start = at(APIA, 2011, 12, 28)
    timeline = begun(schedule(noon, films=HOURS, zone=APIA), start)
    showings = check(timeline, start, at(APIA, 2012, 1, 2))
    on = [it.start for it in showings if it.item in HOURS]
    assert on == [
        at(APIA, *day, 12)
        for day in ((2011, 12, 28), (2011, 12, 29), (2011, 12, 31), (2012, 1, 1))
    ]
    assert on[2] - on[1] == DAY


def test_a_far_year_is_soon_found_though_blocks_go_on_from_day_to_day() -> None:
    plan = schedule(replace(SERIES, fit=Fit.RUN_OVER), FILMS, series=HOURS, films=HOURS)
    timeline = begun(plan, START)
    era = START + ERA_WEEKS * WEEK
    for instant in (LATEST - 1, era, START + 50 * 365 * DAY, era - 1):
        showing = timeline.at(instant)
        assert showing.start <= instant < showing.stop <= LATEST
    check(timeline, era - 5 * DAY, era + 5 * DAY)
    check(timeline, LATEST - 9 * DAY, LATEST)


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize("weeks", [0.1, 1, ERA_WEEKS - 1, ERA_WEEKS, ERA_WEEKS + 1.5])
def test_a_plan_may_begin_just_before_calendars_end(
    weeks: float, zone: ZoneInfo
) -> None:
    block = Block(days=EVERY_DAY, begin=time(18), end=time(20), plays="one")
    rotation = Rotation(items=items("abc"))
    schedule = Schedule(zone=zone, rotations={"one": rotation}, blocks=(block,))
    timeline = begun(schedule, LATEST - round(weeks * WEEK))
    assert len(check(timeline, LATEST - DAY, LATEST)) >= 2
    assert timeline.at(LATEST - 1).stop == LATEST


def test_what_runs_over_does_not_run_into_another_era() -> None:
    days = frozenset({"sun"})
    plan = schedule(
        replace(SERIES, days=days, begin=time(23), end=time(0), fit=Fit.RUN_OVER),
        replace(FILMS, days=frozenset({"mon"}), begin=time(0), end=time(1)),
        series=items("ab", 90, "s"),
        films=HOURS,
        appointments=(
            Appointment(
                start=START + ERA_WEEKS * WEEK - DAY,
                stop=START + ERA_WEEKS * WEEK + 2 * DAY,
                plays=Live(channel=1),
            ),
        ),
    )
    timeline = begun(plan, START)
    for eras in (1, 2, 3):
        era = START + eras * ERA_WEEKS * WEEK
        check(timeline, era - 20 * DAY, era + 20 * DAY)


@given(st.lists(BLOCKS, min_size=1, max_size=6))
def test_a_week_is_covered_once(blocks: list[Block]) -> None:
    tiles = tiled(blocks)
    assert all(tile.begin < tile.end for tile in tiles)
    assert all(one.end == other.begin for one, other in pairwise(tiles))
    assert tiles[-1].end == tiles[0].begin + WEEK
    assert 0 <= tiles[0].begin < WEEK


@settings(deadline=None)
@given(st.data())
def test_a_year_by_local_time_has_no_overlap_and_no_hole(data: st.DataObject) -> None:
    zone = data.draw(st.sampled_from((BERLIN, NEW_YORK, LORD_HOWE)))
    blocks = data.draw(st.lists(BLOCKS, max_size=4))
    rotation = Rotation(items=items("abcdefg", 173), order=Order.SHUFFLE)
    plan = Schedule(
        zone=zone,
        rotations={"one": rotation, "two": rotation},
        blocks=tuple(blocks),
        otherwise="one",
    )
    start = at(zone, 2026, 1, 1)
    stop = at(zone, 2027, 1, 1)
    showings = list(begun(plan, start).between(start, stop))
    assert showings[0].start == start
    assert showings[-1].stop >= stop
    assert all(one.stop == other.start for one, other in pairwise(showings))
    assert all(one.start < one.stop for one in showings)


@pytest.mark.parametrize(
    "wrong",
    [
        {"days": frozenset()},
        {"days": frozenset({"monday"})},
        {"grid": 45},
        {"begin": time(18, 0, 0, 1)},
        {"end": time(18, tzinfo=BERLIN)},
    ],
)
def test_a_block_of_no_time_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidTimelineError):
        replace(SERIES, **wrong)


def test_a_schedule_that_contradicts_itself_is_refused() -> None:
    match = Appointment(start=START, stop=START + HOUR, plays=Live(channel=1))
    other = replace(match, start=START + HOUR - 1, stop=START + DAY)
    with pytest.raises(InvalidTimelineError, match="same time"):
        Schedule(zone=BERLIN, appointments=(match, other))
    with pytest.raises(InvalidTimelineError, match="no rotation 'series'"):
        Schedule(zone=BERLIN, blocks=(SERIES,))
    with pytest.raises(InvalidTimelineError, match="no rotation 'films'"):
        Schedule(zone=BERLIN, otherwise="films")
    with pytest.raises(InvalidTimelineError, match="before it begins"):
        replace(match, stop=START)
    with pytest.raises(InvalidTimelineError, match="longer than its item"):
        replace(match, plays=items("a", 59)[0])
    with pytest.raises(InvalidTimelineError, match="no duration"):
        items("a", 0)
