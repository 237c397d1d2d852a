"""Xtream both ways: a panel's channels, films, guide and archive through two Telecasts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path
import random
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest
import pytest_asyncio
import pytest_socket

from custom_components.telecast.formats import xmltv
from scripts.workbench.check import describe_stream, probe
from scripts.workbench.demo.recordings import loop
from scripts.workbench.frontend import open_frontend
from scripts.workbench.home_assistant import run_home_assistant
from tests.fakes.panel import Episode, Panel, Timeshift

from .provider import Provider
from .world import GRACE, LOGIN, World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

SEEKS = 20
HOUR = timedelta(hours=1)
SHOWN = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
FILM = random.Random(45).randbytes(3_000_001)


def panel_of(recording: bytes) -> Panel:
    """Make a panel that offers one of everything."""
    panel = Panel(max_connections=3)
    panel.live(
        11,
        "Panel One",
        data=recording,
        rate=500_000,
        category="News",
        epg="one.panel",
        archive_days=3,
        archive=recording,
    )
    panel.movie(45, "A Film (1999)", FILM, category="Drama", rating="7.5")
    panel.show(
        7,
        "A Show",
        category="Serials",
        episodes={1: [Episode(id=71, title="Pilot", data=FILM[:1_000_000])]},
    )
    programmes = (
        xmltv.render_programme(
            xmltv.Programme(
                channel="one.panel",
                start=int((SHOWN + hours * HOUR).timestamp()),
                stop=int((SHOWN + (hours + 1) * HOUR).timestamp()),
                titles=(xmltv.Text(f"Show {hours}"),),
            )
        )
        for hours in range(-3, 4)
    )
    channel = xmltv.Channel(id="one.panel", names=(xmltv.Text("Panel One"),))
    panel.guide(
        xmltv.render_header("test")
        + xmltv.render_channel(channel)
        + "".join(programmes)
        + xmltv.FOOTER
    )
    return panel


def pictures(seconds: float) -> bytes:
    """Answer some seconds of real pictures."""
    played = takewhile(lambda piece: piece[0] < seconds, loop("hd").play(0.0))
    return b"".join(block for _, block in played)


class Hop:
    """A Telecast that takes from a panel, be it another Telecast."""

    def __init__(self, world: World, session: aiohttp.ClientSession) -> None:
        self.world = world
        self._session = session

    async def ask(self, action: str, **fields: Any) -> Any:
        """Ask `player_api.php`."""
        more = "".join(f"&{name}={value}" for name, value in fields.items())
        url = self.world.url(f"/player_api.php?{LOGIN.query}&action={action}{more}")
        async with self._session.get(url) as response:
            assert response.status == 200
            return await response.json(content_type=None)

    def url(self, kind: str, file: str) -> str:
        """Answer where an account finds a stream."""
        return self.world.url(f"/{kind}/{LOGIN.path}/{file}")

    async def read(self, url: str, first: int, last: int) -> bytes:
        """Read a part of a film."""
        headers = {"Range": f"bytes={first}-{last}"}
        async with self._session.get(url, headers=headers) as response:
            assert response.status == 206
            return await response.read()

    async def whole(self, url: str) -> bytes:
        """Read all of an address."""
        async with self._session.get(url) as response:
            assert response.status == 200
            return await response.read()


@asynccontextmanager
async def hop(
    folder: Path,
    *,
    url: str,
    username: str,
    password: str,
    max_connections: int = 3,
    channels: int = 1,
) -> AsyncIterator[Hop]:
    """Run a Home Assistant with Telecast on a provider, and wait for what it offers.

    Its account may have so many connections, the provider has so many channels.
    """
    async with (
        run_home_assistant(folder) as home,
        open_frontend(home.url) as page,
        aiohttp.ClientSession() as session,
    ):
        await page.enter("telecast", "telecast")
        await page.until_running()
        world = World(provider=Provider(), home=home, frontend=page)
        entry = await page.set_up("telecast")
        async with page.reloading(entry):
            await page.configure(entry, grace_period=GRACE, discovery=False)
        step = await world.add(
            "account",
            username=LOGIN.username,
            password=LOGIN.password,
            max_connections=max_connections,
        )
        assert step["type"] == "create_entry", step
        step = await page.fill_in(
            [entry, "provider"],
            {
                "name": "Panel",
                "url": url,
                "username": username,
                "password": password,
            },
            {},
            kind="subentries/flow",
        )
        assert step["type"] == "create_entry", step
        await page.until(
            "sensor.panel_channels", lambda state: state["state"] == str(channels)
        )
        found = Hop(world, session)
        async with asyncio.timeout(30):
            while not await found.ask("get_series"):
                await asyncio.sleep(0.2)
        yield found
        await home.stop()
        world.assert_clean_log()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hops(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[tuple[Panel, Hop, Hop]]:
    """A panel, a Telecast on it, and a Telecast on that."""
    pytest_socket.enable_socket()
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1"])
    async with (
        panel_of(pictures(8)) as panel,
        hop(
            tmp_path_factory.mktemp("first"),
            url=panel.url,
            username=panel.username,
            password=panel.password,
        ) as first,
        hop(
            tmp_path_factory.mktemp("second"),
            url=first.world.home.url,
            username=LOGIN.username,
            password=LOGIN.password,
        ) as second,
    ):
        yield panel, first, second


async def test_all_is_listed_as_the_panel_has_it(
    hops: tuple[Panel, Hop, Hop],
) -> None:
    for each in hops[1:]:
        (live,) = await each.ask("get_live_streams")
        assert live["name"] == "Panel One"
        assert (live["tv_archive"], live["tv_archive_duration"]) == (1, 3)
        (category,) = await each.ask("get_live_categories")
        assert category["category_name"] == "News"
        (film,) = await each.ask("get_vod_streams")
        assert film["name"] == "A Film (1999)"
        assert (film["container_extension"], film["rating"]) == ("mkv", "7.5")
        (show,) = await each.ask("get_series")
        assert show["name"] == "A Show"
        details = await each.ask("get_series_info", series_id=show["series_id"])
        assert details["episodes"]["1"][0]["title"] == "Pilot"


async def test_a_channel_is_watched_through_both(hops: tuple[Panel, Hop, Hop]) -> None:
    panel, _, second = hops
    (live,) = await second.ask("get_live_streams")
    said = await describe_stream(second.url("live", f"{live['stream_id']}.ts"))
    assert said.startswith("h264 1280x720, aac")
    await panel.until(lambda: panel.streams.now == 0, seconds=3 * GRACE + 10)
    assert panel.streams.peak == 1


async def test_a_film_is_read_at_any_place_through_both(
    hops: tuple[Panel, Hop, Hop],
) -> None:
    panel, _, second = hops
    (film,) = await second.ask("get_vod_streams")
    url = second.url("movie", f"{film['stream_id']}.mkv")
    chance = random.Random(7)
    for _ in range(SEEKS):
        first = chance.randrange(len(FILM) - 1)
        last = min(len(FILM) - 1, first + chance.randrange(200_000))
        assert await second.read(url, first, last) == FILM[first : last + 1]
    assert await second.whole(url) == FILM
    await panel.until(lambda: panel.streams.now == 0)


async def test_an_episode_is_read_through_both(hops: tuple[Panel, Hop, Hop]) -> None:
    panel, _, second = hops
    (show,) = await second.ask("get_series")
    details = await second.ask("get_series_info", series_id=show["series_id"])
    episode = details["episodes"]["1"][0]
    url = second.url("series", f"{episode['id']}.{episode['container_extension']}")
    assert await second.whole(url) == FILM[:1_000_000]
    await panel.until(lambda: panel.streams.now == 0)


async def test_the_guide_comes_through_both(hops: tuple[Panel, Hop, Hop]) -> None:
    for each in hops[1:]:
        (live,) = await each.ask("get_live_streams")
        await each.world.frontend.until(
            "binary_sensor.panel_connected", lambda state: state["state"] == "on"
        )
        async with asyncio.timeout(30):
            while not (
                found := (
                    await each.ask("get_simple_data_table", stream_id=live["stream_id"])
                )["epg_listings"]
            ):
                await asyncio.sleep(0.2)
        starts = {int(one["start_timestamp"]) for one in found}
        assert int(SHOWN.timestamp()) in starts


async def test_what_was_shown_is_seen_again_through_both(
    hops: tuple[Panel, Hop, Hop],
) -> None:
    panel, _, second = hops
    (live,) = await second.ask("get_live_streams")
    start = int((SHOWN - 2 * HOUR).timestamp())
    url = second.url("timeshift", "").rstrip("/")
    found = await probe(f"{url}/60/{start}/{live['stream_id']}.ts")
    assert {one["codec_type"] for one in found["streams"]} == {"video", "audio"}
    wanted = panel.timeshifts[-1]
    there = datetime.fromtimestamp(start, ZoneInfo(panel.catalogue.timezone))
    assert wanted == Timeshift(
        stream="11", start=there.strftime("%Y-%m-%d:%H-%M"), minutes="60"
    )
    await panel.until(lambda: panel.streams.now == 0)
