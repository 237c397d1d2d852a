"""Posters of the user's own films go to the house, and to those who were told of them."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from custom_components.telecast.engine.films.posters import icon_of
from custom_components.telecast.engine.model import FilmKind
from tests.fakes.films import FIRST, film
from tests.fakes.media_folders import JPEG, put

from .world import World, serving

PATH = f"/telecast/poster/movie/{FIRST}"
MEDIUM = "/telecast/poster/media/7"
SERIES = f"/telecast/poster/series/{FIRST + 1}"


@pytest.fixture(name="world")
async def _world(tmp_path: Path) -> AsyncIterator[World]:
    folder = tmp_path.resolve()
    for name, content in {"a.jpg": JPEG, "b.png": b"\x89PNG\r\n\x1a\n"}.items():
        put(folder / "media" / name, content)
    async with serving(tmp_path) as world:
        engine = world.engine
        engine.settings = replace(engine.settings, allowed_folders=(folder / "media",))
        address = f"file://{folder}/media"
        engine.films.all = [
            replace(film(FIRST, "Film"), poster=f"{address}/a.jpg"),
            replace(
                film(FIRST + 1, "Show", kind=FilmKind.SERIES), poster=f"{address}/b.png"
            ),
            film(FIRST + 2, "Elsewhere"),
            replace(film(FIRST + 3, "Secret"), poster=f"file://{folder}/secret.jpg"),
        ]
        put(folder / "media" / "c.jpg", b"root:x:0:0")
        engine.virtual.posters = {
            7: f"{address}/a.jpg",
            8: f"file://{folder}/secret.jpg",
            9: f"{address}/c.jpg",
            10: f"{address}/gone.jpg",
            11: "https://x.example/a.jpg",
        }
        put(folder / "secret.jpg", JPEG)
        yield world


def outside(world: World) -> None:
    """Let the player be in no allowed network."""
    settings = world.engine.settings
    world.engine.settings = replace(settings, allowed_networks=("192.0.2.0/24",))


async def test_a_picture_comes_as_what_it_is(world: World) -> None:
    async with world.client.get(PATH) as response:
        assert (response.status, await response.read()) == (200, JPEG)
        assert response.content_type == "image/jpeg"
        assert response.headers["Cache-Control"] == "private, max-age=3600"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        tag = response.headers["ETag"]
    async with world.client.get(PATH, headers={"If-None-Match": tag}) as response:
        assert (response.status, await response.read()) == (304, b"")
    async with world.client.get(SERIES) as response:
        assert (response.status, response.content_type) == (200, "image/png")


async def test_what_a_virtual_channel_plays_has_its_picture_there_too(
    world: World,
) -> None:
    async with world.client.get(MEDIUM) as response:
        assert (response.status, await response.read()) == (200, JPEG)
        assert response.content_type == "image/jpeg"
        tag = response.headers["ETag"]
    async with world.client.get(MEDIUM, headers={"If-None-Match": tag}) as response:
        assert (response.status, await response.read()) == (304, b"")


async def test_head_tells_of_a_picture(world: World) -> None:
    async with world.client.head(PATH) as response:
        assert (response.status, response.content_length) == (200, len(JPEG))


@pytest.mark.parametrize(
    "path",
    [
        f"/telecast/poster/series/{FIRST}",
        f"/telecast/poster/movie/{FIRST + 2}",
        f"/telecast/poster/movie/{FIRST + 3}",
        *("/telecast/poster/movie/1", "/telecast/poster/movie/99999999999999999999"),
        *("/telecast/poster/movie/..%2fa.jpg", "/telecast/poster/movie/a.jpg"),
        *("/telecast/poster/live/1", "/telecast/poster/movie/"),
        *(f"/telecast/poster/media/{number}" for number in (6, 8, 9, 10, 11, FIRST)),
        *("/telecast/poster/media/2147483648", "/telecast/poster/media/a.jpg"),
        f"/telecast/poster/media/{99 * '9'}",
    ],
)
async def test_nothing_else_is_shown(world: World, path: str) -> None:
    assert await world.status(path) == 404


async def test_outsiders_need_the_address_that_players_are_told(world: World) -> None:
    outside(world)
    told = world.engine.posters.address(FilmKind.MOVIE, FIRST, "file:///x")
    assert await world.status(told) == 200
    key = told.partition("?")[2]
    for path in (PATH, f"{PATH}?key=", f"{PATH}?key=x", f"{SERIES}?{key}"):
        assert await world.status(path) == 403
    told = world.engine.posters.icon(icon_of(7, "file:///x"))
    assert told.startswith(f"{MEDIUM}?key=")
    assert await world.status(told) == 200
    key = told.partition("?")[2]
    for path in (MEDIUM, f"{MEDIUM}?key=x", f"/telecast/poster/media/8?{key}"):
        assert await world.status(path) == 403
