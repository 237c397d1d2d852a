"""Who asked within a day is remembered, the last few of each kind of document."""

from custom_components.telecast.engine.documents.rendering import Document
from custom_components.telecast.engine.documents.wishes import (
    MOST_OF_A_KIND,
    Wish,
    Wishes,
)


class Clock:
    """A clock that goes when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def wish(kind: str = "lineup") -> Wish:
    document: Document = {
        "kind": "lineup",
        "form": "json",
        "base_url": "http://canary:canary@192.0.2.1",
        "selection": {},
    }
    return Wish(kind=kind, extension="json", make=lambda: document)


def test_one_who_asks_again_is_one() -> None:
    wishes, first, again = Wishes(Clock()), wish(), wish()
    wishes.note("a", first)
    wishes.note("a", again)
    assert list(wishes) == [again]


def test_the_last_ones_of_each_kind_are_kept() -> None:
    wishes, other = Wishes(Clock()), wish("playlist")
    wishes.note("other", other)
    asked = [wish() for _ in range(MOST_OF_A_KIND + 2)]
    for number, one in enumerate(asked):
        wishes.note(str(number), one)
        wishes.note("0", asked[0])
    assert list(wishes) == [other, *asked[3:], asked[0]]


def test_after_a_day_nobody_is_waited_for_any_more() -> None:
    clock = Clock()
    wishes, late = Wishes(clock), wish()
    wishes.note("early", wish())
    clock.now = 3600.0
    wishes.note("late", late)
    clock.now = 24 * 3600.0 + 1
    assert list(wishes) == [late]


def test_what_it_is_made_of_is_shown_nowhere() -> None:
    assert "canary" not in repr(wish())
