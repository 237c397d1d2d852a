"""Connections counted where they begin and end: at the sockets of a server."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import override

HANG_UP_SECONDS = 0.01
"""How long a server that ends waits for those it answers; aiohttp takes 0 for ever."""


@dataclass
class Count:
    """How many there are now, were ever, and were at once."""

    now: int = 0
    ever: int = 0
    peak: int = 0

    def begin(self) -> None:
        """Count one more."""
        self.now += 1
        self.ever += 1
        self.peak = max(self.peak, self.now)

    def end(self) -> None:
        """Count one less."""
        self.now -= 1


class Connections:
    """Counts TCP connections, and the streams that they carry."""

    def __init__(self, on_change: Callable[[], None]) -> None:
        self.all = Count()
        """TCP connections, whatever they are for."""
        self.streams = Count()
        """Connections over which a stream flows, or should."""
        self.by_stream: defaultdict[str, Count] = defaultdict(Count)
        self._on_change = on_change
        self._open: dict[asyncio.BaseTransport, str | None] = {}

    def tap(self, server: asyncio.Protocol) -> asyncio.Protocol:
        """Stand between a connection and the protocol that serves it."""
        return _Tap(self, server)

    def watching(self, stream: str) -> list[asyncio.BaseTransport]:
        """Answer the connections that carry a stream now."""
        return [transport for transport, name in self._open.items() if name == stream]

    @contextmanager
    def carrying(
        self, transport: asyncio.BaseTransport | None, stream: str
    ) -> Iterator[None]:
        """Count a stream until the block, or its connection, comes to an end."""
        if transport is None or transport not in self._open:
            yield
            return
        self._open[transport] = stream
        self.by_stream[stream].begin()
        self.streams.begin()
        self._on_change()
        try:
            yield
        finally:
            self._leave(transport)

    def connected(self, transport: asyncio.BaseTransport) -> None:
        """Count a connection in."""
        self._open[transport] = None
        self.all.begin()
        self._on_change()

    def disconnected(self, transport: asyncio.BaseTransport) -> None:
        """Count it out at its first sign of an end, with the stream that it carried."""
        if transport in self._open:
            self._leave(transport)
            del self._open[transport]
            self.all.end()
            self._on_change()

    def _leave(self, transport: asyncio.BaseTransport) -> None:
        if stream := self._open.get(transport):
            self._open[transport] = None
            self.by_stream[stream].end()
            self.streams.end()
            self._on_change()


class _Tap(asyncio.Protocol):
    """Stands between a connection and the server, and counts."""

    def __init__(self, connections: Connections, server: asyncio.Protocol) -> None:
        self._connections = connections
        self._server = server
        self._transport: asyncio.BaseTransport | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._connections.connected(transport)
        self._server.connection_made(transport)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._gone()
        self._server.connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        self._server.data_received(data)

    @override
    def eof_received(self) -> bool | None:
        self._gone()
        return self._server.eof_received()

    @override
    def pause_writing(self) -> None:
        self._server.pause_writing()

    @override
    def resume_writing(self) -> None:
        self._server.resume_writing()

    def _gone(self) -> None:
        if self._transport is not None:
            self._connections.disconnected(self._transport)
