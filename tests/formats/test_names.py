"""Channel names and numbers: what is the same is found to be, and nothing else."""

import time

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats import names
from custom_components.telecast.formats.names import normalise


@pytest.mark.parametrize(
    "name",
    [
        "BBC One",
        "bbc one",
        "  BBC   One ",
        "BBC-One",
        "BBC.One",
        "BBC_One",
        "UK: BBC One",
        "uk: BBC One",
        "UK:BBC One",
        "UK| BBC One",
        "UK ▎ BBC One",
        "UK┃BBC One",
        "UK - BBC One",
        "UK – BBC One",
        "|UK| BBC One",
        "[UK] BBC One",
        "(UK) BBC One",
        "★ UK ★ BBC One ★",
        "EN| [UK] BBC One",
        "GBR: BBC One",
        "UK: BBC One HD",
        "BBC One FHD",
        "BBC One UHD",
        "BBC One SD",
        "BBC One 4K",
        "BBC One Full HD",
        "BBC One Ultra HD",
        "BBC One [HD]",
        "BBC One (1080p)",
        "BBC One HEVC",
        "BBC One H265",
        "BBC One H.265",
        "BBC One 50fps",
        "BBC One HD 50 fps",
        "BBC One ᴴᴰ",
        "BBC One ᴿᴬᵂ ⁶⁰ᶠᵖˢ",
        "##### BBC One #####",
        "BBC One ◉",
        "🇬🇧 BBC One",
        "4K| UK: BBC One",
        "BBC\u200b One\u200e",
        "ＢＢＣ　Ｏｎｅ",
    ],
)
def test_decorations_countries_and_qualities_make_no_difference(name: str) -> None:
    assert normalise(name) == "bbc one"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Télé 5", "TELE5"),
        ("Te\u0301le\u0301 5", "Télé 5"),
        ("ITV 4", "ITV4"),
        ("Łódź TV", "LODZ TV"),
        ("Türkiye", "TURKIYE"),
        ("Straße", "STRASSE"),
        ("Canal+", "Canal Plus"),
        ("CANAL + SPORT", "canal+ sport"),
        ("Nick Jr.", "NICK JR"),
        ("Dave’s", "Dave's"),
        ("A&amp;E", "A&E"),
        ("Film4 +1", "Film 4+1 HD"),
        ("Film4 ⁺¹", "Film4 +1"),
        ("Film4 + 1", "Film4 +1"),
        ("UK: 5 HD", "5"),
    ],
)
def test_these_are_the_same_channel(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Film4", "Film4 +1"),
        ("Film4 +1", "Film4 +2"),
        ("Film4 1", "Film4 +1"),
        ("ITV", "ITV2"),
        ("Canal", "Canal+"),
        ("US Open", "Open"),
        ("MTV: Hits", "Hits"),
        ("MTV - Live", "Live"),
        ("UHD 1", "4K 1"),
        ("HD", "SD"),
        ("HDNet", "Net"),
        ("が", "か"),
        ("Россия 1", "Россия 24"),
        ("समाचार", "समचर"),
        ("###", "---"),
        ("AT&T", "T"),
        ("Sport 1", "Sport 11"),
    ],
)
def test_these_are_not(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@given(st.text())
def test_only_an_empty_name_becomes_empty(name: str) -> None:
    assert bool(normalise(name)) == bool(name)


@given(st.text(min_size=1))
def test_case_and_surrounding_space_never_matter_to_words(name: str) -> None:
    words = f"a {name} b"
    assert normalise(words) == normalise(f"  {words}\t")


@pytest.mark.parametrize(
    "unit", ["+", "+ ", "|", "|UK| ", "²", "ᴴ", "²ᴴ", "a", " ", "&amp;", "HD ", "h 26"]
)
def test_no_name_takes_long(unit: str) -> None:
    began = time.process_time()
    normalise(unit * 20_000)
    assert time.process_time() - began < 0.5


def test_a_name_takes_a_few_millionths_of_a_second() -> None:
    many = [f"TR| Türkiye Spor {number} ᴴᴰ" for number in range(20_000)]
    began = time.process_time()
    for name in many:
        normalise(name)
    assert (time.process_time() - began) / len(many) < 20e-6  # 4 here; machines differ


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", "5"),
        (" 5 ", "5"),
        ("007", "7"),
        ("5.1", "5.1"),
        ("5-1", "5.1"),
        ("05.01", "5.1"),
        ("5.10", "5.10"),
        ("5.0", "5"),
        ("100000", "100000"),
        ("", None),
        ("0", None),
        ("000", None),
        ("0.1", None),
        ("-5", None),
        ("+5", None),
        ("5.", None),
        (".5", None),
        ("5.1.2", None),
        ("5a", None),
        ("٥", None),
        ("5\n5", None),
        ("1234567890", None),
    ],
)
def test_a_number_is_digits_with_one_optional_sub_channel(
    text: str, number: str | None
) -> None:
    assert names.parse_number(text) == number


@given(st.text("0123456789.-", max_size=25))
def test_a_number_once_read_stays_as_it_is(text: str) -> None:
    number = names.parse_number(text)
    if number is not None:
        assert names.parse_number(number) == number


def test_numbers_are_sorted_as_numbers() -> None:
    numbers = ["100", "5.10", "?", "5", "10", "5.2", ""]
    ordered = ["5", "5.2", "5.10", "10", "100"]
    assert sorted(numbers, key=names.sort_key)[:5] == ordered
    assert names.sort_key("5.2") == (5, 2)


def test_names_are_ordered_as_people_count() -> None:
    ordered = [
        *("", "1", "2", "007", "10", "a", "a9", "a10", "A 1", "a 02", "a 2b", "A 10"),
        *("b" + "9" * 5000, "b1" + "0" * 5000, "é"),
    ]
    mixed = ordered[::-2] + ordered[-2::-2]
    assert sorted(mixed, key=names.natural_key) == ordered


@given(st.lists(st.text(alphabet="0123456789aB é²", max_size=8)))
def test_any_names_have_an_order(listed: list[str]) -> None:
    once = sorted(listed, key=names.natural_key)
    assert sorted(once, key=names.natural_key) == once
