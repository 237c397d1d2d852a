"""MPEG-TS to a viewer, for as long as both sides like."""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, suppress

from aiohttp import web

from ..engine.viewing import Viewing

# A viewer who has taken nothing for this long has gone, or might as well have.
STUCK_SECONDS = 10.0

LIVE_HEADERS = {
    "Content-Type": "video/mp2t",
    "Accept-Ranges": "none",
    "Cache-Control": "no-store",
    "Server": "Telecast",
}


async def send_live(
    request: web.Request,
    watching: AbstractAsyncContextManager[Viewing],
    *,
    duration: float | None = None,
) -> web.StreamResponse:
    """Send a stream until the viewer leaves, or the stream or `duration` (s) ends.

    The response is prepared with the first bytes in hand, so that until then every
    error of the engine is raised and can still become an answer.
    """
    async with watching as viewing:
        block = await anext(viewing)
        response = LiveResponse(headers=LIVE_HEADERS)
        response.force_close()
        with suppress(ConnectionError), _limited(viewing, duration):
            await response.prepare(request)
            with _unstuck(request, viewing) as turns:
                await _send(response, viewing, block, turns)
    return response


class LiveResponse(web.StreamResponse):
    """A body without length or chunks that ends with the connection.

    Tuners send it so; some players take chunk headers for video, and each chunk costs
    two more pieces to write.
    """

    _length_check = False


class _Turns:
    """How many blocks were sent, and whether one is being sent now."""

    count = 0
    busy = False


async def _send(
    response: LiveResponse, viewing: Viewing, first: bytes, turns: _Turns
) -> None:
    async def send(block: bytes) -> None:
        turns.busy = True
        await response.write(block)
        turns.busy = False
        turns.count += 1
        viewing.sent(len(block))

    await send(first)
    async for block in viewing:
        await send(block)
        if viewing.behind:
            # A socket that takes all at once would keep the loop from everybody else.
            await asyncio.sleep(0)


@contextmanager
def _unstuck(request: web.Request, viewing: Viewing) -> Iterator[_Turns]:
    """Cut the connection off when a write is stuck, or hung up on meanwhile."""
    loop = asyncio.get_running_loop()
    turns = _Turns()
    seen = -1

    def cut_off() -> None:
        if turns.busy and request.transport:
            request.transport.abort()

    def look() -> None:
        nonlocal seen, timer
        if turns.busy and turns.count == seen:
            viewing.session.reason = "stuck"
            cut_off()
        seen = turns.count
        timer = loop.call_later(STUCK_SECONDS, look)

    viewing.hang_up.add(cut_off)
    timer = loop.call_later(STUCK_SECONDS, look)
    try:
        yield turns
    finally:
        timer.cancel()


@contextmanager
def _limited(viewing: Viewing, duration: float | None) -> Iterator[None]:
    if duration is None:
        yield
        return
    timer = asyncio.get_running_loop().call_later(duration, viewing.hang_up)
    try:
        yield
    finally:
        timer.cancel()
