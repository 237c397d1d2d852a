"""A strict client of other people's making logs in, lists and finds its streams."""

import asyncio
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyxtream.pyxtream import XTream
from pyxtream.schemaValidator import SchemaType, schemaValidator

from custom_components.telecast.engine.model import FilmKind
from custom_components.telecast.formats.xmltv import Programme, Text
from tests.fakes.engine import channel
from tests.fakes.films import FIRST, FIRST_EPISODE, episode, film

from .world import serving

SHOW = FIRST + 10
ODD_NAME = 'Fox <&" Friends 🦊'


def log_in(base: str, cache: Path, password: str = "secret-1") -> XTream:
    return XTream("telecast", "anna", password, base, cache_path=str(cache))


async def test_pyxtream_logs_in_and_lists(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    async with serving(tmp_path) as world:
        cartoon = channel("7", ODD_NAME, group="Cartoons", group_id=2)
        world.engine.lineup.all.append(cartoon)
        player = await asyncio.to_thread(log_in, world.base, cache)
        assert player.state["authenticated"]
        assert await asyncio.to_thread(player.load_iptv)

        assert [one.name for one in player.channels] == ["One", "Five", ODD_NAME]
        assert [one.group_title for one in player.channels] == [
            "News",
            "News",
            "Cartoons",
        ]
        assert player.movies == player.series == []
        for one in player.channels:
            assert schemaValidator(one.raw, SchemaType.LIVE)
            path = one.url.removeprefix(world.base)
            assert await world.status(path, "HEAD") == 200


async def test_pyxtream_finds_films_and_series(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    async with serving(tmp_path) as world:
        films = world.engine.films
        films.all += [
            film(FIRST, ODD_NAME, plot="Short."),
            film(SHOW, "A Show", kind=FilmKind.SERIES, group_id=3),
        ]
        films.episodes += [
            episode(FIRST_EPISODE, SHOW, 1, 1),
            episode(FIRST_EPISODE + 1, SHOW, 2, 1),
        ]
        player = await asyncio.to_thread(log_in, world.base, cache)
        assert await asyncio.to_thread(player.load_iptv)

        (movie,) = player.movies
        assert (movie.name, movie.group_title) == (ODD_NAME, "Drama")
        assert schemaValidator(movie.raw, SchemaType.VOD)
        path = movie.url.removeprefix(world.base)
        assert path.startswith(f"/movie/anna/secret-1/{FIRST}.")

        (show,) = player.series
        assert show.name == "A Show"
        assert schemaValidator(show.raw, SchemaType.SERIES_INFO)
        await asyncio.to_thread(player.get_series_info_by_id, show)
        assert len(show.seasons) == 2
        asked = {"username": "anna", "password": "secret-1", "series_id": str(SHOW)}
        told = await world.json(
            "/player_api.php", params=asked | {"action": "get_series_info"}
        )
        assert schemaValidator(told, SchemaType.SERIES)
        episodes = [
            one for season in show.seasons.values() for one in season.episodes.values()
        ]
        assert [str(one.id) for one in episodes] == [
            str(FIRST_EPISODE),
            str(FIRST_EPISODE + 1),
        ]


async def test_pyxtream_reads_the_guide(tmp_path: Path) -> None:
    now = int(datetime.now(UTC).timestamp())
    async with serving(tmp_path) as world:
        world.engine.guide.all[1] = [
            Programme(
                channel="guide.1",
                start=now - 60,
                stop=now + 60,
                titles=(Text(ODD_NAME),),
                descriptions=(),
            )
        ]
        player = await asyncio.to_thread(log_in, world.base, tmp_path)
        for read in (player.liveEpgByStream, player.allLiveEpgByStream):
            listings = (await asyncio.to_thread(read, 1))["epg_listings"]
            assert [b64decode(one["title"]).decode() for one in listings] == [ODD_NAME]


async def test_pyxtream_does_not_get_in_with_a_wrong_password(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        with pytest.raises(KeyError):  # it looks for the user name of a good login
            await asyncio.to_thread(log_in, world.base, tmp_path, "wrong")
