"""A strict client of other people's making lists films and series, and finds them."""

import asyncio
from pathlib import Path

from pyxtream.schemaValidator import SchemaType, schemaValidator

from tests.fakes.films import FIRST_EPISODE

from .test_pyxtream import log_in
from .world import serving
from .xtream.test_film_actions import ANNA, SHOW, fill


async def test_pyxtream_lists_films_and_series(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    async with serving(tmp_path) as world:
        fill(world)
        player = await asyncio.to_thread(log_in, world.base, cache)
        assert await asyncio.to_thread(player.load_iptv)

        assert [one.name for one in player.movies] == ["A Film", "A Cartoon"]
        assert [one.group_title for one in player.movies] == ["Drama", "Cartoons"]
        assert [one.name for one in player.series] == ["A Show", "A Cartoon Show"]
        for one in player.movies:
            assert schemaValidator(one.raw, SchemaType.VOD)
        for one in player.series:
            assert schemaValidator(one.raw, SchemaType.SERIES_INFO)


async def test_pyxtream_reads_all_of_a_series(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    async with serving(tmp_path) as world:
        fill(world)
        player = await asyncio.to_thread(log_in, world.base, cache)
        assert await asyncio.to_thread(player.load_iptv)

        await asyncio.to_thread(player.get_series_info_by_id, player.series[0])
        seasons = player.series[0].seasons
        assert list(seasons) == ["Season 1", "Season 2"]
        episodes = [
            one for season in seasons.values() for one in season.episodes.values()
        ]
        assert [one.url.removeprefix(world.base) for one in episodes] == [
            f"/series/anna/secret-1/{FIRST_EPISODE}.mp4",
            f"/series/anna/secret-1/{FIRST_EPISODE + 1}.mp4",
        ]
        fields = {"action": "get_series_info", "series_id": str(SHOW)}
        told = await world.json("/player_api.php", params=ANNA | fields)
        assert schemaValidator(told, SchemaType.SERIES)
