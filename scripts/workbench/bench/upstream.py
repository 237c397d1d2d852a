"""A provider for measurements: one 8 Mbit/s stream under any name, and big documents.

All who watch get the same piece at the same moment, so that serving 200 costs little.
It says its address on standard output.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path
import sys
import time
from typing import override
from urllib.parse import urlsplit

from custom_components.telecast.formats.mpegts import PACKET, Loop

from ..demo.channels import SECONDS, cache_folder, record

# As most providers write: eight datagrams' worth of packets.
PIECE = 8 * 7 * PACKET
_KILOBITS = 7_740
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nConnection: close\r\n\r\n"
_VIDEO = _HEAD % b"video/mp2t"
_NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Station:
    """Sends one stream to all who watch."""

    def __init__(self, loop: Loop) -> None:
        self._pieces = _even_pieces(loop)
        self._interval = PIECE * 8 / loop.bitrate
        self._watching: set[asyncio.Transport] = set()
        self._since_keyframe: list[bytes] = []
        self.first_bytes: dict[str, float] = {}
        """When each path was sent its first byte, on the monotonic clock."""

    async def run(self) -> None:
        """Send pieces evenly for ever."""
        due = time.monotonic()
        while True:
            piece, keyframe = next(self._pieces)
            if keyframe:
                self._since_keyframe.clear()
            self._since_keyframe.append(piece)
            for transport in self._watching:
                transport.write(piece)
            due += self._interval
            await asyncio.sleep(due - time.monotonic())

    def watch(self, transport: asyncio.Transport, path: str) -> None:
        """Begin with all since the last keyframe."""
        transport.write(_VIDEO)
        self.first_bytes[path] = time.monotonic()
        transport.write(b"".join(self._since_keyframe))
        self._watching.add(transport)

    def leave(self, transport: asyncio.Transport) -> None:
        """Send this one nothing more."""
        self._watching.discard(transport)


class _Connection(asyncio.Protocol):
    """Answers one request."""

    def __init__(self, station: Station, folder: Path) -> None:
        self._station = station
        self._folder = folder
        self._request = b""

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    @override
    def data_received(self, data: bytes) -> None:
        self._request += data
        if b"\r\n\r\n" in self._request:
            self._answer(urlsplit(self._request.split()[1].decode()).path)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._station.leave(self._transport)

    def _answer(self, path: str) -> None:
        if path.startswith("/live/"):
            self._station.watch(self._transport, path)
        elif path.startswith("/first-byte/"):
            moment = self._station.first_bytes[path.removeprefix("/first-byte")]
            self._transport.write(_HEAD % b"text/plain" + f"{moment}".encode())
            self._transport.close()
        elif (file := self._folder / path.lstrip("/")).is_file():
            _sending.add(task := asyncio.create_task(self._send(file)))
            task.add_done_callback(_sending.discard)
        else:
            self._transport.write(_NOT_FOUND)
            self._transport.close()

    async def _send(self, file: Path) -> None:
        self._transport.write(_HEAD % b"application/octet-stream")
        with file.open("rb") as opened:
            await asyncio.get_running_loop().sendfile(self._transport, opened)
        self._transport.close()


_sending: set[asyncio.Task[None]] = set()


def constant_loop() -> Loop:
    """Answer an 8 Mbit/s stream of constant rate; made once, then taken from the cache."""
    path = cache_folder() / "bench-1" / "8-mbit.ts"
    if not path.exists():
        record(
            path,
            picture="testsrc2",
            tone=440,
            kilobits=_KILOBITS,
            constant=True,
        )
    return Loop(path.read_bytes(), seconds=SECONDS)


def _even_pieces(loop: Loop) -> Iterator[tuple[bytes, bool]]:
    """Yield pieces of one size for ever, and whether a keyframe begins one."""
    rest, keyframe = b"", False
    for due, data in loop.play(0):
        if due == int(due):  # a keyframe a second
            if rest:
                yield rest, keyframe
            rest, keyframe = b"", True
        rest += data
        while len(rest) >= PIECE:
            yield rest[:PIECE], keyframe
            rest, keyframe = rest[PIECE:], False


async def _serve(folder: Path) -> None:
    station = Station(constant_loop())
    server = await asyncio.get_running_loop().create_server(
        lambda: _Connection(station, folder), "127.0.0.1", 0
    )
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await station.run()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
