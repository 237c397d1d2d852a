"""What panels say is on: base64 or not, in whatever types and times they tell it."""

from base64 import b64encode
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats import xtream
from custom_components.telecast.formats.xmltv import Programme, Text
from custom_components.telecast.formats.xtream.listings import read_listings

START = 1_795_000_000
BERLIN = ZoneInfo("Europe/Berlin")


def coded(text: str) -> str:
    return b64encode(text.encode()).decode()


def listing(title: str = "Tagesschau", /, **others: Any) -> dict[str, Any]:
    """One as panels have it."""
    return {
        "id": "1",
        "epg_id": "7",
        "title": coded(title),
        "lang": "de",
        "start": "2026-11-18 12:06:40",
        "end": "2026-11-18 13:06:40",
        "description": coded("What happened"),
        "channel_id": "ard.de",
        "start_timestamp": str(START),
        "stop_timestamp": str(START + 3600),
        **others,
    }


def read(*listings: Any) -> list[Programme]:
    answer = {"epg_listings": list(listings)}
    return read_listings(answer, channel="c1", zone=BERLIN)


def titles(*listings: Any) -> list[str]:
    return [one.titles[0].value for one in read(*listings)]


def test_a_listing_is_read_as_a_programme() -> None:
    assert read(listing()) == [
        Programme(
            channel="c1",
            start=START,
            stop=START + 3600,
            titles=(Text("Tagesschau", "de"),),
            descriptions=(Text("What happened", "de"),),
        )
    ]


@pytest.mark.parametrize(
    "title",
    [
        "News",
        "Test",
        "Football",
        "Ein Film (1999)",
        "Año Nuevo",
        "Привет",
        "Zoë & co",
        "👩‍🚀",
    ],
)
def test_titles_are_read_base64_or_plain(title: str) -> None:
    assert titles(listing(title)) == titles(listing(title=title)) == [title]


def test_one_title_that_is_plain_says_that_all_are() -> None:
    first = listing(title="QUJD", start_timestamp=START - 60)
    assert titles(first, listing(title="A plain one")) == ["QUJD", "A plain one"]
    assert titles(first) == ["ABC"]


def test_descriptions_may_be_plain_where_titles_are_not() -> None:
    (found,) = read(listing(description="All of it, in words."))
    assert found.titles == (Text("Tagesschau", "de"),)
    assert found.descriptions == (Text("All of it, in words.", "de"),)
    (found,) = read(listing(description=coded("Two\nlines"), lang=None))
    assert found.descriptions == (Text("Two lines"),)
    (found,) = read(listing(description=None))
    assert found.descriptions == ()


@pytest.mark.parametrize(
    "times",
    [
        {"start_timestamp": START, "stop_timestamp": START + 3600},
        {"start_timestamp": None, "stop_timestamp": ""},
        {"start_timestamp": "0", "stop_timestamp": "0"},
        {"stop_timestamp": None, "end": None, "stop": "2026-11-18 13:06:40"},
    ],
)
def test_times_are_taken_as_they_are_told(times: dict[str, Any]) -> None:
    # 12:06:40 in Berlin.
    assert datetime.fromtimestamp(START, UTC).hour == 11
    (found,) = read(listing(**times))
    assert (found.start, found.stop) == (START, START + 3600)


def test_the_order_is_that_of_the_times_and_each_comes_once() -> None:
    later = listing("Later", start_timestamp=START + 3600, stop_timestamp=START + 7200)
    assert titles(later, listing(), listing("Twice"), later) == ["Tagesschau", "Later"]


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "x",
        [],
        {},
        listing(title=None),
        listing(title=""),
        listing(title=7),
        listing(stop_timestamp=START),
        listing(stop_timestamp=START + 10 * 86400),
        listing(start_timestamp="soon", start="then"),
    ],
)
def test_what_makes_no_sense_is_left_out(wrong: Any) -> None:
    assert titles(wrong, listing()) in (["Tagesschau"], [coded("Tagesschau")])
    assert read(wrong) == []


@pytest.mark.parametrize("title", ["Unknown", "NONE", "null", "undefined", "NaN"])
def test_what_others_write_for_nothing_may_be_a_title(title: str) -> None:
    assert titles(listing(title)) == [title]
    (found,) = read(listing(description=coded(title)))
    assert found.descriptions == ()


@pytest.mark.parametrize(
    "answer", [None, [], {}, "", 7, {"epg_listings": None}, {"epg_listings": "none"}]
)
def test_what_is_no_answer_says_nothing(answer: Any) -> None:
    assert read_listings(answer, channel="c1", zone=UTC) == []


def test_php_may_write_the_list_as_an_object() -> None:
    answer = {"epg_listings": {"3": listing(), "5": listing()}}
    assert len(read_listings(answer, channel="c1", zone=UTC)) == 1


def test_no_answer_grows_beyond_bounds() -> None:
    long = "x" * 10_000
    many = [
        listing(long, start_timestamp=START + n, description=coded(long))
        for n in range(1500)
    ]
    found = read(*many)
    assert len(found) == 1000
    assert {len(one.titles[0].value) for one in found} == {300}
    assert {len(one.descriptions[0].value) for one in found} == {2000}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    ["title", "start", "start_timestamp", "stop_timestamp", "lang"]
                ),
                inner,
            )
        ),
    )
)
def test_whatever_comes_is_put_up_with(value: Any) -> None:
    assert isinstance(read(value, value), list)


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=6),
    st.integers(10**9, 4 * 10**9),
    st.integers(60, 86400),
)
def test_what_we_write_is_read_again(title: str, start: int, seconds: int) -> None:
    told = xtream.epg_listing(
        id=1,
        epg_id=1,
        title=title,
        lang="en",
        start=datetime.fromtimestamp(start, BERLIN),
        stop=datetime.fromtimestamp(start + seconds, BERLIN),
        description="",
        channel_id="c",
    )
    (found,) = read(told)
    assert (found.start, found.stop) == (start, start + seconds)
    assert found.titles[0].value == title[:300]
