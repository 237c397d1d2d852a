"""What a provider says of a channel that its guide document leaves out, told to players."""

from base64 import b64decode
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.left_over import leaving_nothing
from tests.fakes.panel import Panel, Quirk

from .panel_world import serving_provider

TABLE = "get_simple_data_table"
TIME = "%Y%m%d%H%M%S +0000"


def guide(*titles: str) -> str:
    """Write a guide of one channel: an hour each, the first one on by now."""
    start = datetime.now(UTC) - timedelta(minutes=10)
    lines = ['<tv><channel id="one.id"><display-name>x</display-name></channel>']
    for hour, title in enumerate(titles):
        begins = start + timedelta(hours=hour)
        ends = begins + timedelta(hours=1)
        lines.append(
            f'<programme start="{begins.strftime(TIME)}" stop="{ends.strftime(TIME)}"'
            f' channel="one.id"><title>{title}</title><desc>About it</desc></programme>'
        )
    return "\n".join([*lines, "</tv>"])


@pytest.fixture(name="panel")
async def _panel() -> AsyncIterator[Panel]:
    async with leaving_nothing(), Panel() as panel:
        panel.live(1, "One", epg="one.id")
        panel.live(2, "Two")
        panel.guide(guide("Now", "Next", "Later"))
        panel.quirks, panel.quirky_actions = {Quirk.ERROR_500}, {"xmltv.php"}
        yield panel


class World:
    """A player of the provider's channels."""

    def __init__(self, panel: Panel, engine: Any, client: Any) -> None:
        self.panel = panel
        self.engine = engine
        self._client = client

    async def ask(self, action: str, name: str = "One", **fields: str) -> list[str]:
        """Answer the titles of what is on a channel."""
        (channel,) = [
            one for one in await self.engine.lineup.channels() if one.name == name
        ]
        login = {"username": "anna", "password": "secret-1"}
        asked = login | {"action": action, "stream_id": str(channel.id)} | fields
        async with self._client.get("/player_api.php", params=asked) as response:
            listings = (await response.json(content_type=None))["epg_listings"]
        assert {one["channel_id"] for one in listings} <= {channel.guide_id}
        return [b64decode(one["title"]).decode() for one in listings]


@pytest.fixture(name="world")
async def _world(panel: Panel, tmp_path: Path) -> AsyncIterator[World]:
    async with serving_provider(panel, tmp_path) as served:
        yield World(panel, served.engine, served.client)


async def test_the_panel_is_asked_once_for_what_its_guide_leaves_out(
    world: World,
) -> None:
    assert world.panel.asked("xmltv.php")
    assert not world.panel.asked(TABLE)
    assert await world.ask("get_short_epg") == ["Now", "Next", "Later"]
    assert await world.ask("get_short_epg", limit="1") == ["Now"]
    assert await world.ask(TABLE) == ["Now", "Next", "Later"]
    assert len(world.panel.asked(TABLE)) == 1


async def test_stand_ins_fill_in_where_the_panel_knows_nothing_either(
    world: World,
) -> None:
    for _ in range(2):
        assert set(await world.ask("get_short_epg", "Two")) == {"Two"}
    assert len(world.panel.asked(TABLE)) == 1


async def test_a_guide_that_comes_in_counts_and_nobody_is_asked(world: World) -> None:
    world.panel.quirks = set()
    await world.engine.sources.refresh("provider")
    world.panel.guide(guide("Other"))
    assert await world.ask("get_short_epg") == ["Now", "Next", "Later"]
    assert not world.panel.asked(TABLE)
