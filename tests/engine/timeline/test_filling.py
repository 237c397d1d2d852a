"""Filling: clips in a gap as they fit, and a clock card for the rest."""

from itertools import pairwise

from hypothesis import given, strategies as st

from custom_components.telecast.engine.timeline import (
    LATEST,
    Cause,
    Gap,
    Item,
    Order,
    Rotation,
    Showing,
    filled,
)
from tests.engine.timeline.plans import DAY, MINUTE, items, name

CLIPS = Rotation(items=items("abc", 4))
START = 3 * 10**5 * MINUTE


def gap(minutes: int, start: int = START) -> Showing:
    return Showing(
        item=Gap(cause=Cause.PADDING), start=start, stop=start + minutes * MINUTE
    )


def shown(minutes: int, start: int = START, filler: Rotation = CLIPS) -> str:
    showing = gap(minutes, start)
    return " ".join(name(it) for it in filled(showing, filler, start))


def test_clips_are_shown_as_they_fit_and_a_card_for_the_rest() -> None:
    assert shown(14) == "a b c waiting"
    assert shown(16) == "a b c a"
    assert shown(3) == "waiting"


def test_another_gap_begins_with_another_clip() -> None:
    assert shown(8, START + MINUTE) == "b c"


def test_who_joins_sees_what_is_on() -> None:
    joined = list(filled(gap(14), CLIPS, START + 5 * MINUTE))
    assert [name(it) for it in joined] == ["b", "c", "waiting"]
    assert joined[0].start == START + 4 * MINUTE


def test_without_clips_a_gap_is_a_gap() -> None:
    assert list(filled(gap(14), Rotation(items=()), START)) == [gap(14)]


def test_what_is_no_gap_is_not_filled() -> None:
    film = Showing(item=items("z")[0], start=START, stop=START + DAY, offset=5)
    [showing] = filled(film, CLIPS, START)
    assert showing.item == film.item


def test_a_gap_without_an_end_is_filled_without_an_end() -> None:
    showing = Showing(item=Gap(cause=Cause.OVER), start=START, stop=LATEST)
    once = Rotation(items=items("abc", 4), loop=False)
    later = START + 10**6 * 12 * MINUTE
    assert name(next(filled(showing, once, later))) == "a"


@given(
    st.lists(st.integers(1, 90 * MINUTE), min_size=1, max_size=5),
    st.integers(1, 5 * 60),
    st.sampled_from(Order),
    st.integers(0, 10**6),
)
def test_a_gap_is_filled_without_overlap_or_hole(
    lengths: list[int], minutes: int, order: Order, late: int
) -> None:
    clips = tuple(
        Item(key=str(it), duration=it + MINUTE, series=str(it % 2)) for it in lengths
    )
    whole = gap(minutes, START + late)
    parts = list(filled(whole, Rotation(items=clips, order=order), whole.start))
    assert parts[0].start == whole.start
    assert parts[-1].stop == whole.stop
    assert all(one.stop == other.start for one, other in pairwise(parts))
    for part in parts:
        if isinstance(part.item, Item):
            assert part.stop - part.start == part.item.duration


def test_a_gap_until_calendars_end_is_filled_until_then() -> None:
    showing = Showing(item=Gap(cause=Cause.OVER), start=START, stop=LATEST)
    last = list(filled(showing, CLIPS, LATEST - 5 * MINUTE))
    assert last[-1].stop == LATEST
    assert len(last) <= 3
