"""Answers that are films: their headers, and their bytes at the viewer's pace."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
import socket

from aiohttp import web

from ..engine.errors import NoDataError, TelecastError, UnsatisfiableRangeError
from ..engine.films.showings import Showing
from ..engine.model import Playable
from ..engine.pipe import Facts, own_socket
from ..formats.byte_ranges import Range, parse_range, unsatisfied
from ..formats.containers import content_type_of
from .answers import text_answer
from .leaving import notice_who_leaves
from .live import LIVE_HEADERS, LiveResponse
from .routes import ErrorAnswer


def wanted_of(request: web.Request) -> Range | None:
    """Answer the range that a request asks for; None for the whole."""
    told = request.headers.getall("Range", [])
    return parse_range(told[0]) if len(told) == 1 else None


def if_range_of(request: web.Request) -> str:
    """Answer what a request wants a range only of; empty for whatever is there."""
    return request.headers.get("If-Range", "").strip()


def cut_off(request: web.Request) -> Callable[[], None]:
    """Answer what breaks off a request, and so has its handler cancelled."""

    def abort() -> None:
        if request.transport:
            request.transport.abort()

    return abort


def film_error(answer: ErrorAnswer) -> ErrorAnswer:
    """Answer errors as `answer` does, and tell who asked for too much what there is."""

    def answered(error: TelecastError) -> web.Response:
        if not isinstance(error, UnsatisfiableRangeError):
            return answer(error)
        response = text_answer(str(error), status=416)
        response.headers["Content-Range"] = unsatisfied(error.size)
        return response

    return answered


def head_of(film: Playable, facts: Facts | None) -> web.StreamResponse:
    """Answer a HEAD for a film from what is known of it."""
    headers = _headers(film, facts or Facts())
    if facts is None:
        # So far nothing speaks against ranges.
        headers["Accept-Ranges"] = "bytes"
    if facts is None or facts.size is None:
        return web.Response(headers=headers)
    response = web.StreamResponse(headers=headers)
    response.content_length = facts.size
    return response


async def send_film(
    request: web.Request,
    film: Playable,
    opening: AbstractAsyncContextManager[Showing],
    *,
    converted: bool,
) -> web.StreamResponse:
    """Send a film until its end, or until the viewer leaves or is sent away.

    The response is prepared with the first bytes in hand, so that until then every
    error of the engine is raised and can still become an answer. Later ones are raised,
    too: what has been promised cannot be kept then.
    """
    async with opening as showing:
        first = await showing.read()
        if not first:
            raise NoDataError("Nothing came of the film")
        response = _response(film, showing, converted=converted)
        with suppress(ConnectionError):
            notice_who_leaves(request)
            await response.prepare(request)
            await _pour(request, response, showing, first)
    return response


async def _pour(
    request: web.Request, response: web.StreamResponse, showing: Showing, first: bytes
) -> None:
    block = first
    with _outlet(request, showing) as outlet:
        while block:
            await response.write(block)
            showing.sent(len(block))
            # A socket that takes all at once would keep the loop from all others.
            await asyncio.sleep(0)
            if outlet:
                await request.writer.drain()
                await _move(showing, outlet)
            block = await showing.read()


async def _move(showing: Showing, outlet: socket.socket) -> None:
    while count := await showing.move(outlet):
        showing.sent(count)
        await asyncio.sleep(0)


@contextmanager
def _outlet(request: web.Request, showing: Showing) -> Iterator[socket.socket | None]:
    """Answer the viewer's connection if a film can be moved there; None if it cannot.

    Inside the block, whoever waits for the response to be drained waits until all of
    it has gone out: nothing may overtake what was written before.
    """
    transport = request.transport if showing.moves else None
    with own_socket(transport) as outlet:
        if transport is None or outlet is None:
            yield None
            return
        transport.set_write_buffer_limits(0)
        try:
            yield outlet
        finally:
            transport.set_write_buffer_limits()


def _response(
    film: Playable, showing: Showing, *, converted: bool
) -> web.StreamResponse:
    if converted:
        response: web.StreamResponse = LiveResponse(headers=LIVE_HEADERS)
        response.force_close()
        return response
    headers = _headers(film, showing.facts)
    if showing.length is None:
        response = LiveResponse(headers=headers)
        response.force_close()
        return response
    response = web.StreamResponse(headers=headers)
    response.content_length = showing.length
    if part := showing.part:
        response.set_status(206)
        response.headers["Content-Range"] = part.header
    return response


def _headers(film: Playable, facts: Facts) -> dict[str, str]:
    has_ranges = facts.ranges is not False and facts.size is not None
    headers = {
        "Content-Type": content_type_of(film.extension),
        "Accept-Ranges": "bytes" if has_ranges else "none",
        "Cache-Control": "private",
        # Receivers and pages elsewhere read it by script; its address protects it.
        "Access-Control-Allow-Origin": "*",
        "Server": "Telecast",
    }
    if facts.etag:
        headers["ETag"] = facts.etag
    if facts.last_modified:
        headers["Last-Modified"] = facts.last_modified
    return headers
