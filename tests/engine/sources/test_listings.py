"""A panel is asked what is on a channel of which its guide document says nothing."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from custom_components.telecast.engine.errors import TelecastError
from tests.fakes.panel import Panel, Quirk

from .providers import fill, settings
from .world import World, guide, open_world

TABLE, SHORT = "get_simple_data_table", "get_short_epg"
NOON = datetime(2026, 11, 21, 0, 30, tzinfo=UTC)


@pytest.fixture(name="panel")
async def _panel() -> AsyncIterator[Panel]:
    async with Panel(clock=lambda: NOON) as panel:
        fill(panel)
        panel.guide(guide("c1", "Night", "Morning", "Noon"))
        panel.quirks, panel.quirky_actions = {Quirk.ERROR_500}, {"xmltv.php"}
        yield panel


async def told(world: World, number: str = "1") -> list[str]:
    """Answer what the source says is on a channel."""
    channel = await world.lineup.by_number(number)
    candidates = await world.lineup.candidates(channel)
    found = await world.sources.listings(channel, candidates)
    assert all(one.channel == channel.guide_id for one in found)
    return [one.titles[0].value for one in found]


async def begin(world: World, panel: Panel) -> None:
    await world.sources.add(settings(panel))
    await world.settled()
    assert not panel.asked(TABLE) + panel.asked(SHORT)


async def test_the_whole_table_is_asked_for(tmp_path: Path, panel: Panel) -> None:
    async with open_world(tmp_path) as world:
        await begin(world, panel)
        assert await told(world) == ["Night", "Morning", "Noon"]
        (asked,) = panel.asked(TABLE)
        assert asked.query["stream_id"] == "101"
        assert not panel.asked(SHORT)


@pytest.mark.parametrize("quirk", [Quirk.HTML, Quirk.WRONG_LOGIN])
async def test_the_short_guide_is_asked_for_where_there_is_no_table(
    quirk: Quirk, tmp_path: Path, panel: Panel
) -> None:
    async with open_world(tmp_path) as world:
        await begin(world, panel)
        panel.quirks, panel.quirky_actions = {quirk}, {TABLE}
        if quirk is Quirk.WRONG_LOGIN:
            with pytest.raises(TelecastError) as failed:
                await told(world)
            assert failed.value.code == "invalid_auth"
            assert not panel.asked(SHORT)
        else:
            assert await told(world) == ["Night", "Morning", "Noon"]
            (asked,) = panel.asked(SHORT)
            assert asked.query["limit"] == "60"


async def test_who_says_nothing_says_nothing(tmp_path: Path, panel: Panel) -> None:
    async with open_world(tmp_path) as world:
        await begin(world, panel)
        assert await told(world, "2") == []
        assert len(panel.asked(TABLE)) == len(panel.asked(SHORT)) == 1


async def test_what_no_provider_has_is_asked_of_nobody(
    tmp_path: Path, panel: Panel
) -> None:
    async with open_world(tmp_path) as world:
        await begin(world, panel)
        channel = await world.lineup.by_number("1")
        assert await world.sources.listings(channel, []) == []
        await world.sources.remove("one")
        assert await world.sources.listings(channel, []) == []
        assert not panel.asked(TABLE)
