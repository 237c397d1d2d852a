"""Films and episodes over HTTP, as players take them."""

import asyncio
from dataclasses import replace
from pathlib import Path
import random

import aiohttp
import pytest
from yarl import URL

from custom_components.telecast.engine.events import SessionEnded
from custom_components.telecast.engine.model import FilmKind
from custom_components.telecast.engine.pipe import supply
from custom_components.telecast.engine.tickets import film_name
from custom_components.telecast.formats.byte_ranges import parse_range, resolve
from tests.fakes import film_server
from tests.fakes.film_server import cut, film

from .film_world import FilmWorld, serving_films
from .world import ACCOUNTS

FILM = film(2_000_000)
SIZE = len(FILM)
MOVIE = "/movie/anna/secret-1/45.mkv"
LOCAL = "/telecast/film/local/movie/45.mkv"


async def asked(
    world: FilmWorld, path: str = MOVIE, **headers: str
) -> tuple[int, bytes, aiohttp.ClientResponse]:
    """GET with headers whose `_` stand for `-`; answer status, body and the rest."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with world.client.get(path, headers=named) as response:
        return response.status, await response.read(), response


@pytest.mark.parametrize(
    "path",
    [
        *(MOVIE, "/movie/anna/secret-1/45", "/movie/anna/secret-1/45.mp4"),
        *("/series/anna/secret-1/45.mkv", LOCAL, "/telecast/film/local/series/45.mkv"),
    ],
)
async def test_a_film_comes_whole(tmp_path: Path, path: str) -> None:
    async with serving_films(tmp_path, FILM) as world:
        world.offer()
        world.offer(kind=FilmKind.SERIES)
        status, body, response = await asked(world, path)
        assert (status, body) == (200, FILM)
        assert response.headers["Content-Type"] == "video/x-matroska"
        assert response.headers["Content-Length"] == str(SIZE)
        assert response.headers["Accept-Ranges"] == "bytes"
        assert response.headers["ETag"] == '"one"'
        assert response.headers["Server"] == "Telecast"
        assert "Content-Range" not in response.headers
        await world.films.showings.wait_closed()
        assert world.engine.sessions.active == []
        assert world.films.slots.in_use == 0


async def test_what_is_moved_past_us_is_counted_and_the_connection_goes_on(
    tmp_path: Path,
) -> None:
    async with serving_films(tmp_path, FILM) as world:
        world.offer()
        port = URL(world.base).port
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for first in range(3):
            request = (
                f"GET {MOVIE} HTTP/1.1\r\nHost: x\r\nRange: bytes={first}-\r\n\r\n"
            )
            writer.write(request.encode())
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 206 ")
            assert await reader.readexactly(SIZE - first) == FILM[first:]
        await world.films.showings.wait_closed()
        (session,) = world.engine.sessions.known
        assert session.bytes == 3 * SIZE - 3
        writer.close()
        await writer.wait_closed()


async def test_twenty_seeks_bring_the_very_bytes(tmp_path: Path) -> None:
    chance = random.Random(3)
    async with serving_films(tmp_path, FILM) as world:
        world.offer()
        for _ in range(20):
            first = chance.randrange(SIZE)
            last = chance.choice(["", str(chance.randrange(first, SIZE))])
            header = chance.choice([f"bytes={first}-{last}", f"bytes=-{first + 1}"])
            wanted = parse_range(header)
            assert wanted
            held = resolve(wanted, SIZE)
            status, body, response = await asked(world, Range=header)
            assert status == 206
            assert body == FILM[held.first : held.last + 1]
            assert response.headers["Content-Range"] == held.header
            assert response.headers["Content-Length"] == str(len(body))
        assert world.server.streams.peak == 1


@pytest.mark.parametrize(
    "header", ["bytes=0-1,5-9", "bytes=" + "0-," * 1000, "bytes=9-1", "lines=1-2", "x"]
)
async def test_what_is_not_one_range_is_the_whole(tmp_path: Path, header: str) -> None:
    async with serving_films(tmp_path, FILM) as world:
        world.offer()
        status, body, _ = await asked(world, Range=header)
        assert (status, body) == (200, FILM)


async def test_what_lies_behind_the_end_is_416_with_the_size(tmp_path: Path) -> None:
    async with serving_films(tmp_path, FILM) as world:
        world.offer()
        for path in (MOVIE, LOCAL):
            status, _, response = await asked(world, path, Range=f"bytes={SIZE}-")
            assert status == 416
            assert response.headers["Content-Range"] == f"bytes */{SIZE}"


async def test_a_part_of_another_film_is_of_no_use(tmp_path: Path) -> None:
    async with serving_films(tmp_path, FILM) as world:
        world.offer()
        status, body, _ = await asked(world, Range="bytes=9-", If_Range='"one"')
        assert (status, body) == (206, FILM[9:])
        status, body, _ = await asked(world, Range="bytes=9-", If_Range='"other"')
        assert (status, body) == (200, FILM)


async def test_a_film_that_breaks_off_upstream_goes_on_for_the_viewer(
    tmp_path: Path,
) -> None:
    async with serving_films(tmp_path, FILM) as world:
        world.offer()
        world.server.faults += [cut(500_000), cut(500_000, reset=True)]
        status, body, _ = await asked(world)
        assert (status, body) == (200, FILM)


async def test_a_promise_that_cannot_be_kept_is_broken_off(tmp_path: Path) -> None:
    async with serving_films(tmp_path, FILM) as world:
        world.offer()
        other = film(SIZE, seed=2)
        world.server.faults += [cut(500_000), film_server.changing(other, '"two"')]
        with pytest.raises(aiohttp.ClientError):
            await asked(world)
        assert world.films.slots.in_use == 0


async def test_head_opens_nothing_and_tells_what_was_learnt(tmp_path: Path) -> None:
    async with serving_films(tmp_path, FILM) as world:
        world.offer()
        async with world.client.head(MOVIE) as response:
            assert response.status == 200
            assert "Content-Length" not in response.headers
            assert response.headers["Content-Type"] == "video/x-matroska"
            assert response.headers["Accept-Ranges"] == "bytes"
        assert world.server.asked == []
        await asked(world, Range="bytes=0-9")
        for path in (MOVIE, LOCAL):
            async with world.client.head(path) as response:
                assert response.status == 200
                assert response.headers["Content-Length"] == str(SIZE)
                assert response.headers["ETag"] == '"one"'
        assert len(world.server.asked) == 1
        assert world.engine.sessions.active == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/movie/anna/secret-1/46.mkv", 404),
        ("/series/anna/secret-1/45.mkv", 404),
        ("/movie/anna/secret-1/45.m3u8", 404),
        ("/movie/anna/secret-1/99999999999999999999.mkv", 404),
        ("/movie/anna/secret-1/4294967341.mkv", 404),
        ("/movie/anna/secret-1/..%2f45.mkv", 404),
        ("/movie/anna/wrong/45.mkv", 401),
        ("/movie/old/secret-2/45.mkv", 403),
        ("/movie/off/secret-3/45.mkv", 403),
        ("/movie/kid/secret-4/45.mkv", 404),
        ("/movie/anna/secret-1/45.mkv?transcode=nonsense", 400),
        ("/telecast/film/wrong/movie/45.mkv", 403),
        ("/telecast/film/local/movie/46.mkv", 404),
        ("/telecast/film/local/other/45.mkv", 404),
    ],
)
async def test_who_may_not_watch_is_told_so_and_nothing_is_opened(
    tmp_path: Path, path: str, status: int
) -> None:
    async with serving_films(tmp_path, FILM) as world:
        world.offer()
        assert await world.status(path) == status
        assert await world.status(path, "HEAD") == status
        assert world.server.asked == []


async def test_a_ticket_is_good_for_its_film_alone(tmp_path: Path) -> None:
    async with serving_films(tmp_path, FILM) as world:
        world.offer()
        world.offer(46)
        ticket = world.engine.tickets.issue(film_name(FilmKind.MOVIE, 45))
        of_channel = world.engine.tickets.issue(45)
        base = "/telecast/film"
        assert await world.status(f"{base}/{ticket}/movie/45.mkv") == 200
        assert await world.status(f"{base}/{ticket}/movie/045.mkv") == 403
        assert await world.status(f"{base}/{ticket}/movie/46.mkv") == 403
        assert await world.status(f"{base}/{ticket}/series/45.mkv") == 403
        assert await world.status(f"{base}/{of_channel}/movie/45.mkv") == 403
        assert await world.status(f"/telecast/hls/{ticket}/45/master.m3u8") == 403


async def test_a_session_names_the_film_while_it_is_watched(tmp_path: Path) -> None:
    async with serving_films(tmp_path, FILM * 20) as world:
        world.offer()
        async with world.client.get(MOVIE) as response:
            await response.content.readexactly(1000)
            (session,) = world.engine.sessions.of_account("anna")
            told = session.as_dict()
            assert (told["channel"], told["number"]) == ("A Film", "")
            assert told["metadata"] == {"kind": "movie", "film": "45"}
            assert world.films.slots.in_use == 1
        await world.server.until(lambda: world.server.streams.now == 0)


async def test_a_seek_before_the_old_connection_is_closed_never_makes_two(
    tmp_path: Path,
) -> None:
    async with serving_films(tmp_path, FILM * 20) as world:
        world.offer()
        world.films.slots.limit = 1
        async with world.client.get(MOVIE) as old:
            await old.content.readexactly(1000)
            status, body, _ = await asked(world, Range="bytes=1000-1999")
            assert (status, body) == (206, FILM[1000:2000])
            with pytest.raises(aiohttp.ClientError):
                await old.read()
        assert world.server.streams.peak == 1


async def test_two_viewers_are_two_upstreams_and_a_third_is_told_why_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supply, "SLOT_PATIENCE_SECONDS", 0.05)
    async with serving_films(tmp_path, FILM * 20) as world:
        world.offer()
        one, two, three = ({"User-Agent": name} for name in ("one", "two", "three"))
        async with (
            world.client.get(MOVIE, headers=one) as first,
            world.client.get(LOCAL, headers=two) as second,
        ):
            assert await first.content.readexactly(100) == FILM[:100]
            assert await second.content.readexactly(100) == FILM[:100]
            assert world.server.streams.now == world.films.slots.in_use == 2
            async with world.client.get(LOCAL, headers=three) as third:
                assert third.status == 503
                told = await third.json()
        assert told["error"] == "source_busy"
        assert "127.0.0.1" not in told["message"]


async def test_an_account_over_its_limit_is_403(tmp_path: Path) -> None:
    async with serving_films(tmp_path, FILM * 20) as world:
        world.films.slots.limit = 0
        for number in (1, 2, 3):
            world.offer(number)
        path = "/movie/anna/secret-1/{}.mkv"
        async with (
            world.client.get(path.format(1), headers={"User-Agent": "one"}),
            world.client.get(path.format(2), headers={"User-Agent": "two"}),
            world.client.get(path.format(3), headers={"User-Agent": "three"}) as third,
        ):
            assert third.status == 403
            assert "A Film" in await third.text()


async def test_a_dead_provider_is_503_before_any_byte(tmp_path: Path) -> None:
    async with serving_films(tmp_path, FILM) as world:
        world.offer()
        world.server.faults += [film_server.status(404)] * 2
        assert await world.status(MOVIE) == 503
        assert await world.status(LOCAL) == 503


async def test_a_film_without_a_size_ends_with_its_connection(tmp_path: Path) -> None:
    async with serving_films(tmp_path, FILM) as world:
        world.offer()
        world.server.tells_size = world.server.ranges = False
        status, body, response = await asked(world, Range="bytes=5-")
        assert (status, body) == (200, FILM)
        assert "Content-Length" not in response.headers
        assert response.headers["Accept-Ranges"] == "none"


async def test_a_film_of_the_user_is_served_from_its_folder(tmp_path: Path) -> None:
    async with serving_films(tmp_path, b"none") as world:
        path = tmp_path.resolve() / "film.mp4"
        path.write_bytes(FILM)
        world.offer(extension="mp4", url=f"file://{path}")
        async with world.client.head(MOVIE) as response:
            assert response.headers["Content-Length"] == str(SIZE)
            assert response.headers["Content-Type"] == "video/mp4"
            etag = response.headers["ETag"]
        status, body, _ = await asked(world, Range="bytes=-9", If_Range=etag)
        assert (status, body) == (206, FILM[-9:])
        assert world.films.slots.in_use == 0


async def test_what_an_account_may_see_counts_for_who_watches_already(
    tmp_path: Path,
) -> None:
    async with serving_films(tmp_path, FILM * 20) as world:
        world.offer()
        drama = replace(ACCOUNTS[0], groups=frozenset({"Drama"}))
        world.engine.accounts.replace([drama])
        async with world.client.get(MOVIE) as response:
            await response.content.readexactly(1000)
            world.engine.accounts.replace([replace(drama, max_connections=1)])
            await response.content.readexactly(1000)
            world.engine.accounts.replace([replace(drama, groups=frozenset())])
            with pytest.raises(aiohttp.ClientError):
                await response.read()
        (ended,) = [
            event for event in world.engine.events if isinstance(event, SessionEnded)
        ]
        assert ended.reason == "not_allowed"
