"""What another channel shows, in a time, as its guide says it."""

from itertools import pairwise

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.engine.timeline import EARLIEST, LATEST
from custom_components.telecast.engine.virtual.broadcasts import (
    Broadcasts,
    Elsewhere,
    broadcasts_of,
)
from custom_components.telecast.formats.xmltv import Programme, Text, render_children


def row(
    start: int, stop: int, title: str = "", **facts: object
) -> tuple[int, int, str]:
    """Write what a guide keeps of a programme, between two seconds."""
    programme = Programme(
        channel="",
        start=start,
        stop=stop,
        titles=(Text(title or f"from {start}"),),
        **facts,  # type: ignore[arg-type]
    )
    return start, stop, render_children(programme)


def broadcasts(*times: tuple[int, int]) -> Broadcasts:
    """Make what a guide says of programmes between these seconds."""
    return broadcasts_of([row(*time) for time in times], is_ours=False)


def told(found: Broadcasts, start: int, stop: int) -> list[tuple[float, float, str]]:
    """Answer what is on, in seconds."""
    return [
        (begin / 1000, end / 1000, one.titles[0].value if one else "")
        for begin, end, one in found.between(start * 1000, stop * 1000)
    ]


def test_programmes_are_cut_to_the_time_and_holes_are_told() -> None:
    found = broadcasts((10, 20), (20, 30), (40, 50), (60, 70))
    assert told(found, 15, 65) == [
        (15, 20, "from 10"),
        (20, 30, "from 20"),
        (30, 40, ""),
        (40, 50, "from 40"),
        (50, 60, ""),
        (60, 65, "from 60"),
    ]
    assert told(found, 30, 40) == [(30, 40, "")]
    assert told(found, 42, 43) == [(42, 43, "from 40")]
    assert told(Broadcasts(), 1, 9) == [(1, 9, "")]


def test_of_two_at_once_the_later_one_ends_the_other() -> None:
    found = broadcasts((10, 30), (20, 40), (22, 24), (40, 50))
    assert told(found, 10, 50) == [
        (10, 20, "from 10"),
        (20, 22, "from 20"),
        (22, 24, "from 22"),
        (24, 40, ""),
        (40, 50, "from 40"),
    ]


def test_what_is_on_at_an_instant_is_told_in_full_and_so_are_holes() -> None:
    found = broadcasts((10, 20), (40, 50))
    assert [(one.start, one.stop) for one in map(found.at, (0, 9_999))] == [
        (EARLIEST, 10_000)
    ] * 2
    assert [(one.start, one.stop) for one in map(found.at, (10_000, 19_999))] == [
        (10_000, 20_000)
    ] * 2
    assert found.at(20_000)[:2] == (20_000, 40_000)
    assert found.at(50_000)[:2] == (50_000, LATEST)
    assert Broadcasts().at(5)[:2] == (EARLIEST, LATEST)


def test_what_is_on_for_most_of_a_time_stands_for_it() -> None:
    found = broadcasts((10, 20), (20, 50), (50, 60), (90, 100))
    longest = found.mostly(10_000, 60_000)
    assert longest
    assert longest.titles[0].value == "from 20"
    # Half of it, to the millisecond.
    assert found.mostly(80_000, 100_000)
    assert found.mostly(79_999, 100_000) is None
    assert found.mostly(60_000, 90_000) is None


@given(
    st.lists(
        st.tuples(st.integers(0, 90), st.integers(1, 40)), unique_by=lambda x: x[0]
    ),
    st.integers(0, 100_000),
    st.integers(1, 60_000),
)
def test_any_guide_is_told_without_overlap_or_hole(
    times: list[tuple[int, int]], start: int, length: int
) -> None:
    found = broadcasts(*((begin, begin + size) for begin, size in sorted(times)))
    parts = list(found.between(start, start + length))
    assert (parts[0].start, parts[-1].stop) == (start, start + length)
    assert all(one.start < one.stop for one in parts)
    assert all(one.stop == other.start for one, other in pairwise(parts))
    for part in parts:
        for instant in (part.start, part.stop - 1):
            whole = found.at(instant)
            assert whole.programme is part.programme
            assert whole.start <= part.start < part.stop <= whole.stop


def test_pictures_of_others_have_to_be_on_the_web() -> None:
    icons = ("file:///media/secret.jpg", "https://a.test/1.jpg", "odd:7")
    rows = [row(1, 2, icons=icons)]
    ((part,), (own,)) = (
        broadcasts_of(rows, is_ours=is_ours).parts for is_ours in (False, True)
    )
    assert part.programme
    assert part.programme.icons == ("https://a.test/1.jpg",)
    assert own.programme
    assert own.programme.icons == icons


def test_what_is_damaged_or_has_no_title_is_a_hole() -> None:
    rows = [(1, 2, "<title>Cut"), (2, 3, "<desc>No title</desc>"), row(3, 4)]
    assert told(broadcasts_of(rows, is_ours=False), 1, 4) == [
        (1, 3, ""),
        (3, 4, "from 3"),
    ]


@pytest.mark.parametrize("subtitle", ["", "Part two"])
def test_titles_alone_are_remembered(subtitle: str) -> None:
    subtitles = (Text(subtitle),) if subtitle else ()
    full = row(1, 2, "Show", subtitles=subtitles, descriptions=(Text("x" * 1000),))
    elsewhere = Elsewhere(
        names={7: "Seven"}, shows={7: broadcasts_of([full], is_ours=False)}, mark=b"m"
    )
    outlined = elsewhere.outlined()
    assert (outlined.names, outlined.mark) == (elsewhere.names, b"m")
    (part,) = outlined.of(7).parts
    assert part.programme == Programme(
        channel="", start=1, stop=2, titles=(Text("Show"),), subtitles=subtitles
    )
    assert outlined.of(8) == Broadcasts()
