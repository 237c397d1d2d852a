"""Ways in which a provider misbehaves: what `Provider.misbehave` takes."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
import socket
import struct
from typing import NoReturn

from aiohttp import web

from .content import Content

type Fault = Callable[[web.BaseRequest, Content], Awaitable[web.StreamResponse]]

_RESET = struct.pack("ii", 1, 0)


def status(code: int, text: str = "") -> Fault:
    """Answer a status: 403, 404, 500…"""

    async def fault(_request: web.BaseRequest, _content: Content) -> web.Response:
        return web.Response(status=code, text=text)

    return fault


def instead(
    body: bytes, content_type: str = "application/octet-stream", **headers: str
) -> Fault:
    """Answer 200 with another body: nothing, three bytes, a truncated archive."""

    async def fault(_request: web.BaseRequest, _content: Content) -> web.Response:
        answer = web.Response(body=body, content_type=content_type)
        for name, value in headers.items():
            answer.headers[name.replace("_", "-")] = value
        return answer

    return fault


def html() -> Fault:
    """Answer 200 with a page that says something to people."""
    page = b"<!DOCTYPE html>\n<html><body><h1>Account suspended</h1></body></html>\n"
    return instead(page, "text/html")


def empty() -> Fault:
    """Answer 200 with no byte at all."""
    return instead(b"")


def redirect(to: str, code: int = 302) -> Fault:
    """Send on to another address, whatever it is."""

    async def fault(_request: web.BaseRequest, _content: Content) -> web.Response:
        return web.Response(status=code, headers={"Location": to})

    return fault


def redirects(hops: int) -> Fault:
    """Send on `hops` times over the same path, then serve."""

    async def fault(request: web.BaseRequest, content: Content) -> web.StreamResponse:
        done = int(request.query.get("hop", "0"))
        if done < hops:
            to = f"{request.path}?hop={done + 1}"
            return web.Response(status=302, headers={"Location": to})
        return await send(request, content)

    return fault


def redirect_loop() -> Fault:
    """Send round in a circle."""

    async def fault(request: web.BaseRequest, _content: Content) -> web.Response:
        return web.Response(status=302, headers={"Location": request.path})

    return fault


def no_headers() -> Fault:
    """Take the request and never answer."""

    async def fault(_request: web.BaseRequest, _content: Content) -> web.Response:
        return await _never()

    return fault


def slow_headers(seconds: float) -> Fault:
    """Answer as usual, but late."""

    async def fault(request: web.BaseRequest, content: Content) -> web.StreamResponse:
        await asyncio.sleep(seconds)
        return await send(request, content)

    return fault


def held(gate: asyncio.Event) -> Fault:
    """Answer as usual once the test has set `gate`."""

    async def fault(request: web.BaseRequest, content: Content) -> web.StreamResponse:
        await gate.wait()
        return await send(request, content)

    return fault


def stall(after: int) -> Fault:
    """Fall silent after some bytes, with the connection open."""

    async def fault(request: web.BaseRequest, content: Content) -> web.StreamResponse:
        await send(request, content, limit=after)
        return await _never()

    return fault


def die(after: int, *, reset: bool = False) -> Fault:
    """Close the connection after some bytes: orderly (FIN), or not (RST)."""

    async def fault(request: web.BaseRequest, content: Content) -> web.StreamResponse:
        answer = await send(request, content, limit=after)
        hang_up(request.transport, reset=reset)
        return answer

    return fault


def drip(size: int = 1, every: float = 1.0) -> Fault:
    """Send a few bytes at a time."""

    async def fault(request: web.BaseRequest, content: Content) -> web.StreamResponse:
        answer = content.open()
        await answer.prepare(request)
        async with aclosing(content.pieces()) as pieces:
            async for piece in pieces:
                for at in range(0, len(piece), size):
                    await answer.write(piece[at : at + size])
                    await asyncio.sleep(every)
        return answer

    return fault


async def send(
    request: web.BaseRequest, content: Content, *, limit: int | None = None
) -> web.StreamResponse:
    """Serve the content, or no more than its first `limit` bytes."""
    answer = content.open()
    await answer.prepare(request)
    if request.method == "HEAD":
        return answer
    left = limit
    async with aclosing(content.pieces()) as pieces:
        async for piece in pieces:
            if left is not None:
                piece = piece[:left]  # noqa: PLW2901 - what is left of it
                left -= len(piece)
            await answer.write(piece)
            if left == 0:
                return answer
            # A socket that takes all at once would never give the loop back.
            await asyncio.sleep(0)
    await answer.write_eof()
    return answer


def hang_up(transport: asyncio.BaseTransport | None, *, reset: bool) -> None:
    """Close a connection now: with FIN once what was written has left, or with RST."""
    if transport is None:
        return
    if not reset:
        transport.close()
        return
    connection: socket.socket | None = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()


async def _never() -> NoReturn:
    await asyncio.get_running_loop().create_future()
    raise AssertionError
