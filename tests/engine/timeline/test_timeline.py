"""Timelines: what is on at any instant, for ever, and edits that nobody notices."""

from dataclasses import replace
from itertools import islice

from hypothesis import assume, given, settings, strategies as st
import pytest

from custom_components.telecast.engine.errors import InvalidTimelineError
from custom_components.telecast.engine.timeline import (
    EARLIEST,
    KEPT,
    LATEST,
    Appointment,
    Cause,
    Gap,
    Item,
    Live,
    Order,
    Revision,
    Rotation,
    Schedule,
    Showing,
    Timeline,
    begun,
    restored,
    single,
)
from tests.engine.timeline.plans import (
    BERLIN,
    DAY,
    HOUR,
    MINUTE,
    at,
    check,
    items,
    name,
    schedules,
    told,
)

START = at(BERLIN, 2026, 3, 27, 20)
YEAR = 365 * DAY
# Around the nights on which clocks are set in each zone, and Apia's missing day.
NIGHTS = st.sampled_from(
    (
        at(BERLIN, 2026, 3, 28),
        at(BERLIN, 2026, 10, 24),
        at(BERLIN, 2026, 3, 7),
        at(BERLIN, 2026, 10, 31),
        at(BERLIN, 2026, 4, 3),
        at(BERLIN, 2026, 10, 2),
        at(BERLIN, 2011, 12, 29),
        at(BERLIN, 2028, 2, 28),
    )
)


def channel(names: str = "abc", **how: object) -> Timeline:
    rotation = Rotation(items=items(names), **how)
    return begun(single(rotation, BERLIN), START)


def names(timeline: Timeline, start: int, count: int) -> str:
    showings = islice(timeline.between(start, LATEST), count)
    return " ".join(name(it) for it in showings)


def test_who_tunes_in_joins_what_is_on() -> None:
    showing = channel().at(START + 40 * MINUTE + 1)
    assert showing == Showing(
        item=items("b")[0],
        start=START + 30 * MINUTE,
        stop=START + 60 * MINUTE,
        offset=10 * MINUTE + 1,
    )


def test_a_list_begins_again_for_ever_to_the_millisecond() -> None:
    lengths = (1_234_567, 2_345_678, 3_456_789)
    rotation = Rotation(
        items=tuple(Item(key=str(it), duration=it) for it in lengths),
    )
    timeline = begun(single(rotation, BERLIN), START)
    rounds = 30_000_000
    later = START + rounds * sum(lengths)
    assert later < LATEST
    assert timeline.at(later).start == later
    assert name(timeline.at(later)) == "1234567"
    assert timeline.at(later - 1).offset == lengths[2] - 1
    check(timeline, later - DAY, later + DAY)


def test_what_is_played_once_is_over_then() -> None:
    timeline = channel("ab", loop=False)
    showings = check(timeline, START - 1, START + DAY)
    assert told(showings[1:], BERLIN) == [
        ("20:00", "a"),
        ("20:30", "b"),
        ("21:00", "over"),
    ]
    assert showings[-1].stop == LATEST


def test_before_the_beginning_and_after_the_end_there_is_nothing() -> None:
    timeline = channel("a", loop=False)
    first = timeline.at(EARLIEST)
    assert first == Showing(item=Gap(cause=Cause.BEFORE), start=EARLIEST, stop=START)
    assert timeline.next(timeline.at(LATEST - 1)) is None
    for instant in (EARLIEST - 1, LATEST):
        with pytest.raises(ValueError, match="No timeline covers"):
            timeline.at(instant)


def test_a_channel_without_items_shows_nothing() -> None:
    [showing] = channel("").between(START, START + YEAR)
    assert showing.item == Gap(cause=Cause.NOTHING)


def test_no_time_has_no_showings() -> None:
    assert list(channel().between(START, START)) == []


def test_a_match_is_on_at_its_time_and_films_are_otherwise() -> None:
    match = Appointment(
        start=at(BERLIN, 2026, 3, 27, 20, 45),
        stop=at(BERLIN, 2026, 3, 27, 22, 45),
        plays=Live(channel=5),
    )
    schedule = Schedule(
        zone=BERLIN,
        rotations={"films": Rotation(items=items("abc"))},
        appointments=(match,),
        otherwise="films",
    )
    timeline = begun(schedule, START)
    assert told(check(timeline, START, START + 4 * HOUR), BERLIN) == [
        ("20:00", "a"),
        ("20:30", "waiting"),
        ("20:45", "#5"),
        ("22:45", "b"),
        ("23:15", "c"),
        ("23:45", "a"),
    ]
    skipped = timeline.skipped(match.start + HOUR)
    assert told(check(skipped, match.start, START + 150 * MINUTE), BERLIN) == [
        ("20:45", "#5"),
        ("21:45", "b"),
        ("22:15", "c"),
    ]


def test_an_item_has_appointments_too() -> None:
    film = items("z", 60)[0]
    schedule = Schedule(
        zone=BERLIN,
        appointments=(
            Appointment(start=START, stop=START + HOUR // 2, plays=film),
            Appointment(start=START + HOUR, stop=START + 2 * HOUR, plays=film),
        ),
    )
    assert told(check(begun(schedule, START), START, START + 4 * HOUR), BERLIN) == [
        ("20:00", "z"),
        ("20:30", "nothing"),
        ("21:00", "z"),
        ("22:00", "nothing"),
    ]


def test_a_mirrored_channel_is_on_for_ever() -> None:
    timeline = begun(Schedule(zone=BERLIN, otherwise=Live(channel=3)), START)
    assert timeline.at(START + YEAR).stop == LATEST
    edited = timeline.edited(channel().schedule, START + HOUR)
    assert name(edited.at(START + HOUR - 1)) == "#3"
    assert name(edited.at(START + HOUR)) == "a"


def test_an_edit_takes_effect_at_the_next_item() -> None:
    timeline = channel("abcd")
    now = START + 40 * MINUTE
    edited = timeline.edited(channel("bxad").schedule, now)
    assert edited.at(now) == timeline.at(now)
    assert names(edited, START, 6) == "a b x a d b"


def test_what_is_taken_away_leaves_the_others_in_their_turn() -> None:
    timeline = channel("abcd")
    for turn in range(5):
        timeline = timeline.edited(channel("abcd"[turn:]).schedule, START + turn * HOUR)
    assert names(timeline, START, 10) == "a b c d b c d d d nothing"


def test_an_appointment_that_an_edit_makes_begins_on_the_dot() -> None:
    timeline = channel()
    schedule = timeline.schedule
    now = START + 10 * MINUTE
    first, second = START + 20 * MINUTE, START + 3 * HOUR
    for start, expected in (
        (first, [("20:00", "a"), ("20:20", "#5"), ("20:40", "b")]),
        # While what is on will be over, the edit waits for that.
        (second, [("20:00", "a"), ("20:30", "b"), ("21:00", "c")]),
        # What should be on already is on at once.
        (now, [("20:00", "a"), ("20:10", "#5"), ("20:30", "b")]),
        (now - 5 * MINUTE, [("20:00", "a"), ("20:10", "#5"), ("20:25", "b")]),
    ):
        match = Appointment(
            start=start, stop=start + 20 * MINUTE, plays=Live(channel=5)
        )
        edited = timeline.edited(replace(schedule, appointments=(match,)), now)
        found = told(check(edited, START, START + 70 * MINUTE), BERLIN)
        assert found[:3] == expected


def test_an_edit_that_has_yet_to_come_is_replaced() -> None:
    timeline = channel("abc").edited(channel("xyz").schedule, START + 1)
    assert names(timeline, START, 2) == "a x"
    again = timeline.edited(channel("abxc").schedule, START + 2)
    assert names(again, START, 4) == "a b x c"
    assert len(again.revisions) == 2
    assert again.schedule == channel("abxc").schedule


def test_an_edit_in_a_gap_takes_effect_at_once() -> None:
    timeline = channel("ab", loop=False)
    now = START + 3 * HOUR
    edited = timeline.edited(channel("abc", loop=False).schedule, now)
    assert told(edited.between(START, now + DAY), BERLIN) == [
        ("20:00", "a"),
        ("20:30", "b"),
        ("21:00", "over"),
        ("23:00", "c"),
        ("23:30", "over"),
    ]


def test_an_edit_before_the_beginning_begins_as_planned() -> None:
    edited = channel("abc").edited(channel("xyz").schedule, START - DAY)
    assert names(edited, START - DAY, 3) == "before x y"
    assert edited.skipped(START - DAY) is edited


def test_the_rest_of_what_is_on_can_be_skipped() -> None:
    timeline = channel("abc").skipped(START + 10 * MINUTE)
    assert told(check(timeline, START, START + HOUR), BERLIN) == [
        ("20:00", "a"),
        ("20:10", "b"),
        ("20:40", "c"),
    ]
    twice = timeline.skipped(START + 10 * MINUTE)
    assert names(twice, START, 3) == "a c a"


def test_a_skip_begins_what_an_edit_has_put_next() -> None:
    timeline = channel("abc").edited(channel("axc").schedule, START)
    assert names(timeline.skipped(START + 1), START, 4) == "a x c a"


@pytest.mark.parametrize(
    "timeline",
    [
        channel(""),
        begun(Schedule(zone=BERLIN, otherwise=Live(channel=3)), START),
        begun(Schedule(zone=BERLIN), START),
    ],
)
def test_where_nothing_may_begin_nothing_is_skipped(timeline: Timeline) -> None:
    assert timeline.skipped(START + HOUR) is timeline


def test_a_bounded_number_of_revisions_is_kept() -> None:
    timeline = channel("abc")
    for turn in range(3 * KEPT):
        timeline = timeline.skipped(START + turn * MINUTE)
    assert len(timeline.revisions) == KEPT
    now = START + 3 * KEPT * MINUTE
    check(timeline, START, now + HOUR)
    assert name(timeline.at(START)) == "before"


def test_settling_changes_nothing_and_forgets_what_was_over() -> None:
    timeline = channel("abcdefg", order=Order.SHUFFLE, seed=4)
    timeline = timeline.skipped(START + 10 * MINUTE)
    now = START + YEAR
    settled = timeline.settled(now, now - DAY)
    assert settled.revisions[0].start == START + 10 * MINUTE
    assert list(settled.between(now - DAY, now + 9 * DAY)) == list(
        timeline.between(now - DAY, now + 9 * DAY)
    )
    later = settled.settled(now + 2 * DAY, now + DAY)
    assert len(later.revisions) == 1
    assert list(later.between(now + DAY, now + 9 * DAY)) == list(
        timeline.between(now + DAY, now + 9 * DAY)
    )
    assert later.settled(now + 3 * DAY, now) is later


def test_revisions_that_contradict_each_other_are_refused() -> None:
    [one] = channel("ab", loop=False).revisions
    for wrong in (
        (),
        (one, one),
        (one,) * (KEPT + 1),
        (Revision(start=-1, schedule=one.schedule, places=one.places),),
        (Revision(start=LATEST, schedule=one.schedule, places=one.places),),
        (Revision(start=START, schedule=one.schedule, places={}),),
        *(
            (Revision(start=START, schedule=one.schedule, places={"main": place}),)
            for place in ((), (0,), (1, 0), (0, 3), (0, -1), (0, 0, 0))
        ),
    ):
        with pytest.raises(InvalidTimelineError):
            restored(wrong)


@settings(deadline=None)
@given(st.data(), NIGHTS, st.integers(0, 3 * DAY))
def test_there_is_no_overlap_and_no_hole(
    data: st.DataObject, night: int, late: int
) -> None:
    timeline = begun(data.draw(schedules(near=night)), night - 2 * DAY)
    check(timeline, night - 3 * DAY, night + 3 * DAY)
    # Wherever one begins to look.
    start = night - 2 * DAY + late
    fresh = restored(timeline.revisions)
    wanted = list(timeline.between(start, night + 2 * DAY))
    assert list(fresh.between(start, night + 2 * DAY)) == wanted


@settings(deadline=None)
@given(st.data(), NIGHTS, st.lists(st.integers(0, 2 * DAY), max_size=4))
def test_an_edit_never_moves_what_is_on(
    data: st.DataObject, night: int, moments: list[int]
) -> None:
    timeline = begun(data.draw(schedules(near=night)), night - DAY)
    for moment in sorted(moments):
        now = night - DAY + moment
        schedule = data.draw(schedules(near=night))
        edited = timeline.edited(schedule, now)
        before, after = timeline.at(now), edited.at(now)
        assert (
            list(timeline.between(night - DAY, now))[:-1]
            == (list(edited.between(night - DAY, now))[:-1])
        )
        endless = before.stop == LATEST
        late = schedule.appointed(now)
        if late and not timeline.appointed(now):
            assert (after.item, after.start) == (late.plays, now)
            assert after.stop == late.stop
        elif not isinstance(before.item, Gap) and not endless:
            starts = (one.start for one in schedule.appointments if one.start > now)
            first = next(starts, LATEST)
            is_pending = timeline.revisions[-1].start > now
            # An edit that had yet to come may have had an appointment, too.
            uncut = after.stop if is_pending else before.stop
            assert after == replace(before, stop=min(uncut, first))
        timeline = edited
    check(timeline, night - 2 * DAY, night + 3 * DAY)


@settings(deadline=None)
@given(st.data(), NIGHTS, st.integers(0, 4 * DAY))
def test_an_edit_that_changes_nothing_changes_nothing(
    data: st.DataObject, night: int, moment: int
) -> None:
    schedule = data.draw(schedules(near=night))
    timeline = begun(schedule, night - 2 * DAY)
    now = night - 2 * DAY + moment
    same = Schedule(
        zone=schedule.zone,
        rotations={
            name: Rotation(
                items=one.items, order=one.order, loop=one.loop, seed=one.seed
            )
            for name, one in schedule.rotations.items()
        },
        blocks=schedule.blocks,
        appointments=schedule.appointments,
        otherwise=schedule.otherwise,
        fit=schedule.fit,
    )
    end = night + 4 * DAY
    for given_schedule in (schedule, same):
        edited = timeline.edited(given_schedule, now)
        again = edited.edited(given_schedule, now + DAY)
        for other in (edited, again):
            assert _items(other, night - 2 * DAY, end) == (
                _items(timeline, night - 2 * DAY, end)
            )


def _items(timeline: Timeline, start: int, stop: int) -> list[Showing]:
    """Answer all that is no gap or channel; those may be cut in two."""
    showings = timeline.between(start, stop)
    return [it for it in showings if isinstance(it.item, Item)]


@settings(deadline=None)
@given(st.data(), NIGHTS, st.integers(0, 2 * DAY))
def test_what_is_skipped_is_over_now(
    data: st.DataObject, night: int, moment: int
) -> None:
    timeline = begun(data.draw(schedules(near=night)), night - DAY)
    now = night - DAY + moment
    before = timeline.at(now)
    assume(before.start < now)
    skipped = timeline.skipped(now)
    check(skipped, night - 2 * DAY, night + 2 * DAY)
    assert timeline.at(now - 1).item == skipped.at(now - 1).item
    if isinstance(before.item, Item):
        assert skipped.at(now - 1).stop == now
        assert skipped.at(now).start == now


@pytest.mark.parametrize("instant", [LATEST - 1, LATEST - YEAR, START + 50 * YEAR])
def test_a_far_year_is_soon_found(instant: int) -> None:
    timeline = channel("abcdefg", order=Order.SHUFFLE)
    assert timeline.at(instant).start <= instant < timeline.at(instant).stop
    assert timeline.at(instant).stop <= LATEST
