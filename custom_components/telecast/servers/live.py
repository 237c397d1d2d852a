"""MPEG-TS to a viewer, for as long as both sides like."""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from typing import Self

from aiohttp import web

from ..engine.errors import StreamClosedError
from ..engine.streams.viewing import Viewing

# A viewer who has taken nothing for this long has gone, or might as well have.
STUCK_SECONDS = 10.0

_MPEG_TS = "video/mp2t"
LIVE_HEADERS = {
    "Content-Type": _MPEG_TS,
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
        first = await anext(viewing, None)
        if first is None:
            raise StreamClosedError("The viewer was sent away")
        response = LiveResponse(headers=LIVE_HEADERS)
        response.force_close()
        with suppress(ConnectionError), _limited(viewing, duration):
            await response.prepare(request)
            await _send(request, response, viewing, first)
    return response


def mime_type_for(request: web.Request) -> str:
    """Answer what a playlist of MPEG-TS has to say of its streams; empty for nothing.

    Kodi's client of playlists (pvr.iptvsimple) asks for the headers of a stream twice, and
    opens it twice or three times before it plays, unless the playlist says what it is;
    likewise recordings, where each opening takes a connection of the provider. Nobody else
    is told: some players take the line that follows a title for its address.
    """
    agent = request.headers.get("User-Agent", "")
    return _MPEG_TS if "kodi" in agent.casefold() else ""


class LiveResponse(web.StreamResponse):
    """A body without length or chunks that ends with the connection.

    Tuners send it so; some players take chunk headers for video, and each chunk costs
    two more pieces to write.
    """

    _length_check = False


class _Progress:
    """Watches the writing to one viewer; cuts a connection off that is stuck."""

    def __init__(self, request: web.Request, viewing: Viewing) -> None:
        self._request = request
        self._viewing = viewing
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._writing = False
        self._writes = 0
        self._seen = -1

    def __enter__(self) -> Self:
        self._viewing.hang_up.add(self._cut_off)
        self._look()
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer:
            self._timer.cancel()

    async def write(self, response: LiveResponse, block: bytes) -> None:
        """Send a block; wait while the viewer has not taken the ones before."""
        self._writing = True
        await response.write(block)
        self._writing = False
        self._writes += 1
        self._viewing.sent(len(block))

    def _look(self) -> None:
        if self._writing and self._writes == self._seen:
            self._viewing.session.reason = "stuck"
            self._cut_off()
        self._seen = self._writes
        self._timer = self._loop.call_later(STUCK_SECONDS, self._look)

    def _cut_off(self) -> None:
        # One that takes what it is given gets its last block, and an end in order.
        if self._writing and self._request.transport:
            self._request.transport.abort()


async def _send(
    request: web.Request, response: LiveResponse, viewing: Viewing, first: bytes
) -> None:
    with _Progress(request, viewing) as progress:
        await progress.write(response, first)
        async for block in viewing:
            await progress.write(response, block)
            if viewing.behind:
                # A socket that takes all at once would keep the loop from all others.
                await asyncio.sleep(0)


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
