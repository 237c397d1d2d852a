"""Catch-up from a provider's archive to a player, through the whole engine."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from custom_components.telecast.engine.engine import Engine
from custom_components.telecast.formats import catchup, m3u
from custom_components.telecast.formats.catchup import Moment
from tests.engine.archive.world import packets
from tests.fakes.left_over import leaving_nothing
from tests.fakes.panel import Panel, Timeshift

from .panel_world import serving_provider

OURS = ZoneInfo("Asia/Kolkata")
THEIRS = ZoneInfo("America/New_York")
START = (datetime.now(UTC) - timedelta(hours=5)).replace(
    minute=30, second=0, microsecond=0
)
ARCHIVE = packets(8000)
LIVE = packets(2000)
# More than fits into all sockets on the way.
LONG = packets(2000) * 100
ANNA = {"username": "anna", "password": "secret-1"}


@dataclass(frozen=True, kw_only=True)
class World:
    """A panel, an engine that has it as its provider, and a player."""

    panel: Panel
    engine: Engine
    client: aiohttp.ClientSession

    async def path(self, number: str = "1") -> str:
        """Answer where a player asks for a recording."""
        channel = await self.engine.lineup.by_number(number)
        asked = f"45/{START.astimezone(OURS):%Y-%m-%d:%H-%M}/{channel.id}.ts"
        return f"/timeshift/anna/secret-1/{asked}"


@pytest.fixture(name="panel")
async def _panel() -> AsyncIterator[Panel]:
    async with leaving_nothing(), Panel(timezone=str(THEIRS)) as panel:
        panel.live(
            123,
            "One",
            data=LIVE,
            rate=len(LIVE) // 2,
            archive=ARCHIVE,
            archive_days=3,
        )
        panel.live(124, "Two", data=LIVE)
        panel.live(125, "Three", data=LIVE, archive=LONG, archive_days=1)
        yield panel


@pytest.fixture(name="world")
async def _world(panel: Panel, tmp_path: Path) -> AsyncIterator[World]:
    async with serving_provider(panel, tmp_path, zone=OURS) as served:
        yield World(panel=panel, engine=served.engine, client=served.client)


async def test_a_time_of_the_players_zone_is_asked_for_in_the_providers(
    world: World,
) -> None:
    async with world.client.get(await world.path()) as response:
        assert response.status == 200
        assert await response.read() == ARCHIVE
    local = START.astimezone(THEIRS)
    assert world.panel.timeshifts == [
        Timeshift(stream="123", start=f"{local:%Y-%m-%d:%H-%M}", minutes="45")
    ]
    await world.panel.until(lambda: world.panel.streams.now == 0)


async def test_ranges_reach_the_provider(world: World) -> None:
    headers = {"Range": "bytes=1000000-1000999"}
    async with world.client.get(await world.path(), headers=headers) as response:
        assert response.status == 206
        assert await response.read() == ARCHIVE[1_000_000:1_001_000]


async def test_a_channel_that_was_left_for_its_archive_lets_go_of_the_slot(
    world: World,
) -> None:
    channel = await world.engine.lineup.by_number("1")
    async with world.client.get(f"/live/anna/secret-1/{channel.id}.ts") as response:
        await response.content.readexactly(188)
    # The stream goes on for a while, in case the viewer comes back.
    async with world.client.get(await world.path()) as response:
        assert response.status == 200
        assert await response.read() == ARCHIVE
    assert world.panel.count().peak == 1


async def test_two_viewers_are_more_than_the_provider_allows(world: World) -> None:
    path = await world.path("3")
    async with world.client.get(path) as response:
        await response.content.readexactly(188)
        (session,) = world.engine.sessions.active
        assert session.upstream == "Provider"
        headers = {"User-Agent": "Another"}
        async with world.client.get(path, headers=headers) as refused:
            assert refused.status == 503
            assert world.panel.password not in await refused.text()
    assert world.panel.count().peak == 1


async def test_a_recording_counts_among_what_comes_from_providers(
    world: World,
) -> None:
    assert world.engine.statistics().upstream_rate == 0
    async with world.client.get(await world.path("3")) as response:
        await response.content.readexactly(188_000)
        assert world.engine.statistics().upstream_rate > 0
        assert world.engine.sources.status("provider").streams_in_use == 1
    await world.panel.until(lambda: world.panel.streams.now == 0)
    assert world.engine.statistics().upstream_rate == 0
    assert world.engine.sources.status("provider").streams_in_use == 0


async def test_a_viewer_who_seeks_has_one_upstream_at_a_time(world: World) -> None:
    path = await world.path("3")
    async with (
        world.client.get(path) as before,
        world.client.get(path, headers={"Range": "bytes=-1880"}) as after,
    ):
        assert await after.read() == LONG[-1880:]
        with pytest.raises(aiohttp.ClientError):
            await before.read()
    assert world.panel.count().peak == 1
    assert [one.number for one in world.engine.sessions.active] == []


async def test_players_are_told_of_the_archive_in_every_way(world: World) -> None:
    api = {"params": ANNA | {"action": "get_live_streams"}}
    async with world.client.get("/player_api.php", **api) as response:
        one, two, _ = await response.json()
    assert (one["tv_archive"], one["tv_archive_duration"]) == (1, 3)
    assert (two["tv_archive"], two["tv_archive_duration"]) == (0, 0)

    query = {"params": ANNA | {"type": "m3u_plus"}}
    async with world.client.get("/get.php", **query) as response:
        first, second, _ = m3u.parse(await response.read())
    assert first.attributes[m3u.CATCHUP_DAYS] == "3"
    assert m3u.CATCHUP not in second.attributes
    start = int(START.timestamp())
    moment = Moment(start=start, duration=2700, now=start + 7200)
    url = catchup.fill(first.attributes[m3u.CATCHUP_SOURCE], moment, THEIRS)
    async with world.client.get(url) as response:
        assert await response.read() == ARCHIVE
    local = START.astimezone(THEIRS)
    assert world.panel.timeshifts[-1].start == f"{local:%Y-%m-%d:%H-%M}"
    assert world.panel.timeshifts[-1].minutes == "45"


async def test_nothing_is_asked_of_the_provider_for_a_channel_without_archive(
    world: World,
) -> None:
    for method in ("GET", "HEAD"):
        async with world.client.request(method, await world.path("2")) as response:
            assert response.status == 404
    async with world.client.head(await world.path()) as response:
        assert response.status == 200
    assert world.panel.timeshifts == []
