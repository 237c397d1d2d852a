"""Requests pass through one guard, on whatever port they come in."""

import asyncio
import logging
from pathlib import Path

from aiohttp import ClientSession, ServerDisconnectedError, web
import pytest

from custom_components.telecast.engine.errors import TelecastError
from custom_components.telecast.servers.access import anyone
from custom_components.telecast.servers.answers import own_error
from custom_components.telecast.servers.routes import Handler, Route
from custom_components.telecast.servers.site import ROUTES, open_site
from tests.fakes.engine import FakeEngine, open_fake_engine

from .world import serving


def route(handler: Handler) -> Route:
    return Route(
        path="/attempt/{password}",
        name="attempt",
        handlers={"GET": handler},
        admits=anyone,
        answer=own_error,
    )


async def ask(folder: Path, handler: Handler) -> tuple[int, str]:
    async with (
        open_fake_engine(folder) as engine,
        open_site(0, lambda: engine, "127.0.0.1", [route(handler)]) as port,
        ClientSession() as client,
        client.get(f"http://127.0.0.1:{port}/attempt/canary") as response,
    ):
        return response.status, await response.text()


async def test_without_an_engine_every_path_answers_503() -> None:
    async with (
        open_site(0, lambda: None, "127.0.0.1") as port,
        ClientSession(f"http://127.0.0.1:{port}") as client,
    ):
        for path in ("/discover.json", "/player_api.php", "/a/b/1", "/telecast/health"):
            async with client.get(path) as response:
                assert response.status == 503
                assert (await response.json())["error"] == "not_ready"


async def test_a_taken_port_is_an_error() -> None:
    async with open_site(0, lambda: None, "127.0.0.1") as port:
        with pytest.raises(OSError, match="in use"):
            async with open_site(port, lambda: None, "127.0.0.1"):
                pass
    async with open_site(port, lambda: None, "127.0.0.1") as again:
        assert again == port


async def test_what_nobody_foresaw_is_logged_without_the_path_or_its_words(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(engine: FakeEngine, request: web.Request) -> web.Response:
        raise KeyError(request.match_info["password"])

    status, text = await ask(tmp_path, fail)
    assert status == 500
    assert "canary" not in text
    assert "KeyError" in caplog.text
    assert "test_site.py" in caplog.text
    assert "canary" not in caplog.text


@pytest.mark.parametrize(
    ("error", "logged"),
    [
        (RuntimeError("x"), ["custom_components.telecast.servers.site"]),
        (TelecastError("x"), []),
    ],
)
async def test_an_answer_that_has_begun_is_broken_off_when_it_fails(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    logged: list[str],
) -> None:
    async def fail(engine: FakeEngine, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"so far")
        raise error

    with pytest.raises(Exception, match="payload"):
        await ask(tmp_path, fail)
    errors = [one.name for one in caplog.records if one.levelno > logging.INFO]
    assert errors == logged


async def test_an_error_without_an_answer_of_its_own_is_a_500(tmp_path: Path) -> None:
    async def fail(engine: FakeEngine, request: web.Request) -> web.Response:
        raise TelecastError("Something")

    assert await ask(tmp_path, fail) == (
        500,
        '{"error": "error", "message": "Something"}',
    )


async def test_what_aiohttp_raises_is_its_own_answer(tmp_path: Path) -> None:
    async def fail(engine: FakeEngine, request: web.Request) -> web.Response:
        raise web.HTTPRequestEntityTooLarge(1, 2)

    assert (await ask(tmp_path, fail))[0] == 413


async def test_a_client_who_has_left_is_no_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def leave(engine: FakeEngine, request: web.Request) -> web.Response:
        assert request.transport
        request.transport.abort()
        raise ConnectionResetError

    with pytest.raises(ServerDisconnectedError):
        await ask(tmp_path, leave)
    assert [one for one in caplog.records if one.levelno > logging.INFO] == []


async def test_a_lost_connection_of_ours_is_an_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(engine: FakeEngine, request: web.Request) -> web.Response:
        raise ConnectionRefusedError

    assert (await ask(tmp_path, fail))[0] == 500
    assert "ConnectionRefusedError" in caplog.text


async def test_no_answer_says_what_it_was_made_with(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        for path in ("/discover.json", "/nothing", "/telecast/guide.xml"):
            async with world.client.get(path) as response:
                assert response.headers["Server"] == "Telecast"


async def test_a_viewer_who_leaves_is_let_go(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        faucet = world.engine.faucet(1)
        faucet.pour(b"picture")
        async with world.client.get("/auto/v1") as response:
            assert await response.content.read(7) == b"picture"
            assert len(world.engine.sessions.active) == 1
            response.close()
        while world.engine.sessions.active:
            await asyncio.sleep(0)


async def test_the_port_closes_at_once_with_viewers_connected(tmp_path: Path) -> None:
    async with open_fake_engine(tmp_path) as engine, ClientSession() as client:
        loop = asyncio.get_running_loop()
        async with open_site(0, lambda: engine, "127.0.0.1") as port:
            engine.faucet(1).pour(b"picture")
            response = await client.get(f"http://127.0.0.1:{port}/auto/v1")
            assert await response.content.read(7) == b"picture"
            engine.close_streams()
            began = loop.time()
        assert loop.time() - began < 3
        response.close()


def test_every_stream_answers_head_and_the_greedy_route_is_the_last() -> None:
    assert ROUTES[-1].path.startswith("/{username:")
    assert all("HEAD" in one.handlers for one in ROUTES if "GET" in one.handlers)
    assert len({one.name for one in ROUTES}) == len(ROUTES)
    assert len({one.path for one in ROUTES}) == len(ROUTES)
