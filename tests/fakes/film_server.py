"""A server of one film on loopback: with ranges or without, and broken as a test says.

async with FilmServer(film) as server:
    server.url
    server.faults.append(cut(after=1000))       # each spoils one answer, in turn
    server.etag, server.last_modified, server.ranges, server.tells_size
    server.asked, server.streams, server.sent
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
import random
from typing import Self

from aiohttp import web

from custom_components.telecast.formats.byte_ranges import (
    ContentRange,
    UnsatisfiableError,
    parse_range,
    resolve,
    unsatisfied,
)

from .counts import HANG_UP_SECONDS, Connections
from .faults import hang_up

_PIECE = 64 * 1024

type Fault = Callable[[FilmServer, web.BaseRequest], Awaitable[web.StreamResponse]]


def film(size: int, seed: int = 1) -> bytes:
    """Make a film that nobody could play: no two places in it are the same."""
    return b"\x1a\x45\xdf\xa3" + random.Random(seed).randbytes(size - 4)


class FilmServer:
    """Serves a film, and counts who takes it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.url = ""
        """Where the film is, once it serves."""
        self.etag = '"one"'
        self.last_modified = ""
        self.content_type = "video/x-matroska"
        self.ranges = True
        """Whether it heeds ranges."""
        self.tells_size = True
        self.faults: deque[Fault] = deque()
        """What spoils the next answers, one each."""
        self.asked: list[Mapping[str, str]] = []
        """The headers of all requests, oldest first."""
        self.sent = 0
        """Bytes that were handed to the system."""
        self._connections = Connections(self._tell)
        self.streams = self._connections.streams
        self._news = asyncio.Event()

    async def __aenter__(self) -> Self:
        """Serve on a free port of 127.0.0.1."""
        self._server = web.Server(
            self._answer, handler_cancellation=True, access_log=None
        )
        self._listener = await asyncio.get_running_loop().create_server(
            lambda: self._connections.tap(self._server()), "127.0.0.1", 0
        )
        host, port = self._listener.sockets[0].getsockname()
        self.url = f"http://{host}:{port}/film.mkv"
        return self

    async def __aexit__(self, *_: object) -> None:
        """Hang up on everybody."""
        self._listener.close()
        await self._server.shutdown(timeout=HANG_UP_SECONDS)
        await self._listener.wait_closed()

    def hang_up(self, *, reset: bool = False) -> None:
        """Hang up on everybody who takes the film now."""
        for transport in self._connections.watching("film"):
            hang_up(transport, reset=reset)

    async def until(self, met: Callable[[], bool], *, seconds: float = 60) -> None:
        """Wait until what it counts meets a condition; raise TimeoutError if never."""
        async with asyncio.timeout(seconds):
            while not met():
                await self._news.wait()

    async def send(
        self, request: web.BaseRequest, *, limit: int | None = None
    ) -> web.StreamResponse:
        """Answer a request; with a `limit`, no more than so many bytes, and no end."""
        held = self._held(request)
        response = self._response(request, held)
        await response.prepare(request)
        first, stop = (held.first, held.last + 1) if held else (0, len(self.data))
        if response.status == 416:
            return response
        if limit is not None:
            stop = min(stop, first + limit)
        for at in range(first, stop, _PIECE):
            piece = self.data[at : min(stop, at + _PIECE)]
            await response.write(piece)
            self.sent += len(piece)
            await asyncio.sleep(0)
        return response

    def _held(self, request: web.BaseRequest) -> ContentRange | None:
        wanted = parse_range(request.headers.get("Range", ""))
        condition = request.headers.get("If-Range")
        fits = condition in (None, self.etag, self.last_modified)
        if not self.ranges or wanted is None or not fits:
            return None
        try:
            return resolve(wanted, len(self.data))
        except UnsatisfiableError:
            return ContentRange(first=0, last=-1, size=len(self.data))

    def _response(
        self, request: web.BaseRequest, held: ContentRange | None
    ) -> web.StreamResponse:
        response = web.StreamResponse()
        response.content_type = self.content_type
        if self.etag:
            response.headers["ETag"] = self.etag
        if self.last_modified:
            response.headers["Last-Modified"] = self.last_modified
        if held is None:
            if self.tells_size:
                response.content_length = len(self.data)
            return response
        if held.last < held.first:
            response.set_status(416)
            response.headers["Content-Range"] = unsatisfied(held.size)
            response.content_length = 0
            return response
        response.set_status(206)
        response.headers["Content-Range"] = held.header
        response.content_length = held.last - held.first + 1
        return response

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.asked.append(request.headers.copy())
        with (
            self._connections.carrying(request.transport, "film"),
            suppress(ConnectionError),
        ):
            if self.faults:
                return await self.faults.popleft()(self, request)
            return await self.send(request)
        return web.Response(status=500)

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()


def cut(after: int, *, reset: bool = False) -> Fault:
    """Hang up after so many bytes of the body, with FIN or with RST."""

    async def fault(server: FilmServer, request: web.BaseRequest) -> web.StreamResponse:
        response = await server.send(request, limit=after)
        hang_up(request.transport, reset=reset)
        return response

    return fault


def status(code: int) -> Fault:
    """Answer a status, and nothing with it."""

    async def fault(_server: FilmServer, _request: web.BaseRequest) -> web.Response:
        return web.Response(status=code)

    return fault


def instead(text: str, content_type: str = "text/html") -> Fault:
    """Answer 200 with something else."""

    async def fault(_server: FilmServer, _request: web.BaseRequest) -> web.Response:
        return web.Response(text=text, content_type=content_type)

    return fault


def stopping(after: int) -> Fault:
    """Fall silent after so many bytes, with the connection open."""

    async def fault(server: FilmServer, request: web.BaseRequest) -> web.StreamResponse:
        await server.send(request, limit=after)
        await asyncio.get_running_loop().create_future()
        raise AssertionError

    return fault


def changing(data: bytes, etag: str) -> Fault:
    """Put another film in the place of this one, and serve that."""

    async def fault(server: FilmServer, request: web.BaseRequest) -> web.StreamResponse:
        server.data, server.etag = data, etag
        return await server.send(request)

    return fault


def part(first: int, last: int) -> Fault:
    """Answer this part, whatever was asked for."""

    async def fault(server: FilmServer, _request: web.BaseRequest) -> web.Response:
        held = ContentRange(first=first, last=last, size=len(server.data))
        response = web.Response(status=206, body=server.data[first : last + 1])
        response.headers["Content-Range"] = held.header
        return response

    return fault
