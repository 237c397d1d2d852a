"""Films are listed, found and played; their sources are asked only when that is needed."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from custom_components.telecast.engine.errors import (
    CannotConnectError,
    PlaylistShrunkError,
    SourceTimeoutError,
    UnknownFilmError,
)
from custom_components.telecast.engine.model import FilmKind

from .world import MOVIE, NOW, SERIES, World, movie, open_world, series_info, show

DAY = 24 * 3600
FIRST = 100_000_001
FIRST_EPISODE = 500_000_001


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path) as opened:
        yield opened


async def test_films_come_in_through_the_child(world: World) -> None:
    seen: list[int] = []
    entries = [movie(n) for n in range(3000)]
    result = await world.take([*entries, {}], on_progress=seen.append)
    assert (result.films, result.skipped) == (3000, {"entry_malformed": 1})
    assert world.films.counts == {MOVIE: 3000, SERIES: 0}
    assert seen == sorted(seen) and seen
    with pytest.raises(PlaylistShrunkError):
        await world.take(entries[:1000])
    assert world.films.counts[MOVIE] == 3000
    await world.take(entries[:1000], allow_shrink=True)
    assert world.films.counts[MOVIE] == 1000


async def test_only_the_chosen_categories_come_in(world: World) -> None:
    await world.take([movie(1), movie(2, "", "2")], chosen={"2"})
    assert await world.names() == ["Film 2"]


async def test_a_change_is_told_to_those_who_wait_for_it(world: World) -> None:
    before = world.films.revision
    waiting = asyncio.create_task(world.films.changed(before))
    await world.take([movie(1)])
    assert await waiting == world.films.revision > before
    assert await world.films.changed(before) == world.films.revision
    await world.take([movie(1)])
    assert world.films.revision == await world.films.changed(before)


async def test_pages_are_by_name_and_of_groups_that_may_be_seen(world: World) -> None:
    await world.take(
        [movie(1, "beta"), movie(2, "Alpha", "2"), movie(3, "Gamma"), movie(4, "alps")]
    )
    await world.take([show(1, "Alpha")], SERIES)
    assert await world.names() == ["Alpha", "alps", "beta", "Gamma"]
    assert await world.names(offset=1, limit=2) == ["alps", "beta"]
    assert await world.names(search="AL") == ["Alpha", "alps"]
    drama, comedy = await world.films.groups(MOVIE)
    assert (drama.name, comedy.name) == ("Drama", "Comedy")
    assert await world.names(group_id=comedy.id) == ["Alpha"]
    assert await world.names(allowed=frozenset({"Drama"})) == ["alps", "beta", "Gamma"]
    assert await world.names(allowed=frozenset()) == []
    assert await world.names(SERIES) == ["Alpha"]
    groups = await world.films.groups(MOVIE, frozenset({"Comedy", "Else"}))
    assert [one.name for one in groups] == ["Comedy"]


async def test_the_parts_of_a_long_list_are_told_by_their_ends(world: World) -> None:
    await world.take([movie(n, name) for n, name in enumerate("gfedcba")])
    (group,) = await world.films.groups(MOVIE)
    parts = await world.films.parts(MOVIE, group_id=group.id, size=3)
    assert parts == [("a", "c"), ("d", "f"), ("g", "g")]
    assert await world.films.parts(MOVIE, size=7) == [("a", "g")]
    alone = await world.films.parts(MOVIE, size=1)
    assert alone == [(name, name) for name in "abcdefg"]
    assert await world.films.parts(MOVIE, group_id=group.id + 1, size=3) == []


async def test_a_list_goes_on_after_the_last_id(world: World) -> None:
    await world.take([movie(n) for n in range(5)])
    first = await world.films.listed(MOVIE, limit=3)
    rest = await world.films.listed(MOVIE, after=first[-1].id, limit=3)
    assert [one.id - FIRST for one in (*first, *rest)] == [0, 1, 2, 3, 4]
    assert await world.films.listed(MOVIE, after=rest[-1].id) == []
    assert await world.films.listed(MOVIE, allowed=frozenset({"Comedy"})) == []


async def test_a_film_is_found_by_those_who_may_see_it(world: World) -> None:
    await world.take([movie(1)])
    await world.take([show(1)], SERIES)
    film = await world.films.film(FIRST)
    assert (film.name, film.group) == ("Film 1", "Drama")
    assert await world.films.film(FIRST, allowed=frozenset({"Drama"})) == film
    for asking in (
        world.films.film(FIRST, allowed=frozenset({"Comedy"})),
        world.films.film(FIRST + 1),
        world.films.series(FIRST),
        world.films.film(1),
    ):
        with pytest.raises(UnknownFilmError):
            await asking


async def test_a_film_is_played_from_where_it_is(world: World) -> None:
    await world.take([movie(45, "A Film")])
    playable = await world.films.playable(MOVIE, FIRST, frozenset({"Drama"}))
    assert (playable.kind, playable.id, playable.title) == (MOVIE, FIRST, "A Film")
    assert playable.extension == "mkv"
    assert playable.candidate.url == "xtream:movie/45.mkv"
    assert playable.candidate.source == "one"
    for groups in (frozenset[str](), frozenset({"Comedy"})):
        with pytest.raises(UnknownFilmError):
            await world.films.playable(MOVIE, FIRST, groups)
    with pytest.raises(UnknownFilmError):
        await world.films.playable(SERIES, FIRST, None)


async def test_an_episode_is_played_once_its_series_was_opened(world: World) -> None:
    await world.take([show(7, "A Show")], SERIES)
    series = await world.films.series(FIRST)
    with pytest.raises(UnknownFilmError):
        await world.films.playable(SERIES, FIRST_EPISODE, None)
    world.panel.answers[SERIES, "7"] = series_info([71, 72], [73])
    details = await world.films.details(series)
    assert [(one.season, one.number, one.name) for one in details.episodes] == [
        (1, 1, "Episode 71"),
        (1, 2, "Episode 72"),
        (2, 1, "Episode 73"),
    ]
    assert [one.id - FIRST_EPISODE for one in details.episodes] == [0, 1, 2]
    assert [one.name for one in details.seasons] == ["Part 1", "Part 2"]
    playable = await world.films.playable(SERIES, FIRST_EPISODE + 2, None)
    assert playable.title == "A Show S02E01 Episode 73"
    assert playable.candidate.url == "xtream:series/73.mp4"
    assert (playable.id, playable.extension) == (FIRST_EPISODE + 2, "mp4")
    with pytest.raises(UnknownFilmError):
        await world.films.playable(SERIES, FIRST_EPISODE, frozenset({"Comedy"}))


async def test_details_are_asked_for_once_a_day(world: World) -> None:
    await world.take([movie(45, plot="From the list.", tmdb="7")])
    film = await world.films.film(FIRST)
    world.panel.answers[MOVIE, "45"] = {"info": {"plot": "All of it.", "age": "12"}}
    details = await world.films.details(film)
    assert details.facts == {"plot": "All of it.", "tmdb": "7", "age": "12"}
    world.now = NOW + DAY - 1
    assert await world.films.details(film) == details
    assert world.panel.asked == [("one", MOVIE, "45")]
    world.now = NOW + DAY
    world.panel.answers[MOVIE, "45"] = {"info": {"plot": "Another one."}}
    assert (await world.films.details(film)).facts["plot"] == "Another one."
    assert len(world.panel.asked) == 2


async def test_many_who_ask_make_one_question(world: World) -> None:
    await world.take([movie(45)])
    film = await world.films.film(FIRST)
    world.panel.answers[MOVIE, "45"] = {"info": {"plot": "Once."}}
    found = await asyncio.gather(*(world.films.details(film) for _ in range(10)))
    assert {one.facts["plot"] for one in found} == {"Once."}
    assert len(world.panel.asked) == 1


async def test_a_source_is_asked_for_a_few_films_at_a_time(world: World) -> None:
    await world.take([movie(n) for n in range(20)])
    films = await world.films.listed(MOVIE)
    world.panel.gate.clear()
    asking = asyncio.gather(*(world.films.details(film) for film in films))
    async with asyncio.timeout(60):
        while world.panel.waiting < 4:
            await asyncio.sleep(0)
    world.panel.gate.set()
    await asking
    assert len(world.panel.asked) == 20
    assert world.panel.most_waiting == 4


async def test_who_leaves_costs_the_others_nothing(world: World) -> None:
    await world.take([movie(45)])
    film = await world.films.film(FIRST)
    world.panel.answers[MOVIE, "45"] = {"info": {"plot": "There."}}
    world.panel.gate.clear()
    first = asyncio.create_task(world.films.details(film))
    second = asyncio.create_task(world.films.details(film))
    async with asyncio.timeout(60):
        while not world.panel.asked:
            await asyncio.sleep(0)
    first.cancel()
    await asyncio.wait([first])
    world.panel.gate.set()
    assert (await second).facts["plot"] == "There."


@pytest.mark.parametrize("error", [CannotConnectError("gone"), SourceTimeoutError("?")])
async def test_a_source_that_is_down_leaves_what_was_known(
    error: Exception, world: World
) -> None:
    await world.take([movie(45, plot="From the list."), movie(46)])
    await world.take([show(7)], SERIES)
    film, series = await world.films.film(FIRST), await world.films.series(FIRST + 2)
    world.panel.answers[SERIES, "7"] = series_info([71], plot="Known.")
    known = await world.films.details(series)
    world.panel.error = error
    world.now = NOW + 2 * DAY
    assert (await world.films.details(film)).facts == {"plot": "From the list."}
    assert await world.films.details(series) == known
    # It is not waited for again at once, whatever film is asked for.
    await world.films.details(await world.films.film(FIRST + 1))
    assert len(world.panel.asked) == 2


async def test_a_source_that_cannot_be_asked_has_said_all_in_its_list(
    world: World,
) -> None:
    await world.take([movie(45, plot="From the list.")])
    film = await world.films.film(FIRST)
    assert (await world.films.details(film)).facts == {"plot": "From the list."}


async def test_episodes_keep_their_ids_whatever_comes_later(world: World) -> None:
    await world.take([show(7)], SERIES)
    series = await world.films.series(FIRST)

    async def told(*seasons: list[int]) -> list[tuple[int, str]]:
        world.now += DAY
        world.panel.answers[SERIES, "7"] = series_info(*seasons)
        details = await world.films.details(series)
        return [(one.id - FIRST_EPISODE, one.name) for one in details.episodes]

    assert await told([71, 72]) == [(0, "Episode 71"), (1, "Episode 72")]
    assert await told([72], [80]) == [(1, "Episode 72"), (2, "Episode 80")]
    with pytest.raises(UnknownFilmError):
        await world.films.playable(SERIES, FIRST_EPISODE, None)
    assert await told([], [71]) == [(0, "Episode 71")]
    # An answer without any is a panel's mood.
    assert await told() == [(0, "Episode 71")]


@pytest.mark.parametrize("answer", [{}, {"info": []}, {"info": {"plot": None}}])
async def test_an_answer_that_says_nothing_replaces_nothing(
    answer: dict[str, object], world: World
) -> None:
    await world.take([movie(45)])
    film = await world.films.film(FIRST)
    world.panel.answers[MOVIE, "45"] = {"info": {"plot": "Known."}}
    await world.films.details(film)
    world.now += DAY
    world.panel.answers[MOVIE, "45"] = answer
    assert (await world.films.details(film)).facts == {"plot": "Known."}
    await world.films.details(film)
    assert len(world.panel.asked) == 2


async def test_details_of_long_ago_are_forgotten(world: World) -> None:
    await world.take([movie(1), movie(2)])
    for key in (1, 2):
        world.panel.answers[MOVIE, str(key)] = {"info": {"plot": "x"}}
        await world.films.details(await world.films.film(FIRST + key - 1))
        world.now += 31 * DAY
    rows = await world.store.read(
        lambda connection: connection.execute(
            "SELECT film FROM film_details"
        ).fetchall()
    )
    assert rows == [(FIRST + 1,)]


async def test_a_film_that_goes_while_it_is_asked_for_leaves_nothing(
    world: World,
) -> None:
    await world.take([show(7)], SERIES)
    series = await world.films.series(FIRST)
    world.panel.answers[SERIES, "7"] = series_info([71])
    world.panel.gate.clear()
    asking = asyncio.create_task(world.films.details(series))
    async with asyncio.timeout(60):
        while not world.panel.asked:
            await asyncio.sleep(0)
    await world.films.remove_source("one")
    world.panel.gate.set()
    assert (await asking).episodes == ()


@pytest.mark.parametrize("kind", FilmKind)
async def test_what_is_withdrawn_comes_back_with_its_ids(
    kind: FilmKind, world: World
) -> None:
    write = movie if kind is MOVIE else show
    await world.take([write(1), write(2)], kind)
    await world.take([write(1)], kind, source="two")
    revision = world.films.revision
    await world.films.withdraw("one", kind)
    assert world.films.revision > revision
    assert [one.source for one in await world.films.listed(kind)] == ["two"]
    revision = world.films.revision
    await world.films.withdraw("one", kind)
    assert world.films.revision == revision
    await world.take([write(2), write(1)], kind)
    listed = await world.films.listed(kind)
    assert [(one.id - FIRST, one.key) for one in listed] == [
        *((0, "1"), (1, "2"), (2, "1"))
    ]


async def test_a_source_that_is_removed_takes_its_films_along(world: World) -> None:
    await world.take([movie(1)])
    await world.take([movie(2)], source="two")
    await world.films.remove_source("one")
    assert await world.names() == ["Film 2"]
    assert world.films.counts[MOVIE] == 1
    await world.lineup.remove_source("two")
    await world.films.reload()
    assert await world.names() == []
