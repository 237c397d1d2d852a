"""Schedules of all kinds, and what has to be true of any timeline."""

from collections.abc import Iterable
from datetime import datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from custom_components.telecast.engine.timeline import (
    WEEKDAYS,
    Appointment,
    Block,
    Fit,
    Gap,
    Item,
    Live,
    Order,
    Rotation,
    Schedule,
    Showing,
    Timeline,
)

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
APIA = ZoneInfo("Pacific/Apia")
ZONES = (BERLIN, NEW_YORK, LORD_HOWE, APIA, ZoneInfo("UTC"))
EVERY_DAY = frozenset(WEEKDAYS)
WORKDAYS = EVERY_DAY - {"sat", "sun"}


def at(zone: ZoneInfo, *when: int, fold: int = 0) -> int:
    """Answer the instant of a local time, in milliseconds."""
    moment = datetime(*when, tzinfo=zone, fold=fold)
    return round(moment.timestamp() * 1000)


def items(names: str, minutes: int = 30, series: str = "") -> tuple[Item, ...]:
    """Answer an item for each letter; the episodes of a series where that has a name."""
    return tuple(
        Item(
            key=series + name,
            duration=minutes * MINUTE,
            series=series,
            number=number if series else 0,
        )
        for number, name in enumerate(names, 1)
    )


def told(showings: Iterable[Showing], zone: ZoneInfo) -> list[tuple[str, str]]:
    """Answer showings as a guide on paper would: local time and name."""
    return [
        (datetime.fromtimestamp(it.start / 1000, zone).strftime("%H:%M"), name(it))
        for it in showings
    ]


def name(showing: Showing) -> str:
    """Answer what is on, in a word."""
    match showing.item:
        case Item(key=key):
            return key
        case Live(channel=channel):
            return f"#{channel}"
        case Gap(cause=cause):
            return cause


def check(timeline: Timeline, start: int, stop: int) -> list[Showing]:
    """Answer what is on; assert that it has no overlap or hole, and that `at` agrees."""
    showings = list(timeline.between(start, stop))
    assert showings[0].start <= start < showings[0].stop
    assert showings[-1].start < stop <= showings[-1].stop
    for one, other in pairwise(showings):
        assert one.stop == other.start
        assert timeline.next(one) == other
    for one in showings:
        assert one.start < one.stop
        assert one.offset == 0
        if isinstance(one.item, Item):
            assert one.stop - one.start <= one.item.duration
        for instant in (one.start, (one.start + one.stop) // 2, one.stop - 1):
            found = timeline.at(instant)
            assert (found.item, found.start, found.stop) == (
                *(one.item, one.start, one.stop),
            )
            assert found.offset == instant - one.start
    return showings


DURATIONS = st.integers(20 * MINUTE, 150 * MINUTE)


@st.composite
def rotations(draw: st.DrawFn, *, most: int = 7) -> Rotation:
    """Draw any rotation, also an empty one."""
    drawn = draw(
        st.lists(
            st.builds(
                Item,
                key=st.sampled_from("abcdefghij"),
                duration=DURATIONS,
                series=st.sampled_from(("", "x", "y")),
                season=st.integers(0, 2),
                number=st.integers(0, 3),
            ),
            max_size=most,
        )
    )
    return Rotation(
        items=tuple(drawn),
        order=draw(st.sampled_from(Order)),
        loop=draw(st.booleans()),
        seed=draw(st.integers(0, 3)),
    )


TIMES = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30)))
PLAYS = st.sampled_from(("one", "two", Live(channel=7)))
BLOCKS = st.builds(
    Block,
    days=st.frozensets(st.sampled_from(WEEKDAYS), min_size=1),
    begin=TIMES,
    end=TIMES,
    plays=PLAYS,
    fit=st.sampled_from(Fit),
    grid=st.sampled_from((0, 30, 60)),
)


@st.composite
def schedules(draw: st.DrawFn, *, near: int = 0) -> Schedule:
    """Draw any schedule, with appointments near an instant."""
    ends = draw(
        st.lists(st.integers(near - 2 * DAY, near + 6 * DAY), max_size=6, unique=True)
    )
    ends.sort()
    return Schedule(
        zone=draw(st.sampled_from(ZONES)),
        rotations={"one": draw(rotations()), "two": draw(rotations())},
        blocks=tuple(draw(st.lists(BLOCKS, max_size=4))),
        appointments=tuple(
            Appointment(
                start=start,
                stop=stop,
                plays=draw(
                    st.sampled_from(
                        (
                            Live(channel=9),
                            Live(channel=9, title="Final"),
                            Item(key="z", duration=stop - start + MINUTE),
                        )
                    )
                ),
            )
            for start, stop in zip(ends[::2], ends[1::2], strict=False)
        ),
        otherwise=draw(PLAYS | st.none()),
        fit=draw(st.sampled_from(Fit)),
    )
