"""Upstreams die and viewers stall: those who watch hardly notice."""

import asyncio
from collections.abc import AsyncIterator
import socket

import pytest
import pytest_asyncio

from scripts.workbench.bench.processes import forget_highest_memory, memory, run_program

from .viewer import shows_a_new_picture, watching
from .world import STREAM_EVENTS, STREAMS, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATH = "/auto/v50"
# One channel with two addresses.
PLAYLIST = """#EXTM3U
#EXTINF:-1 tvg-id="spare.demo" tvg-chno="50",With a spare
{url}/live/1.ts?key=canary-stream
#EXTINF:-1 tvg-id="spare.demo" tvg-chno="50",With a spare
{url}/live/2.ts?key=canary-stream
"""
VIEWERS = 49
SECONDS = 10.0
RING_MIB = 16
# Until the spare is asked, once the other has died.
TURNS_SECONDS = 2.0


@pytest_asyncio.fixture(loop_scope="module")
async def world(world: World) -> AsyncIterator[World]:
    """Let the demo's provider carry a channel with a spare address."""
    provider = world.provider
    provider.documents["spare.m3u"] = (200, PLAYLIST.format(url=provider.url).encode())
    if len(await world.frontend.subentries(await world.entry())) == 2:
        url = f"{provider.url}/documents/spare.m3u"
        await world.add_playlist("Spare", url, channels=1)
    yield world
    provider.live_again()
    await world.frontend.until(STREAMS, lambda state: state["state"] == "0")
    await provider.until(lambda provider: provider.open == 0)


async def test_viewers_stay_when_an_upstream_dies(world: World) -> None:
    provider = world.provider
    async with watching(world.url(PATH)) as viewer:
        await viewer.until_it_plays()
        assert provider.watching[1] == 1
        viewer.forget()
        provider.die(1)
        async with asyncio.timeout(TURNS_SECONDS):
            await provider.until(lambda provider: provider.watching[2] == 1)
        assert provider.watching[1] == 0
        await viewer.until(shows_a_new_picture)
        assert not viewer.ended
        event = await world.frontend.until(
            STREAM_EVENTS,
            lambda state: state["attributes"].get("event_type") == "failed_over",
        )
    assert event["attributes"]["channel"] == "With a spare"


async def test_viewers_are_shown_that_nothing_is_left(world: World) -> None:
    async with watching(world.url(PATH)) as viewer:
        await viewer.until_it_plays()
        viewer.forget()
        world.provider.die(1)
        world.provider.die(2)
        sensor = await world.frontend.until(
            STREAMS, lambda state: bool(state["attributes"]["last_failure"])
        )
        await viewer.until(shows_a_new_picture)
        assert not viewer.ended
    failure = sensor["attributes"]["last_failure"]
    assert (failure["channel"], failure["reason"]) == ("With a spare", "cannot_connect")


async def test_a_channel_that_is_dead_from_the_start_is_refused(world: World) -> None:
    world.provider.die(1)
    world.provider.die(2)
    async with watching(world.url(PATH)) as viewer:
        assert viewer.status == 503
        assert viewer.headers["X-HDHomeRun-Error"].startswith("806")


async def test_a_viewer_who_stops_reading_costs_the_others_nothing(
    world: World,
) -> None:
    url = world.url("/telecast/stream/1.ts")
    pid = world.home.pid
    async with run_program("viewers", url, VIEWERS, "check") as viewers:
        with stalled(url):
            forget_highest_memory(pid)
            before, _ = memory(pid)
            await viewers.ask()
            await asyncio.sleep(SECONDS)
            report = await viewers.ask()
            _, highest = memory(pid)
    assert sum(report["gaps"]) == 0
    assert min(report["bytes"]) > 0.9 * max(report["bytes"]) > 0
    assert highest - before < RING_MIB


def stalled(url: str) -> socket.socket:
    """Ask for a stream and read nothing of it."""
    host, _, path = url.removeprefix("http://").partition("/")
    name, _, port = host.partition(":")
    connection = socket.create_connection((name, int(port)))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.sendall(f"GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    return connection
