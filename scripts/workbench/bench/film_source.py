"""A provider of two films for measurements: one sent flat out, one evenly.

Takes a file, and how many bytes a second the second film has. What it sends, it has the
system send (sendfile), so that it costs as little as any server. It says its address on
standard output.
"""

import asyncio
from contextlib import suppress
import json
from pathlib import Path
import sys
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

FLAT_OUT, EVENLY = 1, 2
"""The films' ids."""
LOGIN = "bench"
"""User name and password."""

_HEAD = (
    "HTTP/1.1 200 OK\r\nContent-Type: {}\r\nContent-Length: {}\r\n"
    "Connection: close\r\n\r\n"
)
_INTERVAL = 0.01
_ACCOUNT = {
    "user_info": {"auth": 1, "status": "Active", "max_connections": "0"},
    "server_info": {"timezone": "UTC"},
}
_CATEGORY = {"category_id": "1", "category_name": "Films", "parent_id": 0}


def path_of(film: int) -> str:
    """Answer where a film is."""
    return f"/movie/{LOGIN}/{LOGIN}/{film}.mkv"


class _Provider:
    def __init__(self, film: Path, rate: float) -> None:
        self._film = film
        self._rate = rate

    async def answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer one request, and hang up."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            url = urlsplit(head.split()[1].decode())
            if url.path in (path_of(FLAT_OUT), path_of(EVENLY)):
                await self._send(writer, evenly=url.path == path_of(EVENLY))
            else:
                self._tell(writer, parse_qs(url.query).get("action", [""])[0])
        writer.close()

    def _tell(self, writer: asyncio.StreamWriter, action: str) -> None:
        text = json.dumps(_answer(action))
        writer.write((_HEAD.format("application/json", len(text)) + text).encode())

    async def _send(self, writer: asyncio.StreamWriter, *, evenly: bool) -> None:
        loop = asyncio.get_running_loop()
        size = self._film.stat().st_size
        piece = int(self._rate * _INTERVAL) if evenly else size
        writer.write(_HEAD.format("video/x-matroska", size).encode())
        due = time.monotonic()
        with self._film.open("rb") as film:
            for at in range(0, size, piece):
                count = min(piece, size - at)
                await loop.sendfile(writer.transport, film, at, count)
                due += _INTERVAL
                await asyncio.sleep(due - time.monotonic())


def _answer(action: str) -> Any:
    match action:
        case "get_vod_categories":
            return [_CATEGORY]
        case "get_vod_streams":
            return [_listed(film) for film in (FLAT_OUT, EVENLY)]
        case "":
            return _ACCOUNT
    return []


def _listed(film: int) -> dict[str, Any]:
    return {
        "num": film,
        "name": f"Film {film}",
        "stream_type": "movie",
        "stream_id": film,
        "category_id": "1",
        "container_extension": "mkv",
    }


async def _serve(film: Path, rate: float) -> None:
    provider = _Provider(film, rate)
    server = await asyncio.start_server(provider.answer, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), float(sys.argv[2])))
