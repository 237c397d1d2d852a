"""Channels that are called much alike are found, and no wrong one ever is."""

from pathlib import Path
import time

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.engine.guide.similarity import CUTOFF, Names
from custom_components.telecast.formats import likeness, names

DATA = Path(__file__).parents[2] / "data" / "names"


def pairs(file: str) -> list[tuple[str, str]]:
    """Read what a line-up calls a channel, and what a guide does."""
    lines = (DATA / file).read_text().splitlines()
    return [
        (ours.strip(), theirs.strip())
        for line in lines
        if not line.startswith("#")
        for ours, _, theirs in [line.rpartition(" | ")]
    ]


def ask(ours: str, *theirs: str) -> tuple[str, int] | None:
    """Ask a guide for a channel; answer which one it has, and how much later ours is."""
    known = Names((names.normalise(name), name) for name in theirs)
    found = known.most_like(names.normalise(ours), likeness.country(ours))
    if found is None:
        return None
    assert CUTOFF <= found.score < 100
    return found.key, found.late


@pytest.mark.parametrize(("ours", "theirs"), pairs("same.txt"))
def test_these_are_the_same_channel(ours: str, theirs: str) -> None:
    assert ask(ours, theirs) == (theirs, 0)


@pytest.mark.parametrize(("ours", "theirs"), pairs("others.txt"))
def test_these_are_not(ours: str, theirs: str) -> None:
    assert ask(ours, theirs) in {None, (theirs, 60)}
    assert ask(theirs, ours) in {None, (ours, 60)}


@pytest.mark.parametrize(("ours", "theirs"), pairs("same.txt"))
def test_one_of_another_number_is_never_taken(ours: str, theirs: str) -> None:
    assert ask(ours, f"{theirs} 17") is None
    assert ask(f"{ours} 17", theirs) is None
    assert ask(f"{ours} 17", f"{theirs} 18") is None


def text(name: str) -> str:
    """What tells a channel from others."""
    essence = likeness.essence(names.normalise(name))
    assert essence
    return essence.text


def test_all_names_of_a_guide_at_once_confuse_nobody() -> None:
    theirs = [
        theirs for file in ("same.txt", "others.txt") for _, theirs in pairs(file)
    ]
    known = Names((names.normalise(name), name) for name in theirs)
    for ours, right in pairs("same.txt"):
        found = known.most_like(names.normalise(ours), likeness.country(ours))
        assert found, ours
        assert text(found.key) in {text(ours), text(right)}


@pytest.mark.parametrize(
    ("ours", "theirs", "found"),
    [
        ("UK: Discovery +1", ["Discovery Channel"], ("Discovery Channel", 60)),
        ("UK: Discovery+1 HD", ["Discovery Channel +1"], ("Discovery Channel +1", 0)),
        (
            "UK: Discovery +1",
            ["Discovery Channel", "Discovery Channel +1"],
            ("Discovery Channel +1", 0),
        ),
        ("UK: Discovery +2", ["Discovery Channel +1"], None),
        ("UK: Discovery", ["Discovery Channel +1"], None),
        ("UK: Discovery +2", ["Discovery Channel"], ("Discovery Channel", 120)),
    ],
)
def test_what_is_shifted_is_the_base_later_or_one_of_the_same_shift(
    ours: str, theirs: list[str], found: tuple[str, int] | None
) -> None:
    assert ask(ours, *theirs) == found


def by_ids(ours: str, name: str, *ids: str) -> str | None:
    """Ask a guide that has a name several times."""
    known = Names((names.normalise(name), id) for id in ids)  # noqa: A001
    found = known.most_like(names.normalise(ours), likeness.country(ours))
    return found and found.key


def test_the_channel_of_the_same_country_is_taken_and_none_of_another() -> None:
    ids = ("discovery.de", "discovery.fr", "discovery.uk")
    assert by_ids("UK: Discovery", "Discovery Channel", *ids) == "discovery.uk"
    assert by_ids("GB| Discovery", "Discovery Channel", *ids) == "discovery.uk"
    assert by_ids("DE: Discovery", "Discovery Channel", *ids) == "discovery.de"
    assert by_ids("PL: Discovery", "Discovery Channel", *ids) is None
    assert by_ids("PL: Discovery", "Discovery Channel", "discovery") == "discovery"


def test_of_two_that_are_misspelt_alike_neither_is_taken() -> None:
    assert ask("Nickelodeon", "Nickelodoen") == ("Nickelodoen", 0)
    assert ask("Nickelodeon", "Nickelodoen", "Nikcelodeon") is None
    assert ask("Nickelodeon", "Nickelodoen", "The Nickelodeon") == (
        "The Nickelodeon",
        0,
    )


def test_the_same_words_count_more_than_words_that_are_missing() -> None:
    known = Names([("discovery channel", "one"), ("the discovery", "two")])
    assert known.most_like("discovery") is not None
    exact = Names([("bbc two", "two")]).most_like("bbc2")
    optional = Names([("discovery channel", "one")]).most_like("discovery")
    misspelt = Names([("nickelodoen", "n")]).most_like("nickelodeon")
    assert exact and optional and misspelt
    assert exact.score > optional.score > misspelt.score


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_names_are_called_an_answer_is_one_of_them(
    ours: str, theirs: str
) -> None:
    found = ask(ours or "x", theirs or "y")
    assert found is None or found[0] == (theirs or "y")


@pytest.mark.parametrize(
    "name",
    [
        lambda n: f"Channel {n}",
        lambda n: f"sky sports {'a' * (n % 300)}b",
        lambda n: f"{'aaaaaa ' * 20}{n % 7}",
        lambda n: f"xxxxxx{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}z",
    ],
    ids=["numbers", "lengths", "long", "neighbours"],
)
def test_no_names_take_long(name) -> None:
    many = [names.normalise(name(n)) for n in range(10_000)]
    began = time.process_time()
    known = Names((name, str(n)) for n, name in enumerate(many))
    for one in many:
        known.most_like(f"{one}q")
    assert time.process_time() - began < 10  # 1.2 here; machines differ
