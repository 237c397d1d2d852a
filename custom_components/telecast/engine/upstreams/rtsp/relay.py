"""Stands between FFmpeg and an RTSP server: FFmpeg is told neither address nor login.

An address in FFmpeg's arguments would be there for all who may look at this machine's
processes; FFmpeg would resolve its host once more, and follow whatever redirect comes.
So it speaks to a port of ours, and what it says goes on over a connection of ours.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, closing, suppress
import secrets
import socket
from typing import Any

from ....formats import rtsp
from ...errors import NoDataError
from ...tasks import open_tasks
from .conversation import Conversation

_READ_BYTES = 64 * 1024
_UNAUTHORIZED = 401


@asynccontextmanager
async def open_relay(conversation: Conversation) -> AsyncIterator[str]:
    """Relay what one program says that opens the address answered.

    When either side hangs up, the other one is hung up on. Raises NoDataError for what
    is no RTSP.
    """
    loop = asyncio.get_running_loop()
    with closing(socket.create_server(("127.0.0.1", 0), backlog=1)) as listener:
        listener.setblocking(False)
        port = listener.getsockname()[1]
        # Nobody else on this machine can guess it, nor is let in without it.
        url = f"rtsp://127.0.0.1:{port}/{secrets.token_urlsafe()}"

        async def relay() -> None:
            connection, _ = await loop.sock_accept(listener)
            listener.close()
            reader, writer = await asyncio.open_connection(sock=connection)
            try:
                await _Relay(conversation, url, reader, writer).run()
            finally:
                writer.transport.abort()
                with suppress(OSError):
                    await writer.wait_closed()

        async with open_tasks() as tasks:
            relaying = tasks.create_task(relay())
            try:
                yield url
            finally:
                relaying.cancel()


class _Relay:
    """One connection of FFmpeg's."""

    def __init__(
        self,
        conversation: Conversation,
        url: str,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._server = conversation
        self._url = url
        self._reader = reader
        self._writer = writer
        self._known = False
        self._request: rtsp.Message | None = None
        """The last one, for as long as it may have to be said once more."""

    async def run(self) -> None:
        """Relay both ways until one side hangs up."""
        async with open_tasks() as tasks:
            ways = [
                tasks.create_task(_to_its_end(way())) for way in (self._up, self._down)
            ]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()

    async def _up(self) -> None:
        parser = rtsp.Reader()
        while data := await self._reader.read(_READ_BYTES):
            for item in parser.feed(data):
                if isinstance(item, rtsp.Message):
                    await self._ask(item)
                else:
                    await self._server.write(item.data)

    async def _ask(self, request: rtsp.Message) -> None:
        if request.url.startswith(self._url):
            # Whatever the server calls its parts is asked for as it calls them.
            rest = request.url.removeprefix(self._url)
            request = request.to(self._server.url + rest)
            self._known = True
        if not self._known:
            raise NoDataError("Somebody else has come in FFmpeg's place")
        self._request = request
        await self._server.send(request)

    async def _down(self) -> None:
        while items := await self._server.hear():
            said = [await self._answer(item) for item in items]
            self._writer.write(b"".join(said))
            await self._writer.drain()

    async def _answer(self, item: rtsp.Message | rtsp.Frame) -> bytes:
        if isinstance(item, rtsp.Frame):
            return item.data
        request, self._request = self._request, None
        if item.status == _UNAUTHORIZED and request and self._server.challenge(item):
            # What it had asked for in the beginning holds no longer.
            await self._server.send(request)
            return b""
        if item.status and 300 <= item.status < 400:
            raise NoDataError("The server sends elsewhere in the middle of a stream")
        return rtsp.render(item)


async def _to_its_end(way: Coroutine[Any, Any, None]) -> None:
    try:
        await way
    except rtsp.RtspError as err:
        raise NoDataError("What the server says is no RTSP") from err
    except OSError:
        return  # what FFmpeg makes of it is for its own end to say
