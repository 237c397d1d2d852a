"""A strict client of other people's making logs in, lists and finds its streams."""

import asyncio
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyxtream.pyxtream import XTream
from pyxtream.schemaValidator import SchemaType, schemaValidator

from custom_components.telecast.formats.xmltv import Programme, Text
from tests.fakes.engine import channel

from .world import serving

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
