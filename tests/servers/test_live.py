"""Sending live streams over real sockets: who is slow, stuck or gone stalls nobody."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import socket

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
import pytest

from custom_components.telecast.engine.errors import NoDataError, TelecastError
from custom_components.telecast.engine.model import Client
from custom_components.telecast.engine.sessions import Sessions
from custom_components.telecast.engine.streams.stream import Stream
from custom_components.telecast.engine.streams.viewing import HangUp, Viewing
from custom_components.telecast.servers import live
from tests.fakes.faucet import Faucet
from tests.fakes.lineup import channel

BLOCK = bytes(64 * 1024)


class World:
    """One stream, served to anybody."""

    url: str

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.sessions = Sessions(lambda event: None)
        self.duration: float | None = None
        self.visitors = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        try:
            return await live.send_live(request, self._watch(), duration=self.duration)
        except TelecastError as err:
            return web.Response(status=503, text=err.code)

    @asynccontextmanager
    async def _watch(self) -> AsyncIterator[Viewing]:
        self.visitors += 1
        hang_up = HangUp()
        with (
            self.sessions.open(
                channel(1),
                Client(address=str(self.visitors)),
                protocol="http",
                account=None,
                hang_up=hang_up,
            ) as session,
            self.stream.reader() as reader,
        ):
            yield Viewing(reader, session, self.sessions, hang_up)


@pytest.fixture
def faucet() -> Faucet:
    return Faucet()


@pytest.fixture
async def world(faucet: Faucet) -> AsyncIterator[World]:
    stream = Stream(
        feed=faucet.feed, grace_period=60, on_idle=lambda: None, on_active=lambda: None
    )
    world = World(stream)
    app = web.Application()
    app.router.add_get("/", world.answer)
    async with (
        asyncio.TaskGroup() as tasks,
        TestServer(app, host="127.0.0.1") as server,
    ):
        world.url = str(server.make_url("/"))
        tasks.create_task(stream.run())
        yield world
        stream.stop()


@pytest.fixture
async def client() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


async def test_the_body_is_the_stream_and_nothing_else(
    world: World, faucet: Faucet, client: ClientSession
) -> None:
    faucet.pour(b"one ", b"two")
    async with client.get(world.url) as response:
        assert response.headers["Content-Type"] == "video/mp2t"
        assert response.headers["Connection"] == "close"
        assert "Transfer-Encoding" not in response.headers
        assert "Content-Length" not in response.headers
        assert await response.content.readexactly(7) == b"one two"
        world.stream.stop()
        assert await response.read() == b""


async def test_nothing_is_promised_before_the_first_bytes(
    world: World, faucet: Faucet, client: ClientSession
) -> None:
    asking = asyncio.create_task(client.get(world.url))
    await asyncio.sleep(0.05)
    assert not asking.done()
    faucet.end(NoDataError("nothing"))
    response = await asking
    assert (response.status, await response.text()) == (503, "no_data")


async def test_a_stream_ends_when_its_duration_is_over(
    world: World, faucet: Faucet, client: ClientSession
) -> None:
    world.duration = 0.05
    faucet.pour(b"video")
    async with client.get(world.url) as response:
        assert await response.read() == b"video"
    assert world.stream.readers == 0


async def test_a_viewer_who_is_sent_away_gets_an_end_in_order(
    world: World, faucet: Faucet, client: ClientSession
) -> None:
    faucet.pour(b"video")
    async with client.get(world.url) as response:
        await response.content.readexactly(5)
        (session,) = world.sessions.active
        assert session.meter.total == 5
        world.sessions.end(session.id, "closed")
        assert await response.read() == b""


async def test_a_viewer_who_takes_nothing_is_cut_off_and_costs_the_others_nothing(
    world: World,
    faucet: Faucet,
    client: ClientSession,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live, "STUCK_SECONDS", 0.2)
    faucet.pour(BLOCK)
    stuck = _connect(world.url)
    async with client.get(world.url) as response:
        received = 0
        async with asyncio.timeout(20):
            while world.stream.readers < 2:
                await asyncio.sleep(0.01)
            (first, _) = world.sessions.active
            while world.stream.readers == 2:
                faucet.pour(BLOCK)
                received += len(await response.content.readexactly(len(BLOCK)))
        assert received >= len(BLOCK)
        assert first.reason == "stuck"
    stuck.close()


async def test_hanging_up_frees_a_viewer_whose_write_is_stuck(
    world: World, faucet: Faucet
) -> None:
    stuck = _connect(world.url)
    async with asyncio.timeout(20):
        while not world.sessions.active:
            await asyncio.sleep(0.01)
        for _ in range(200):
            faucet.pour(BLOCK)
            await asyncio.sleep(0)
        await asyncio.sleep(0.05)
        (session,) = world.sessions.active
        assert session.meter.total < 200 * len(BLOCK)
        world.sessions.end(session.id, "stopping")
        while world.stream.readers:
            await asyncio.sleep(0.01)
    stuck.close()


def _connect(url: str) -> socket.socket:
    """Ask for the stream on a small line, and read nothing."""
    host, _, port = url.removeprefix("http://").rstrip("/").partition(":")
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect((host, int(port)))
    connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    return connection
