"""What the user changed is kept apart, and comes back as it was."""

from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.engine.errors import InvalidTimelineError
from custom_components.telecast.engine.virtual.edits import (
    Booking,
    Edits,
    as_dict,
    read_edits,
)

IDS = st.integers(1, 20)
BOOKINGS = st.builds(
    lambda start, length, item, which: Booking(
        start=start,
        stop=start + length,
        item=item if which else None,
        channel=None if which else item,
    ),
    st.integers(0, 1000),
    st.integers(1, 1000),
    IDS,
    st.booleans(),
)
EDITS = st.builds(
    Edits,
    order=st.lists(IDS, unique=True).map(tuple),
    left_out=st.frozensets(IDS),
    files=st.lists(st.text(), unique=True).map(tuple),
    bookings=st.lists(BOOKINGS, max_size=3).map(tuple),
)


def listed(edits: Edits, ids: range = range(1, 6)) -> list[int]:
    return edits.ordered(ids, int)


@given(EDITS)
def test_edits_come_back_as_they_were(edits: Edits) -> None:
    assert read_edits(as_dict(edits)) == edits


@pytest.mark.parametrize(
    "change",
    [
        {"order": "12"},
        {"order": ["1"]},
        {"left_out": None},
        {"files": [1]},
        {"bookings": [{}]},
        {"bookings": [{"start": 1, "stop": 1, "item": 1}]},
        {"bookings": [{"start": -1, "stop": 1, "item": 1}]},
        {"bookings": [{"start": 1, "stop": 2}]},
        {"bookings": [{"start": 1, "stop": 2, "item": 1, "channel": 1}]},
        {"more": 1},
    ],
)
def test_what_we_did_not_write_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidTimelineError):
        read_edits(as_dict(Edits()) | change)


def test_without_edits_all_is_listed_as_it_is() -> None:
    assert listed(Edits()) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("position", "order"),
    [
        (0, [4, 1, 2, 3, 5]),
        (-3, [4, 1, 2, 3, 5]),
        (2, [1, 2, 4, 3, 5]),
        (4, [1, 2, 3, 5, 4]),
        (99, [1, 2, 3, 5, 4]),
    ],
)
def test_an_item_is_put_at_a_position(position: int, order: list[int]) -> None:
    assert listed(Edits().placed(range(1, 6), [4], position)) == order


def test_several_items_are_put_in_their_order() -> None:
    assert listed(Edits().placed(range(1, 6), [5, 2], 1)) == [1, 5, 2, 3, 4]


def test_what_is_new_follows_what_was_put_in_order() -> None:
    edits = Edits().placed(range(1, 4), [3], 0)
    assert listed(edits) == [3, 1, 2, 4, 5]


def test_what_is_left_out_is_not_listed_until_it_is_wanted_again() -> None:
    edits = Edits(files=("/a", "/b")).placed(range(1, 6), [5], 0)
    without = edits.without({2, 5}, {"/a"})
    assert (listed(without), without.files) == ([1, 3, 4], ("/b",))
    again = without.having(["/b", "/c"]).wanting({5})
    assert (listed(again), again.files) == ([1, 3, 4, 5], ("/b", "/c"))


def test_appointments_are_kept_by_time_until_they_are_over() -> None:
    late = Booking(start=50, stop=60, item=1)
    early = Booking(start=20, stop=30, channel=7)
    edits = Edits().booked(late, 0).booked(early, 10)
    assert edits.bookings == (early, late)
    later = Booking(start=60, stop=70, item=2)
    assert edits.booked(later, 30).bookings == (late, later)


def test_the_title_of_an_appointment_is_kept_and_none_is_as_before() -> None:
    plain = Booking(start=20, stop=30, channel=7)
    called = Booking(start=50, stop=60, item=1, title="Cup final")
    edits = Edits(bookings=(plain, called))
    told = as_dict(edits)
    assert told["bookings"] == [
        {"start": 20, "stop": 30, "channel": 7},
        {"start": 50, "stop": 60, "item": 1, "title": "Cup final"},
    ]
    assert read_edits(told) == edits


def test_no_two_appointments_are_at_once() -> None:
    edits = Edits().booked(Booking(start=20, stop=30, item=1), 0)
    for start, stop in ((10, 21), (29, 40), (22, 23), (10, 40)):
        with pytest.raises(InvalidTimelineError, match="at the same time"):
            edits.booked(Booking(start=start, stop=stop, item=1), 0)
    with pytest.raises(InvalidTimelineError, match="over already"):
        edits.booked(Booking(start=30, stop=40, item=1), 40)


def test_the_appointment_of_an_instant_is_cancelled() -> None:
    edits = Edits().booked(Booking(start=20, stop=30, item=1), 0)
    assert edits.cancelled(30) == edits.cancelled(19) == edits
    assert edits.cancelled(20) == edits.cancelled(29) == Edits()
