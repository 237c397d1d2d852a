"""A strict client of other people's making plays by the addresses that it makes itself."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pyxtream.pyxtream import XTream

from .panel_world import FILM, PILOT, PanelWorld, serving_panel
from .test_pyxtream import log_in


@pytest.fixture(name="world")
async def _world(tmp_path: Path) -> AsyncIterator[PanelWorld]:
    async with serving_panel(tmp_path) as world:
        yield world


async def listed(world: PanelWorld, cache: Path) -> XTream:
    """Answer a client that has listed all that there is."""
    cache.mkdir()
    player = await asyncio.to_thread(log_in, world.base, cache)
    assert await asyncio.to_thread(player.load_iptv)
    return player


# It knows no catch-up.
async def test_it_plays_a_channel_a_film_and_an_episode(
    world: PanelWorld, tmp_path: Path
) -> None:
    player = await listed(world, tmp_path / "player")
    (channel,), (movie,), (show,) = player.channels, player.movies, player.series
    await world.plays(channel.url)
    await world.reads_at_will(movie.url, FILM)
    await asyncio.to_thread(player.get_series_info_by_id, show)
    (season,) = show.seasons.values()
    (episode,) = season.episodes.values()
    await world.reads_at_will(episode.url, PILOT)


async def test_it_saves_a_film_and_goes_on_where_it_was_interrupted(
    world: PanelWorld, tmp_path: Path
) -> None:
    player = await listed(world, tmp_path / "player")
    (movie,) = player.movies

    async def save() -> Path:
        return Path(await asyncio.to_thread(player.download_video, "movie", movie.id))

    saved = await save()
    assert saved.read_bytes() == FILM
    saved.write_bytes(FILM[:1_234_567])
    assert await save() == saved
    assert saved.read_bytes() == FILM
    # Of the provider, too, only the rest is asked for.
    assert [
        asked.headers.get("Range")
        for asked in world.panel.requests
        if asked.path.startswith("/movie/")
    ][1:] == ["bytes=1234567-"]
    await world.panel.until(lambda: world.panel.streams.now == 0)
