"""A client that pages and apps use plays by the addresses that it makes itself."""

from collections.abc import AsyncIterator
from datetime import UTC
from pathlib import Path

import pytest

from tests.fakes.panel import Timeshift

from .npm_client import needs_npm, run
from .panel_world import (
    ARCHIVE,
    FILM,
    PANEL_ZONE,
    PILOT,
    SHOWN,
    ZONE,
    PanelWorld,
    serving_panel,
)

pytestmark = needs_npm


@pytest.fixture(name="world")
async def _world(tmp_path: Path) -> AsyncIterator[PanelWorld]:
    async with serving_panel(tmp_path) as world:
        yield world


async def test_it_plays_a_channel_a_film_and_an_episode(world: PanelWorld) -> None:
    found, complaints = await run(world.base, "secret-1", await world.ids())
    assert complaints == ""
    read = found["read"]
    (channel,) = read["channels"]
    await world.plays(channel["url"])
    (movie,) = read["movies"]
    assert movie["url"] == read["movie"]["url"]
    await world.reads_at_will(movie["url"], FILM)
    (season,) = read["show"]["seasons"]
    (episode,) = season["episodes"]
    await world.reads_at_will(episode["url"], PILOT)


async def test_it_plays_what_was_shown_by_the_servers_clock(world: PanelWorld) -> None:
    # It writes the instant that it is given in UTC, whatever zone `server_info` names, and
    # nothing tells its addresses from those of players that heed that. So they are taken
    # for the server's own time, as a panel takes them: who uses it has to give it an
    # instant that reads in UTC as the server's clock did.
    reads_so = SHOWN.astimezone(ZONE).replace(tzinfo=UTC)
    start = reads_so.isoformat()
    found, _ = await run(world.base, "secret-1", await world.ids(), start=start)
    assert f"/timeshift/anna/secret-1/60/{reads_so:%Y-%m-%d:%H-%M}/" in found["shown"]
    assert await world.read(found["shown"]) == ARCHIVE
    assert await world.read(found["shown"], "bytes=-1880") == ARCHIVE[-1880:]
    there = f"{SHOWN.astimezone(PANEL_ZONE):%Y-%m-%d:%H-%M}"
    wanted = Timeshift(stream="123", start=there, minutes="60")
    assert world.panel.timeshifts == [wanted, wanted]
