"""Home Assistant's websocket, as its frontend speaks it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp


class RefusedError(RuntimeError):
    """Home Assistant refused a request; the text is its answer."""


class Socket:
    """A websocket: one command at a time, events between them are kept."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._sent = 0
        self._events: list[Any] = []

    async def command(self, kind: str, **fields: Any) -> Any:
        """Answer a command's result; raise RefusedError."""
        self._sent += 1
        await self._socket.send_json({"id": self._sent, "type": kind, **fields})
        while (message := await self._socket.receive_json())["type"] != "result":
            self._events.append(message["event"])
        if not message["success"]:
            raise RefusedError(f"{kind}: {message['error']}")
        return message["result"]

    async def event(self) -> Any:
        """Wait for the next event of what was subscribed to."""
        if self._events:
            return self._events.pop(0)
        return (await self._socket.receive_json())["event"]


@asynccontextmanager
async def open_socket(
    session: aiohttp.ClientSession, url: str, token: str
) -> AsyncIterator[Socket]:
    """Open a websocket with an access token; raise RefusedError where it is no good."""
    async with session.ws_connect(f"{url}/api/websocket") as socket:
        await socket.receive_json()
        await socket.send_json({"type": "auth", "access_token": token})
        if (await socket.receive_json())["type"] != "auth_ok":
            raise RefusedError("The websocket does not take our token")
        yield Socket(socket)
