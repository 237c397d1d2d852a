"""Moves films to an outlet, and takes what comes out at its other end."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import socket

from custom_components.telecast.engine.pipe import Pipe
from custom_components.telecast.engine.tasks import open_tasks
from tests.fakes.film_server import FilmServer


@dataclass
class Taker:
    """Who takes what comes out of an outlet."""

    outlet: socket.socket
    """Into which a film is moved."""
    end: socket.socket
    """From which it is taken."""
    taken: bytearray = field(default_factory=bytearray)
    moves: int = 0
    """How often something was moved."""
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def pour(self, pipe: Pipe) -> None:
        """Move a film to its end, and send what has to be read."""
        loop = asyncio.get_running_loop()
        while data := await pipe.read():
            await loop.sock_sendall(self.outlet, data)
            while await pipe.move(self.outlet):
                self.moves += 1

    async def take(self) -> None:
        """Take all that comes, until the outlet is shut."""
        loop = asyncio.get_running_loop()
        while data := await loop.sock_recv(self.end, 65536):
            self.taken += data
            self.came.set()

    async def until(self, met: Callable[[], bool]) -> None:
        """Wait until what was taken meets a condition."""
        async with asyncio.timeout(60):
            while not met():
                self.came.clear()
                await self.came.wait()


@asynccontextmanager
async def open_taker() -> AsyncIterator[Taker]:
    """Connect an outlet with whoever takes from it; nobody does so far."""
    loop = asyncio.get_running_loop()
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as end:
        server.setblocking(False)
        end.setblocking(False)
        await loop.sock_connect(end, server.getsockname())
        outlet, _ = await loop.sock_accept(server)
        with outlet:
            yield Taker(outlet, end)


async def moved(pipe: Pipe) -> tuple[bytes, int]:
    """Answer all of a film, and in how many moves it came."""
    async with open_taker() as taker, open_tasks() as tasks:
        taking = tasks.create_task(taker.take())
        await taker.pour(pipe)
        taker.outlet.shutdown(socket.SHUT_WR)
        await taking
        return bytes(taker.taken), taker.moves


async def nothing_moves(server: FilmServer) -> None:
    """Wait until a server sends nothing more, for as long as nobody does anything."""
    unchanged, before = 0, -1
    while unchanged < 200:
        await asyncio.sleep(0)
        unchanged = unchanged + 1 if server.sent == before else 0
        before = server.sent
