"""Numbers of episodes, for recorders and for people."""

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats.xmltv import (
    EpisodeNumber,
    Programme,
    episode_onscreen,
    episode_xmltv_ns,
    numbered,
    season_episode,
)

type Numbers = tuple[int | None, int | None]


def programme(*numbers: tuple[str, str]) -> Programme:
    values = tuple(EpisodeNumber(system, value) for system, value in numbers)
    return Programme(channel="a", start=0, episode_numbers=values)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1.4.", (2, 5)),
        ("1.4.0/2", (2, 5)),
        (" 1 / 3 . 4 / 12 . 0 / 1 ", (2, 5)),
        ("1..", (2, None)),
        (".4.", (None, 5)),
        ("1.4", (2, 5)),
        ("0", (1, None)),
        ("..", (None, None)),
        ("", (None, None)),
        ("S02E05", (None, None)),
        ("-1.4.", (None, 5)),
        ("9999999999.1.", (None, 2)),
    ],
)
def test_xmltv_ns_counts_from_zero(text: str, numbers: Numbers) -> None:
    assert season_episode(programme(("xmltv_ns", text))) == numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("S02E05", (2, 5)),
        ("s2 e5", (2, 5)),
        ("S02 Ep. 05", (2, 5)),
        ("Season 2, Episode 5", (2, 5)),
        ("Staffel 2 Folge 5", (2, 5)),
        ("2x05", (2, 5)),
        ("S02", (2, None)),
        ("E05", (None, 5)),
        ("Ep 5", (None, 5)),
        ("Episode #5", (None, 5)),
        ("5", (None, 5)),
        ("#5", (None, 5)),
        ("5/13", (None, 5)),
        ("5 of 13", (None, 5)),
        ("S00E03", (0, 3)),
        ("2026-01-02", (None, None)),
        ("1.5", (None, None)),
        ("#FFEE", (None, None)),
        ("", (None, None)),
        ("S" + "9" * 5000, (None, None)),
    ],
)
def test_numbers_that_people_read(text: str, numbers: Numbers) -> None:
    assert season_episode(programme(("onscreen", text))) == numbers
    assert season_episode(programme(("SxxExx", text))) == numbers


def test_the_number_for_machines_is_believed_first() -> None:
    assert season_episode(programme(("onscreen", "S9E9"), ("xmltv_ns", "1.4."))) == (
        2,
        5,
    )
    assert season_episode(programme(("xmltv_ns", ".."), ("onscreen", "S9E9"))) == (9, 9)


def test_an_id_is_no_number() -> None:
    assert season_episode(programme(("dd_progid", "EP01006886.0028"))) == (None, None)
    assert season_episode(programme(("thetvdb.com", "episode/5"))) == (None, None)
    assert season_episode(programme()) == (None, None)


@pytest.mark.parametrize(
    ("season", "episode", "machine", "people"),
    [
        (2, 5, "1.4.", "S02E05"),
        (None, 5, ".4.", "E05"),
        (2, None, "1..", "S02"),
        (0, 3, ".2.", "S00E03"),
        (None, None, "..", ""),
        (12, 345, "11.344.", "S12E345"),
    ],
)
def test_writing_both(
    season: int | None, episode: int | None, machine: str, people: str
) -> None:
    assert episode_xmltv_ns(season, episode) == machine
    assert episode_onscreen(season, episode) == people


_COUNTED = st.none() | st.integers(1, 9999)


@given(_COUNTED, _COUNTED)
def test_what_is_written_is_read_the_same(
    season: int | None, episode: int | None
) -> None:
    for system, write in (
        ("xmltv_ns", episode_xmltv_ns),
        ("onscreen", episode_onscreen),
    ):
        value = write(season, episode)
        assert season_episode(programme((system, value))) == (season, episode)


def test_what_is_missing_is_added() -> None:
    machine, people = ("xmltv_ns", "1.4."), ("onscreen", "S02E05")
    assert numbered(programme(machine)) == programme(machine, people)
    assert numbered(programme(people)) == programme(people, machine)


@pytest.mark.parametrize(
    "numbers",
    [
        (),
        (("xmltv_ns", "1.4."), ("onscreen", "whatever")),
        (("dd_progid", "EP01006886.0028"),),
        (("onscreen", "#FFEE"),),
    ],
)
def test_what_is_there_stays(numbers: tuple[tuple[str, str], ...]) -> None:
    assert numbered(programme(*numbers)) == programme(*numbers)
