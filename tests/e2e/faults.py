"""Streams as bad providers send them."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from tests.fakes.transport import Multiplex

_TS = {"Content-Type": "video/mp2t"}


async def trickle(request: web.Request) -> web.StreamResponse:
    """Send a byte a second."""
    response = web.StreamResponse(headers=_TS)
    await response.prepare(request)
    while True:
        await response.write(b"G")
        await asyncio.sleep(1)


async def silence(request: web.Request) -> web.StreamResponse:
    """Promise a stream, and send nothing of it."""
    response = web.StreamResponse(headers=_TS)
    await response.prepare(request)
    await asyncio.Event().wait()
    return response


async def page(request: web.Request) -> web.StreamResponse:
    """Send a page as if it were video."""
    text = "<!DOCTYPE html><html><body>Your subscription has expired</body></html>"
    return web.Response(text=text, content_type="text/html")


async def circle(request: web.Request) -> web.StreamResponse:
    """Lead on to itself, for ever."""
    raise web.HTTPFound(request.path)


async def liar(request: web.Request) -> web.StreamResponse:
    """Promise H.264 in the tables, and send pictures of nothing."""
    response = web.StreamResponse(headers=_TS)
    await response.prepare(request)
    multiplex = Multiplex()
    while True:
        block = multiplex.tables()
        for _ in range(25):
            block += multiplex.frame(key=False, size=20)
        await response.write(block)
        await asyncio.sleep(1)


FAULTS: dict[str, Callable[[web.Request], Awaitable[web.StreamResponse]]] = {
    fault.__name__: fault for fault in (trickle, silence, page, circle, liar)
}
"""By name."""
