"""Serves the control connections on TCP port 65001."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import override

from ...formats.hdhomerun import control, packets
from ...formats.hdhomerun.packets import PacketError
from .keeping import Opened
from .variables import Variables

IDLE_SECONDS = 60.0
"""A connection without a whole request for this long is closed; clients come again."""
MOST_OF_ONE = 8
MOST_OF_ALL = 64
"""Connections at once, of one address and of all of them."""
PER_SECOND = 100
"""Requests of one connection that are answered within a second; others wait."""

_BUFFER_BYTES = 4096


class Controller:
    """Answers control connections from those who are allowed."""

    def __init__(
        self,
        *,
        variables: Variables,
        is_allowed: Callable[[str], bool],
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._variables = variables
        self._is_allowed = is_allowed
        self._idle_seconds = idle_seconds
        self._connections: Counter[str] = Counter()

    @asynccontextmanager
    async def open(self, host: str | None, port: int) -> AsyncIterator[Opened]:
        """Serve connections to the port; leaving the block ends all of them at once.

        Raises OSError where the port is taken.
        """
        loop = asyncio.get_running_loop()
        server = await loop.create_server(self._connection, host, port)
        try:
            yield Opened(address=server.sockets[0].getsockname()[:2])
        finally:
            server.close()
            server.abort_clients()
            await server.wait_closed()

    def _connection(self) -> _Connection:
        return _Connection(
            variables=self._variables,
            enter=self._enter,
            leave=self._leave,
            idle_seconds=self._idle_seconds,
        )

    def _enter(self, address: str) -> bool:
        """Count a connection in, if it may be."""
        if (
            not self._is_allowed(address)
            or self._connections[address] >= MOST_OF_ONE
            or self._connections.total() >= MOST_OF_ALL
        ):
            return False
        self._connections[address] += 1
        return True

    def _leave(self, address: str) -> None:
        self._connections[address] -= 1
        if not self._connections[address]:
            del self._connections[address]


class _Connection(asyncio.BufferedProtocol):
    """One connection; holds no more than a buffer, whatever is sent."""

    def __init__(
        self,
        *,
        variables: Variables,
        enter: Callable[[str], bool],
        leave: Callable[[str], None],
        idle_seconds: float,
    ) -> None:
        self._variables = variables
        self._enter = enter
        self._leave = leave
        self._idle_seconds = idle_seconds
        self._loop = asyncio.get_running_loop()
        self._buffer = bytearray(_BUFFER_BYTES)
        self._frames = packets.Frames()
        self._transport: asyncio.Transport | None = None
        self._address = ""
        self._entered = False
        self._idle: asyncio.TimerHandle | None = None
        self._pause: asyncio.TimerHandle | None = None
        self._second_ends = 0.0
        self._left = 0
        self._full = False

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        peer = transport.get_extra_info("peername")
        self._address = str(peer[0]).partition("%")[0] if peer else ""
        if not self._enter(self._address):
            transport.abort()
            return
        self._transport = transport
        self._entered = True
        self._wait()

    @override
    def get_buffer(self, sizehint: int) -> bytearray:
        return self._buffer

    @override
    def buffer_updated(self, nbytes: int) -> None:
        if self._transport is None:
            return
        self._frames.feed(memoryview(self._buffer)[:nbytes])
        self._answer()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        for timer in (self._idle, self._pause):
            if timer:
                timer.cancel()
        if self._entered:
            self._leave(self._address)

    @override
    def pause_writing(self) -> None:
        # Who does not take answers is asked for no more questions.
        self._full = True
        self._read_or_not()

    @override
    def resume_writing(self) -> None:
        self._full = False
        self._answer()

    def _answer(self) -> None:
        """Answer what has come, as much as may be now."""
        transport = self._transport
        if transport is None:
            return
        try:
            while not self._full and self._may_answer():
                frame = next(self._frames, None)
                if frame is None:
                    break
                self._left -= 1
                request = control.parse_request(frame)
                reply = self._variables.answer(request, self._address)
                transport.write(packets.render(control.render_reply(reply)))
                self._wait()
        except PacketError:
            transport.abort()
            self._transport = None
            return
        self._read_or_not()

    def _may_answer(self) -> bool:
        now = self._loop.time()
        if now >= self._second_ends:
            self._second_ends, self._left = now + 1.0, PER_SECOND
        if not self._left and self._pause is None:
            self._pause = self._loop.call_at(self._second_ends, self._go_on)
        return self._left > 0

    def _go_on(self) -> None:
        self._pause = None
        self._answer()

    def _read_or_not(self) -> None:
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if self._full or self._pause:
            transport.pause_reading()
        else:
            transport.resume_reading()

    def _wait(self) -> None:
        """Give the client time for its next request."""
        if self._idle:
            self._idle.cancel()
        self._idle = self._loop.call_later(self._idle_seconds, self._end)

    def _end(self) -> None:
        if self._transport:
            self._transport.abort()
