"""Films and series of the Xtream server, and who may see them."""

from pathlib import Path
from typing import Any

import pytest

from custom_components.telecast.engine.model import FilmKind
from custom_components.telecast.servers.xtream.film_actions import ACTIONS
from tests.fakes.films import FIRST, FIRST_EPISODE, episode, film
from tests.formats.test_xtream_films import (
    EPISODE,
    EPISODE_INFO,
    MOVIE_DATA,
    PANEL_FILM,
    SEASON,
    SERIES_ENTRY,
    SERIES_INFO,
    VOD_INFO,
    VOD_STREAM,
)

from ..world import World, serving

ANNA = {"username": "anna", "password": "secret-1"}
OLD = {"username": "old", "password": "secret-2"}
KID = {"username": "kid", "password": "secret-4"}
API = "/player_api.php"
SHOW = FIRST + 10


def fill(world: World) -> None:
    """Two films and two series, one of each for children."""
    films = world.engine.films
    films.all += [
        film(FIRST, "A Film", plot="Short."),
        film(FIRST + 1, "A Cartoon", group="Cartoons", group_id=2),
        film(SHOW, "A Show", kind=FilmKind.SERIES, group_id=3),
        film(
            *(SHOW + 1, "A Cartoon Show"),
            kind=FilmKind.SERIES,
            group="Cartoons",
            group_id=4,
        ),
    ]
    films.facts[FIRST] = {"plot": "The whole plot.", "seconds": 8177}
    films.episodes += [
        episode(FIRST_EPISODE, SHOW, 1, 1),
        episode(FIRST_EPISODE + 1, SHOW, 2, 1),
        episode(FIRST_EPISODE + 2, SHOW + 1, 1, 1),
    ]


async def ask(
    world: World, action: str, login: dict[str, str] = ANNA, **fields: Any
) -> Any:
    told = {name: str(value) for name, value in fields.items()}
    return await world.json(API, params=login | {"action": action} | told)


def types(document: dict[str, Any]) -> list[tuple[str, type]]:
    return [(name, type(value)) for name, value in document.items()]


async def test_films_are_listed_in_exact_types(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        fill(world)
        first, second = await ask(world, "get_vod_streams")
        assert types(first) == types(second) == VOD_STREAM
        assert (first["stream_id"], first["name"]) == (FIRST, "A Film")
        assert await ask(world, "get_vod_categories") == [
            {"category_id": "1", "category_name": "Drama", "parent_id": 0},
            {"category_id": "2", "category_name": "Cartoons", "parent_id": 0},
        ]
        first, second = await ask(world, "get_series")
        assert types(first) == types(second) == SERIES_ENTRY
        assert (first["series_id"], first["name"]) == (SHOW, "A Show")
        assert [
            one["category_id"] for one in await ask(world, "get_series_categories")
        ] == [*("3", "4")]


async def test_a_film_is_described_in_exact_types(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        fill(world)
        answer = await ask(world, "get_vod_info", vod_id=FIRST)
        assert types(answer["info"]) == VOD_INFO
        assert types(answer["movie_data"]) == MOVIE_DATA
        assert answer["info"]["plot"] == "The whole plot."
        assert answer["info"]["duration"] == "02:16:17"
        assert answer["movie_data"]["stream_id"] == FIRST


async def test_a_series_is_described_in_exact_types(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        fill(world)
        answer = await ask(world, "get_series_info", series_id=SHOW)
        assert types(answer["info"]) == SERIES_INFO
        assert [types(one) for one in answer["seasons"]] == [SEASON, SEASON]
        assert list(answer["episodes"]) == ["1", "2"]
        ((pilot,), (other,)) = answer["episodes"].values()
        for one in (pilot, other):
            assert types(one) == EPISODE
            assert types(one["info"]) == EPISODE_INFO
        assert (pilot["id"], other["id"]) == (
            *(str(FIRST_EPISODE), str(FIRST_EPISODE + 1)),
        )


@pytest.mark.parametrize(
    ("category", "ids"),
    [
        *(("", [0, 1]), ("0", [0, 1]), ("*", [0, 1]), ("1", [0]), ("2", [1])),
        *(("3", []), ("x", []), ("-1", []), ("9" * 5000, [])),
    ],
)
async def test_films_by_category(tmp_path: Path, category: str, ids: list[int]) -> None:
    async with serving(tmp_path) as world:
        fill(world)
        found = await ask(world, "get_vod_streams", category_id=category)
        assert [one["stream_id"] - FIRST for one in found] == ids


async def test_series_by_category(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        fill(world)
        (found,) = await ask(world, "get_series", category_id=4)
        assert found["name"] == "A Cartoon Show"
        assert await ask(world, "get_series", category_id=1) == []


async def test_an_account_sees_its_groups_alone(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        fill(world)
        (movie,) = await ask(world, "get_vod_streams", KID)
        (series,) = await ask(world, "get_series", KID)
        assert (movie["name"], series["name"]) == ("A Cartoon", "A Cartoon Show")
        for action in ("get_vod_categories", "get_series_categories"):
            (category,) = await ask(world, action, KID)
            assert category["category_name"] == "Cartoons"
        nothing = {"info": {}, "movie_data": {}}
        assert await ask(world, "get_vod_info", KID, vod_id=FIRST) == nothing
        answer = await ask(world, "get_series_info", KID, series_id=SHOW)
        assert answer == {"seasons": [], "info": {}, "episodes": {}}
        assert await ask(world, "get_series_info", KID, series_id=SHOW + 1) != answer


@pytest.mark.parametrize("id", ["", "0", "7", "x", "-1", "9" * 40, str(SHOW)])
async def test_what_is_no_film_is_empty_in_the_shape_of_a_panel(
    tmp_path: Path, id: str
) -> None:
    async with serving(tmp_path) as world:
        fill(world)
        answer = await ask(world, "get_vod_info", vod_id=id)
        assert answer == {"info": {}, "movie_data": {}}
        other = "" if id == str(SHOW) else id
        answer = await ask(world, "get_series_info", series_id=other)
        assert answer == {"seasons": [], "info": {}, "episodes": {}}


async def test_who_may_not_watch_is_shown_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        fill(world)
        for action in ACTIONS:
            answer = await ask(world, action, OLD, vod_id=FIRST, series_id=SHOW)
            assert not any(answer.values() if isinstance(answer, dict) else answer)
            wrong = ANNA | {"password": "wrong"}
            assert await ask(world, action, wrong) == {"user_info": {"auth": 0}}


@pytest.mark.parametrize("action", ["get_vod_streams", "get_series"])
async def test_a_list_comes_compressed_and_once(tmp_path: Path, action: str) -> None:
    async with serving(tmp_path) as world:
        fill(world)
        get = world.client.get
        asking: dict[str, Any] = {"params": ANNA | {"action": action}}
        plain = {"Accept-Encoding": "identity"}
        async with get(API, **asking, headers=plain) as response:
            assert "Content-Encoding" not in response.headers
            whole = await response.json()
        packed = {"Accept-Encoding": "gzip"}
        async with get(API, **asking, headers=packed) as response:
            assert response.headers["Content-Encoding"] == "gzip"
            assert response.content_type == "application/json"
            assert await response.json() == whole
            known = response.headers["ETag"]
        packed["If-None-Match"] = known
        async with get(API, **asking, headers=packed) as response:
            assert response.status == 304
        world.engine.films.all.clear()
        async with get(API, **asking, headers=packed) as response:
            assert (response.status, await response.json()) == (200, [])


async def test_the_panel_document_holds_films_beside_channels(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        fill(world)
        world.engine.films.all += [film(FIRST + n, f"F{n}") for n in range(1000, 1450)]
        document = await world.json("/panel_api.php", params=ANNA)
        categories = document["categories"]
        assert [one["category_id"] for one in categories["movie"]] == ["1", "2"]
        assert [one["category_id"] for one in categories["series"]] == ["3", "4"]
        channels = document["available_channels"]
        assert len(channels) == 2 + 452
        assert [one["num"] for one in channels.values()] == list(range(1, 455))
        movie = channels[str(FIRST)]
        assert types(movie) == PANEL_FILM
        assert (movie["name"], movie["category_name"]) == ("A Film", "Drama")
        mine = await world.json("/panel_api.php", params=KID)
        assert list(mine["available_channels"]) == [str(FIRST + 1)]
        assert (
            len(mine["categories"]["movie"]) == len(mine["categories"]["series"]) == 1
        )
        locked = await world.json("/panel_api.php", params=OLD)
        assert locked["available_channels"] == {}
        assert locked["categories"] == {"live": [], "movie": [], "series": []}
