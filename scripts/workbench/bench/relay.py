"""The least that fans out a stream in asyncio: what is read is written to every socket.

Takes the address of the upstream; says its own on standard output.
"""

import asyncio
import sys
from typing import override
from urllib.parse import urlsplit

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: video/mp2t\r\nConnection: close\r\n\r\n"


class _Viewer(asyncio.Protocol):
    def __init__(self, watching: set[asyncio.Transport]) -> None:
        self._watching = watching

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(_ANSWER)
        self._watching.add(transport)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._watching.discard(self._transport)


class _Upstream(asyncio.Protocol):
    def __init__(self, watching: set[asyncio.Transport], path: str) -> None:
        self._watching = watching
        self._path = path
        self._head: bytes | None = b""

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(f"GET {self._path} HTTP/1.1\r\nHost: upstream\r\n\r\n".encode())

    @override
    def data_received(self, data: bytes) -> None:
        if self._head is not None:
            self._head += data
            _, end, data = self._head.partition(b"\r\n\r\n")
            if not end:
                return
            self._head = None
        for transport in self._watching:
            transport.write(data)


async def _relay(url: str) -> None:
    loop = asyncio.get_running_loop()
    watching: set[asyncio.Transport] = set()
    parts = urlsplit(url)
    assert parts.hostname and parts.port
    await loop.create_connection(
        lambda: _Upstream(watching, parts.path), parts.hostname, parts.port
    )
    server = await loop.create_server(lambda: _Viewer(watching), "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_relay(sys.argv[1]))
