"""A provider's films and series come in, against a panel that answers as panels do."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from custom_components.telecast.engine.films.film import Details, Film
from custom_components.telecast.engine.model import FilmKind
from tests.fakes import faults
from tests.fakes.panel import Episode, Panel, Quirk

from .providers import EXPIRES, fill, settings
from .world import World, open_world

MOVIE, SERIES = FilmKind.MOVIE, FilmKind.SERIES
HARMLESS = [
    {Quirk.NUMBERS_AS_STRINGS},
    {Quirk.STRINGS_AS_NUMBERS},
    {Quirk.LISTS_FOR_OBJECTS},
    {Quirk.NUMBERS_AS_STRINGS, Quirk.LISTS_FOR_OBJECTS},
]
HARMFUL = [
    ("get_vod_categories", Quirk.HTML, "not_a_playlist"),
    ("get_vod_streams", Quirk.TRUNCATED, "not_a_playlist"),
    ("get_vod_streams", Quirk.HTML, "not_a_playlist"),
    ("get_series_categories", Quirk.ERROR_500, "cannot_connect"),
    ("get_series", Quirk.TRUNCATED, "not_a_playlist"),
    ("get_series", Quirk.ERROR_500, "cannot_connect"),
]


@pytest.fixture(name="panel")
async def _panel() -> AsyncIterator[Panel]:
    async with Panel(max_connections=2, expires=EXPIRES) as panel:
        fill(panel)
        for number in range(1, 13):
            panel.movie(
                200 + number,
                f"Film {number}",
                category="Drama" if number % 2 else "Comedy",
                rating="7.5",
                plot=f"The plot of {number}.",
                duration_secs=60 * number,
            )
        panel.show(
            300,
            "A Show",
            episodes={
                1: [Episode(id=71, title="Pilot"), Episode(id=72, title="Second")],
                2: [Episode(id=73, title="Back again", extension="mkv")],
            },
            category="Crime",
            plot="They meet.",
        )
        yield panel


async def listed(world: World, kind: FilmKind = MOVIE) -> list[Film]:
    return await world.films.listed(kind, limit=1000)


async def described(world: World) -> list[tuple[Film, Details]]:
    """All that is known of the first film and of the first series."""
    found = [(await listed(world, kind))[0] for kind in FilmKind]
    return [(film, await world.films.details(film)) for film in found]


async def forget(world: World) -> None:
    """Forget what was asked for."""
    await world.store.write(
        lambda connection: connection.execute("UPDATE film_details SET fetched = 0")
    )


async def test_films_and_series_come_in_with_their_categories(
    tmp_path: Path, panel: Panel
) -> None:
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel))
        status = await world.settled()
        assert (status.error, status.films_error) == (None, None)
        films = await listed(world)
        assert [one.name for one in films] == [f"Film {n}" for n in range(1, 13)]
        assert (films[0].group, films[1].group) == ("Drama", "Comedy")
        assert (films[0].rating, films[0].facts["plot"]) == (7.5, "The plot of 1.")
        (series,) = await listed(world, SERIES)
        assert (series.name, series.group) == ("A Show", "Crime")
        assert world.films.counts == {MOVIE: 12, SERIES: 1}


async def test_details_are_asked_of_the_panel_when_they_are_wanted(
    tmp_path: Path, panel: Panel
) -> None:
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel))
        await world.settled()
        assert not panel.asked("get_vod_info") + panel.asked("get_series_info")
        (_, of_film), (series, of_series) = await described(world)
        (asked,) = panel.asked("get_vod_info")
        assert asked.query["vod_id"] == "201"
        assert of_film.facts["seconds"] == 60
        assert [(one.season, one.name) for one in of_series.episodes] == [
            *((1, "Pilot"), (1, "Second"), (2, "Back again"))
        ]
        playable = await world.films.playable(SERIES, of_series.episodes[2].id, None)
        assert playable.candidate.url == "xtream:series/73.mkv"
        assert playable.candidate.source == series.source == "one"
        places = world.sources.placed(playable.candidate)
        assert [one.url for one in places] == [
            f"{panel.url}/series/{panel.username}/{panel.password}/73.mkv"
        ]
        await described(world)
        assert len(panel.asked("get_vod_info") + panel.asked("get_series_info")) == 2


async def test_neither_host_nor_login_is_kept_with_a_film(
    tmp_path: Path, panel: Panel
) -> None:
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel))
        await world.settled()
        await described(world)
    for file in tmp_path.rglob("telecast.db*"):
        data = file.read_bytes()
        assert panel.password.encode() not in data
        assert panel.url.encode() not in data


@pytest.mark.parametrize(
    "quirks", HARMLESS, ids=lambda quirks: "+".join(sorted(quirks))
)
async def test_what_php_makes_of_types_makes_no_difference(
    quirks: set[Quirk], tmp_path: Path, panel: Panel
) -> None:
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel))
        await world.settled()
        lists = [await listed(world, kind) for kind in FilmKind]
        before, revision = await described(world), world.films.revision
        panel.quirks = quirks
        assert await world.failure() is None
        assert world.sources.status("one").films_error is None
        assert [await listed(world, kind) for kind in FilmKind] == lists
        assert world.films.revision == revision
        await forget(world)
        assert await described(world) == before
        assert len(panel.asked("get_series_info")) == 2


async def test_the_oldest_panels_leave_nearly_everything_out(
    tmp_path: Path, panel: Panel
) -> None:
    panel.quirks = {Quirk.MISSING_FIELDS}
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel))
        await world.settled()
        films = await listed(world)
        assert {(one.group, one.extension) for one in films} == {
            ("Uncategorised", "mp4")
        }
        _, (_, details) = await described(world)
        assert [one.season for one in details.episodes] == [1, 1, 2]


@pytest.mark.parametrize(("action", "quirk", "code"), HARMFUL)
async def test_an_answer_that_is_none_changes_nothing(
    action: str, quirk: Quirk, code: str, tmp_path: Path, panel: Panel
) -> None:
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel))
        await world.settled()
        before = [await listed(world, kind) for kind in FilmKind]
        channels = await world.names()
        panel.quirks, panel.quirky_actions = {quirk}, {action}
        assert await world.failure() is None, "the channels are well"
        assert world.sources.status("one").films_error == code
        assert [await listed(world, kind) for kind in FilmKind] == before
        assert await world.names() == channels
        panel.quirks = set()
        assert await world.failure() is None
        assert world.sources.status("one").films_error is None


async def test_a_panel_that_is_down_leaves_what_was_known(
    tmp_path: Path, panel: Panel
) -> None:
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel))
        await world.settled()
        before = await described(world)
        await forget(world)
        panel.misbehave("/player_api.php", faults.die(after=0))
        assert await described(world) == before
        other = (await listed(world))[1]
        assert (await world.films.details(other)).facts == other.facts


async def test_a_list_that_shrinks_absurdly_is_refused_unless_it_is_another_ones(
    tmp_path: Path, panel: Panel
) -> None:
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel))
        await world.settled()
        for number in range(2, 13):
            panel.remove("movie", 200 + number)
        assert await world.failure() is None
        assert world.sources.status("one").films_error == "playlist_shrunk"
        assert len(await listed(world)) == 12
        panel.login("second", "secret")
        await world.sources.update(
            settings(panel, username="second", password="secret")
        )
        await world.until(lambda status: not status.films_error)
        assert len(await listed(world)) == 1


async def test_what_is_not_wanted_goes_and_comes_back_the_same(
    tmp_path: Path, panel: Panel
) -> None:
    async with open_world(tmp_path) as world:
        wanted = settings(panel)
        await world.sources.add(replace(wanted, series=False))
        await world.settled()
        assert not panel.asked("get_series")
        assert (len(await listed(world)), await listed(world, SERIES)) == (12, [])
        before = await listed(world)

        async def change(**what: Any) -> None:
            await world.sources.update(replace(wanted, **what))
            await world.until(lambda status: not status.refreshing)
            await world.sources.refresh("one")

        await change(vod=False)
        assert (await listed(world), len(await listed(world, SERIES))) == ([], 1)
        await change()
        assert await listed(world) == before


async def test_only_chosen_categories_of_films_and_of_series_come_in(
    tmp_path: Path, panel: Panel
) -> None:
    panel.show(301, "Another", episodes={}, category="Comedy")
    wanted = settings(
        panel, vod_categories=("Comedy",), series_categories=("Crime", "Gone")
    )
    async with open_world(tmp_path) as world:
        await world.sources.add(wanted)
        await world.settled()
        films = await listed(world)
        assert [one.name for one in films] == [f"Film {n}" for n in range(2, 13, 2)]
        assert [one.name for one in await listed(world, SERIES)] == ["A Show"]
        await world.sources.update(replace(wanted, vod_categories=None))
        await world.sources.refresh("one")
        assert len(await listed(world)) == 12
        await world.sources.update(replace(wanted, series_categories=("Comedy",)))
        await world.sources.refresh("one")
        assert await listed(world) == films, "fewer are no shrunken list"
        assert [one.name for one in await listed(world, SERIES)] == ["Another"]


async def test_a_film_is_in_the_first_of_its_categories_that_is_wanted(
    tmp_path: Path, panel: Panel
) -> None:
    ids = {
        one["category_name"]: int(one["category_id"])
        for one in panel.catalogue.categories("movie")
    }
    both = [ids["Drama"], ids["Comedy"]]
    panel.movie(220, "Both", category="Drama", category_ids=both)
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel, vod_categories=("Comedy",)))
        await world.settled()
        groups = {one.name: one.group for one in await listed(world)}
        assert (groups["Both"], set(groups.values())) == ("Comedy", {"Comedy"})


async def test_a_choice_of_which_nothing_is_left_changes_nothing(
    tmp_path: Path, panel: Panel
) -> None:
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel, vod_categories=("Drama",)))
        await world.settled()
        before = await listed(world)
        assert len(before) == 6
        await world.sources.update(settings(panel, vod_categories=("Nothing",)))
        await world.sources.refresh("one")
        assert world.sources.status("one").films_error == "empty_playlist"
        assert await listed(world) == before
        assert len(await listed(world, SERIES)) == 1


async def test_a_source_that_is_removed_takes_its_films_along(
    tmp_path: Path, panel: Panel
) -> None:
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel))
        await world.settled()
        await described(world)
        await world.sources.remove("one")
        assert world.films.counts == {MOVIE: 0, SERIES: 0}

        def left(connection: Any) -> list[Any]:
            return [
                connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in ("films", "episodes", "film_details", "sources")
            ]

        assert await world.store.read(left) == [0, 0, 0, 0]


async def test_what_was_removed_while_we_were_away_goes_with_its_films(
    tmp_path: Path, panel: Panel
) -> None:
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel))
        await world.settled()
    async with open_world(tmp_path) as world:
        assert world.films.counts[MOVIE] == 12
        await world.sources.keep_only({"two"})
        assert world.films.counts == {MOVIE: 0, SERIES: 0}
