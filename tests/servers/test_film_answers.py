"""Sending films: at the viewer's pace, and never at the others' cost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import socket
from typing import override

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
import pytest

from custom_components.telecast.engine.films.showings import Showing
from custom_components.telecast.engine.model import Client
from custom_components.telecast.engine.pipe import Facts, Pipe, open_pipe
from custom_components.telecast.engine.pipe.part import Part
from custom_components.telecast.engine.sessions import Sessions, film_channel
from custom_components.telecast.formats.byte_ranges import ContentRange, Range
from custom_components.telecast.servers.film_answers import send_film
from tests.fakes.showings import film_at

# All of it together finds room in the buffers of a socket: nothing has to be waited for.
BLOCK = bytes(16 * 1024)
BLOCKS = 16
FILM = film_at("http://films.example/")


class Turns:
    """Counts the loop's turns, for as long as it counts."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.count = 0
        self.over = False
        self._turn()

    def _turn(self) -> None:
        self.count += 1
        if not self.over:
            self._loop.call_soon(self._turn)


class ReadyPart(Part):
    """A film that is there as soon as it is asked for."""

    facts = Facts(size=BLOCKS * len(BLOCK))
    held: ContentRange | None = None
    moves = False

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self.reads: list[int] = []
        """In which turn each block was read or moved."""

    @override
    async def read(self) -> bytes:
        self.reads.append(self._turns.count)
        return BLOCK

    @override
    async def move(self, outlet: socket.socket, most: int) -> int:
        return 0


class ReadyToMove(ReadyPart):
    """The same, and it moves all but the first block."""

    moves = True

    @override
    async def move(self, outlet: socket.socket, most: int) -> int:
        self.reads.append(self._turns.count)
        return outlet.send(BLOCK[:most])


@pytest.mark.parametrize("kind", [ReadyPart, ReadyToMove])
async def test_whoever_takes_all_at_once_lets_others_have_their_turns(
    kind: type[ReadyPart],
) -> None:
    turns = Turns()
    part = kind(turns)
    sessions = Sessions(lambda _: None)

    @asynccontextmanager
    async def open_part(_wanted: Range | None, _if_range: str) -> AsyncIterator[Part]:
        yield part

    @asynccontextmanager
    async def showing() -> AsyncIterator[Showing]:
        with sessions.open(
            film_channel(FILM),
            Client(address="192.168.1.2"),
            protocol="http",
            account=None,
            hang_up=lambda: None,
        ) as session:
            pipe: Pipe
            async with open_pipe(open_part, name="film") as pipe:
                yield Showing(
                    pipe,
                    pipe.read,
                    move=pipe.move,
                    session=session,
                    sessions=sessions,
                )

    async def answer(request: web.Request) -> web.StreamResponse:
        return await send_film(request, FILM, showing(), converted=False)

    app = web.Application()
    app.router.add_get("/", answer)
    async with (
        TestServer(app, host="127.0.0.1") as server,
        ClientSession() as client,
        client.get(server.make_url("/")) as response,
    ):
        assert await response.read() == BLOCK * BLOCKS
    turns.over = True
    assert len(set(part.reads)) == len(part.reads) == BLOCKS
