"""Runs: which item is which number, when it begins, and where one goes on."""

from dataclasses import replace

from hypothesis import given, strategies as st

from custom_components.telecast.engine.timeline.items import Item
from custom_components.telecast.engine.timeline.resuming import resumed
from custom_components.telecast.engine.timeline.rotation import (
    Order,
    Place,
    Rotation,
    beginning,
    is_place,
)
from custom_components.telecast.engine.timeline.run import Run
from tests.engine.timeline.plans import items, rotations

FULL = rotations().filter(lambda it: it.items)


def run(rotation: Rotation, place: Place | None = None) -> Run:
    return Run(rotation=rotation, place=place or beginning(rotation))


def played(one: Run, count: int) -> list[Item]:
    """Answer the first items that are played."""
    found = []
    for number in range(one.first, one.first + count):
        if one.is_over(number):
            break
        found.append(one.rotation.items[one.succession().index(number)])
    return found


def keys(one: Run, count: int) -> str:
    return " ".join(item.key for item in played(one, count))


SERIES = items("123", series="x") + items("ab") + items("1234", series="y")


def episodes(**how: bool) -> Run:
    return run(Rotation(items=SERIES, order=Order.EPISODES, **how))


def test_series_take_turns_each_in_its_order() -> None:
    assert keys(episodes(), 12) == "x1 a y1 x2 b y2 x3 a y3 x1 b y4"


def test_series_that_are_played_once_fall_out_when_they_are_over() -> None:
    assert keys(episodes(loop=False), 12) == "x1 a y1 x2 b y2 x3 y3 y4"


def test_episodes_come_by_season_and_number() -> None:
    mixed = tuple(
        Item(
            key=f"{season}{number}",
            duration=1,
            series="x",
            season=season,
            number=number,
        )
        for season, number in ((2, 1), (1, 10), (1, 9), (0, 1))
    )
    one = run(Rotation(items=mixed, order=Order.EPISODES))
    assert keys(one, 4) == "01 19 110 21"


def test_a_new_episode_comes_in_its_series_turn() -> None:
    more = (*SERIES, Item(key="x4", duration=1, series="x", number=4))
    old = episodes()
    new = Rotation(items=more, order=Order.EPISODES)
    # After x1 a y1 x2 b y2 x3.
    assert keys(run(new, resumed(old, 7, new)), 6) == "a y3 x4 b y4 x1"


def test_another_order_does_not_begin_with_what_was_last() -> None:
    abc = Rotation(items=items("abcdef"))
    for seed in range(20):
        new = replace(abc, order=Order.SHUFFLE, seed=seed)
        for number in range(1, 7):
            last = abc.items[number - 1].key
            place = resumed(run(abc), number, new)
            assert keys(run(new, place), 1) != last
            back = resumed(run(new), number, abc)
            last = keys(run(new), number)[-1]
            follows = "abcdef"[("abcdef".index(last) + 1) % 6]
            assert keys(run(abc, back), 1) == follows


@given(FULL, st.integers(0, 30))
def test_items_follow_each_other_and_each_is_found(
    rotation: Rotation, number: int
) -> None:
    one = run(rotation)
    succession = one.succession()
    number = min(number, (succession.end or 99) - 1)
    item = rotation.items[succession.index(number)]
    begins = succession.begins(number)
    assert succession.begins(number + 1) == begins + item.duration
    fresh = run(rotation).succession()
    assert fresh.find(begins) == fresh.find(begins + item.duration - 1) == number
    if number:
        assert succession.find(begins - 1) == number - 1


@given(FULL, st.integers(10**6, 10**12), st.sampled_from((0, 1_800_000)))
def test_far_numbers_are_found_as_well(
    rotation: Rotation, number: int, grid: int
) -> None:
    succession = run(replace(rotation, loop=True)).succession(grid)
    begins = succession.begins(number)
    ends = succession.begins(number + 1)
    assert begins < ends
    fresh = run(replace(rotation, loop=True)).succession(grid)
    assert fresh.find(begins) == fresh.find(ends - 1) == number
    assert fresh.find(begins - 1) == number - 1


@given(FULL)
def test_what_loops_plays_every_item_and_once_plays_it_once(rotation: Rotation) -> None:
    once = played(run(replace(rotation, loop=False)), 99)
    assert sorted(map(repr, once)) == sorted(map(repr, rotation.items))
    size = len(rotation.items)
    if rotation.order is not Order.EPISODES:
        looped = played(run(replace(rotation, loop=True)), size)
        assert sorted(map(repr, looped)) == sorted(map(repr, rotation.items))


@given(FULL, st.integers(0, 40), st.integers(0, 40))
def test_a_place_is_where_it_goes_on(rotation: Rotation, one: int, other: int) -> None:
    whole = run(rotation)
    everything = played(whole, 200)
    one = min(one, len(everything))
    place = whole.place(whole.first + one)
    assert is_place(rotation, place)
    part = run(rotation, place)
    assert played(part, 60) == everything[one : one + 60]
    other = min(other, len(everything) - one)
    again = run(rotation, part.place(part.first + other))
    assert played(again, 60) == everything[one + other :][:60]


@given(rotations(), rotations(), st.integers(0, 30))
def test_any_rotation_goes_on_as_any_other(
    old: Rotation, new: Rotation, number: int
) -> None:
    before = run(old)
    number = min(number, len(played(before, 30)))
    place = resumed(before, number, new)
    assert is_place(new, place)
    played(run(new, place), 30)


@given(FULL, st.integers(1, 30))
def test_nothing_is_played_again_when_something_is_taken_away(
    old: Rotation, number: int
) -> None:
    before = run(replace(old, loop=False))
    done = played(before, number)
    gone = done[-1]
    left = tuple(item for item in old.items if item.key != gone.key)
    new = replace(old, items=left, loop=False)
    rest = played(run(new, resumed(before, len(done), new)), 99)
    wanted = [item for item in left if item not in done]
    if old.order is not Order.SHUFFLE and len(set(map(repr, old.items))) == len(
        old.items
    ):
        assert sorted(map(repr, rest)) == sorted(map(repr, wanted))
