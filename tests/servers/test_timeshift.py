"""Catch-up as players ask for it: by path, by form, and by what our playlists say."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
import socket
import ssl
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
import pytest

from custom_components.telecast.engine.archive import Broadcast
from custom_components.telecast.engine.fetch import open_fetcher
from custom_components.telecast.engine.pipe import Supply
from custom_components.telecast.engine.streams.slots import Slots
from custom_components.telecast.formats import catchup, m3u
from custom_components.telecast.formats.catchup import Moment
from custom_components.telecast.servers import timeshift
from custom_components.telecast.servers.leaving import GONE_MILLISECONDS
from tests.engine.archive.world import packets
from tests.fakes.engine import TOKEN, channel
from tests.fakes.film_server import FilmServer
from tests.fakes.left_over import leaving_nothing

from .world import World, serving

BERLIN = ZoneInfo("Europe/Berlin")


def told_by_clocks(latest: datetime) -> datetime:
    """Answer a half hour up to then, at a time that clocks in Berlin show only once."""
    local = latest.replace(minute=30, second=0, microsecond=0).astimezone(BERLIN)
    while local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset():
        local = (local.astimezone(UTC) - timedelta(days=1)).astimezone(BERLIN)
    return local


LOCAL = told_by_clocks(datetime.now(UTC) - timedelta(hours=5))
START = LOCAL.astimezone(UTC)
HOUR = packets(3000)
ASKED = f"90/{LOCAL:%Y-%m-%d:%H-%M}/1.ts"
ENGINE = web.AppKey("engine", Any)
PATH = f"/timeshift/anna/secret-1/{ASKED}"


@pytest.fixture(autouse=True)
async def _nothing_is_left() -> AsyncIterator[None]:
    async with leaving_nothing():
        yield


@asynccontextmanager
async def archiving(folder: Path) -> AsyncIterator[World]:
    """Serve a channel with an archive of recordings without ranges, and one without."""
    async with serving(folder) as world:
        world.engine.lineup.all[0] = channel("1", "One", archive_days=3)
        world.engine.archive.blocks = [HOUR[:188_000], HOUR[188_000:]]
        yield world


@asynccontextmanager
async def with_ranges(folder: Path) -> AsyncIterator[tuple[World, FilmServer]]:
    """Serve recordings that lie on a server that has ranges."""
    slots = Slots(1)
    async with (
        FilmServer(HOUR) as server,
        open_fetcher(ssl.create_default_context()) as fetcher,
        archiving(folder) as world,
    ):
        archive = world.engine.archive
        archive.blocks, archive.url = None, server.url
        archive.supply = Supply(
            fetcher=fetcher,
            placed=lambda candidate: (candidate,),
            slots=lambda _: slots,
        )
        yield world, server


def asked(world: World) -> Broadcast:
    """Answer the only recording that was asked for."""
    (broadcast,) = world.engine.archive.asked
    world.engine.archive.asked.clear()
    return broadcast


async def test_a_viewer_who_vanishes_is_noticed_within_a_minute(
    tmp_path: Path,
) -> None:
    timeouts: list[int] = []

    async def watch(request: web.Request) -> web.StreamResponse:
        response = await timeshift.watch(request.app[ENGINE], request)
        connection = request.get_extra_info("socket")
        option = socket.TCP_USER_TIMEOUT
        timeouts.append(connection.getsockopt(socket.IPPROTO_TCP, option))
        return response

    async with with_ranges(tmp_path) as (world, _):
        app = web.Application()
        app[ENGINE] = world.engine  # type: ignore[misc]
        app.router.add_get("/{stream}/{start}/{duration}", watch)
        async with TestServer(app) as server, aiohttp.ClientSession() as client:
            path = f"/1/{int(START.timestamp())}/3600"
            async with client.get(server.make_url(path)) as response:
                assert await response.read() == HOUR
    assert timeouts == [GONE_MILLISECONDS]


async def test_a_recording_is_sent_as_a_stream(tmp_path: Path) -> None:
    async with archiving(tmp_path) as world:
        async with world.client.get(PATH) as response:
            assert response.status == 200
            assert response.content_type == "video/mp2t"
            assert response.headers["Accept-Ranges"] == "none"
            assert await response.read() == HOUR
        broadcast = asked(world)
        assert (broadcast.start, broadcast.seconds) == (START, 90 * 60)
        assert broadcast.channel.id == 1
        assert world.engine.opened == 0, "no live stream is opened for it"


@pytest.mark.parametrize(
    "start",
    [
        f"{LOCAL:%Y-%m-%d:%H-%M}",
        f"{LOCAL:%Y-%m-%d_%H-%M}",
        f"{LOCAL:%Y-%m-%d:%H:%M:%S}",
        f"{LOCAL:%Y-%m-%d %H:%M:%S}",
        f"{LOCAL:%Y-%m-%d:%H-%M-%S}",
        str(int(START.timestamp())),
    ],
    ids=["as panels do", "underscore", "colons", "blank", "seconds", "unix time"],
)
async def test_a_start_is_taken_in_every_way_that_players_write_it(
    start: str, tmp_path: Path
) -> None:
    async with archiving(tmp_path) as world:
        path = f"/timeshift/anna/secret-1/60/{start.replace(' ', '%20')}/1.ts"
        assert await world.status(path) == 200
        assert asked(world).start == START
        for php in ("/streaming/timeshift.php", "/timeshift.php"):
            fields = {
                "username": "anna",
                "password": "secret-1",
                "stream": "1",
                "start": start,
                "duration": "60",
            }
            assert await world.status(php, params=fields) == 200
            assert (asked(world).start) == START
            assert await world.status(php, "POST", data=fields) == 200
            broadcast = asked(world)
            assert (broadcast.start, broadcast.seconds) == (START, 3600)


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [("1", 60), ("0", 7200), ("99999999", 86_400), ("1" * 50, 7200), ("", 7200)],
)
async def test_a_duration_that_makes_no_sense_is_a_usual_one(
    duration: str, seconds: int, tmp_path: Path
) -> None:
    async with archiving(tmp_path) as world:
        fields = {
            "username": "anna",
            "password": "secret-1",
            "stream": "1",
            "start": str(int(START.timestamp())),
            "duration": duration,
        }
        assert await world.status("/timeshift.php", params=fields) == 200
        assert asked(world).seconds == seconds


@pytest.mark.parametrize(
    "asked_for",
    [
        ASKED.replace("/1.ts", "/501.ts"),
        ASKED.replace("/1.ts", "/99.ts"),
        ASKED.replace(".ts", ".m3u8"),
        ASKED.replace(".ts", ".mp4"),
        "60/yesterday/1.ts",
        f"60/{datetime.now(BERLIN) + timedelta(days=1):%Y-%m-%d:%H-%M}/1.ts",
        "60/..%2f..%2fetc/1.ts",
        "60/0/1.ts",
    ],
    ids=[
        *("unknown", "without archive", "playlist", "film", "no time", "tomorrow"),
        *("path", "too old"),
    ],
)
async def test_what_is_not_there_is_not_found(asked_for: str, tmp_path: Path) -> None:
    async with archiving(tmp_path) as world:
        path = f"/timeshift/anna/secret-1/{asked_for}"
        for method in ("GET", "HEAD"):
            assert await world.status(path, method) == 404
        assert world.engine.archive.asked == []
        assert world.engine.sessions.known == []


@pytest.mark.parametrize(
    ("login", "status"),
    [
        ("anna/wrong", 401),
        ("nobody/secret-1", 401),
        ("old/secret-2", 403),
        ("off/secret-3", 403),
        ("kid/secret-4", 404),
    ],
)
async def test_only_accounts_that_may_see_the_channel_come_in(
    login: str, status: int, tmp_path: Path
) -> None:
    async with archiving(tmp_path) as world:
        username, password = login.split("/")
        fields = {
            "username": username,
            "password": password,
            "stream": "1",
            "start": str(int(START.timestamp())),
            "duration": "60",
        }
        for method in ("GET", "HEAD"):
            assert await world.status(f"/timeshift/{login}/{ASKED}", method) == status
        assert await world.status("/timeshift.php", params=fields) == status
        assert await world.status("/streaming/timeshift.php") == 401
        assert world.engine.archive.asked == []


async def test_head_opens_nothing(tmp_path: Path) -> None:
    async with archiving(tmp_path) as world:
        async with world.client.head(PATH) as response:
            assert response.status == 200
            assert response.content_type == "video/mp2t"
        assert world.engine.sessions.known == []


async def test_a_session_names_channel_and_time(tmp_path: Path) -> None:
    async with with_ranges(tmp_path) as (world, server):
        server.data = packets(100_000)
        async with world.client.get(PATH, headers={"User-Agent": "TV/1"}) as response:
            await response.content.readexactly(188)
            (session,) = world.engine.sessions.active
            facts = session.as_dict()
        assert (facts["channel"], facts["number"]) == ("One", "1")
        assert (facts["account"], facts["protocol"]) == ("anna", "xtream")
        assert facts["user_agent"] == "TV/1"
        assert facts["metadata"] == {"kind": "timeshift", "start": START.isoformat()}


async def test_a_viewer_who_leaves_lets_go_of_the_upstream(tmp_path: Path) -> None:
    async with with_ranges(tmp_path) as (world, server):
        server.data = packets(100_000)
        async with world.client.get(PATH) as response:
            await response.content.readexactly(188)
        await server.until(lambda: server.streams.now == 0)
        assert server.sent < len(server.data)


async def test_a_viewer_who_is_sent_away_is_cut_off(tmp_path: Path) -> None:
    async with with_ranges(tmp_path) as (world, server):
        server.data = packets(100_000)
        async with world.client.get(PATH) as response:
            await response.content.readexactly(188)
            (session,) = world.engine.sessions.active
            assert world.engine.sessions.end(session.id, "account_disabled")
            with pytest.raises(ConnectionError):
                await _to_the_end(response.content)
        await server.until(lambda: server.streams.now == 0)


async def _to_the_end(content: Any) -> None:
    try:
        async for _ in content.iter_any():
            pass
    except aiohttp.ClientPayloadError as err:
        raise ConnectionError from err


async def test_ranges_are_had_where_the_archive_has_them(tmp_path: Path) -> None:
    async with with_ranges(tmp_path) as (world, server):
        server.etag = '"one"'
        async with world.client.get(PATH) as response:
            assert response.status == 200
            assert response.content_length == len(HOUR)
            assert response.headers["ETag"] == '"one"'
            assert response.content_type == "video/mp2t"
            assert await response.read() == HOUR
        for wanted, expected in (
            ("bytes=188-375", HOUR[188:376]),
            ("bytes=-188", HOUR[-188:]),
            (f"bytes={len(HOUR) - 10}-", HOUR[-10:]),
        ):
            headers = {"Range": wanted, "If-Range": '"one"'}
            async with world.client.get(PATH, headers=headers) as response:
                assert response.status == 206
                first = len(HOUR) - len(expected) if wanted != "bytes=188-375" else 188
                last = first + len(expected) - 1
                told = response.headers["Content-Range"]
                assert told == f"bytes {first}-{last}/{len(HOUR)}"
                assert await response.read() == expected
        beyond = {"Range": f"bytes={len(HOUR)}-"}
        async with world.client.get(PATH, headers=beyond) as response:
            assert response.status == 416
            assert response.headers["Content-Range"] == f"bytes */{len(HOUR)}"


async def test_a_recording_of_nothing_is_an_error(tmp_path: Path) -> None:
    async with archiving(tmp_path) as world:
        world.engine.archive.blocks = []
        assert await world.status(PATH) == 503


# For whoever has no login


async def test_our_playlist_leads_to_recordings(tmp_path: Path) -> None:
    start = int(START.timestamp())
    async with archiving(tmp_path) as world:
        for query, place in (("", "local"), (f"?token={TOKEN}", TOKEN)):
            text = await world.text(f"/telecast/playlist.m3u{query}")
            one, five = m3u.parse(text.encode())
            assert m3u.CATCHUP_SOURCE not in five.attributes
            template = one.attributes[m3u.CATCHUP_SOURCE]
            moment = Moment(start=start, duration=1800, now=start + 7200)
            url = catchup.fill(template, moment, BERLIN)
            assert url == f"{world.base}/telecast/timeshift/{place}/1/{start}/1800.ts"
            for method in ("GET", "HEAD"):
                assert await world.status(url, method) == 200
                broadcast = asked(world)
                assert (broadcast.start, broadcast.seconds) == (START, 1800)
        assert world.engine.sessions.active == []


@pytest.mark.parametrize("ticket", ["wrong", "x" * 500, "%C3%A9"])
async def test_who_bears_no_token_is_not_let_in(ticket: str, tmp_path: Path) -> None:
    async with archiving(tmp_path) as world:
        path = f"/telecast/timeshift/{ticket}/1/{int(START.timestamp())}/1800.ts"
        for method in ("GET", "HEAD"):
            assert await world.status(path, method) == 403
        assert world.engine.archive.asked == []


async def test_an_accounts_playlist_leads_to_its_recordings(tmp_path: Path) -> None:
    start = int(START.timestamp())
    login = {"username": "anna", "password": "secret-1"}
    async with archiving(tmp_path) as world:
        text = await world.text("/get.php", params=login | {"type": "m3u_plus"})
        one, _ = m3u.parse(text.encode())
        template = one.attributes[m3u.CATCHUP_SOURCE]
        # Whatever zone the player is in.
        moment = Moment(start=start, duration=1800, now=start + 7200)
        url = catchup.fill(template, moment, ZoneInfo("Asia/Kolkata"))
        assert url == f"{world.base}/timeshift/anna/secret-1/30/{start}/1.ts"
        assert await world.status(url) == 200
        assert asked(world).start == START


async def test_many_blocks_do_not_keep_the_loop_from_others(tmp_path: Path) -> None:
    async with archiving(tmp_path) as world:
        world.engine.archive.blocks = [b"\x47" * 188] * 2000
        turns = 0

        async def count() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        counting = asyncio.create_task(count())
        async with world.client.get(PATH) as response:
            assert len(await response.read()) == 188 * 2000
        counting.cancel()
        await asyncio.wait({counting})
        assert turns > 1000
