"""A real HTTP provider on loopback: playlist, guide, endless streams, and exact counts.

async with Provider({"one": recording}, rate=1_000_000) as provider:
    provider.playlist_url                       # lists every stream
    provider.guide(xmltv)                       # at /guide.xml, .xml.gz and .xml.xz
    provider.misbehave("one", faults.die(after=188_000), times=1)
    provider.count("one").now, .ever, .peak     # open streams of one channel
    provider.streams, provider.connections      # of all; and TCP connections
    await provider.until(lambda: provider.streams.now == 0)
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
import gzip
import lzma
from typing import Self

from aiohttp import web

from .content import Content, Document, Loop
from .counts import HANG_UP_SECONDS, Connections, Count
from .faults import Fault, hang_up, send

PLAYLIST = "/playlist.m3u"
GUIDE = "/guide.xml"
_NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Request:
    """What somebody asked for."""

    method: str
    path: str
    """With its query."""
    headers: Mapping[str, str]


class Provider:
    """Serves what a test gives it, and counts who takes it; misbehaves on command."""

    def __init__(
        self,
        streams: Mapping[str, bytes] | None = None,
        *,
        rate: float | None = 1_000_000,
    ) -> None:
        self.url = ""
        """Scheme, host and port, once it serves."""
        self.requests: list[Request] = []
        """All that came, oldest first."""
        self._connections = Connections(self._tell)
        self.connections = self._connections.all
        """TCP connections, whatever they are for."""
        self.streams = self._connections.streams
        """Connections over which a stream flows, or should."""
        self._loops: dict[str, Loop] = {}
        self._documents: dict[str, Document] = {}
        self._versions: dict[str, int] = {}
        self._faults: dict[str, list[Fault | None]] = {}
        self._news = asyncio.Event()
        for name, data in (streams or {}).items():
            self.stream(name, data, rate=rate)

    async def __aenter__(self) -> Self:
        """Serve on a free port of 127.0.0.1."""
        self._server = web.Server(
            self._answer, handler_cancellation=True, access_log=None
        )
        self._listener = await asyncio.get_running_loop().create_server(
            lambda: self._connections.tap(self._server()), "127.0.0.1", 0
        )
        host, port = self._listener.sockets[0].getsockname()
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        """Hang up on everybody."""
        self._listener.close()
        await self._server.shutdown(timeout=HANG_UP_SECONDS)
        await self._listener.wait_closed()

    # What it serves

    @property
    def playlist_url(self) -> str:
        """Where the playlist is: the generated one, or what was put there."""
        return self.url + PLAYLIST

    @property
    def guide_url(self) -> str:
        """Where the plain guide is; `.gz` and `.xz` behind it are the packed ones."""
        return self.url + GUIDE

    def stream_url(self, name: str) -> str:
        """Where a stream is."""
        return f"{self.url}/live/{name}.ts"

    def stream(
        self,
        name: str,
        data: bytes,
        *,
        rate: float | None = 1_000_000,
        burst: int = 0,
        chunked: bool = True,
    ) -> None:
        """Offer an endless stream: `data` looped at `rate` bytes a second (None: flat out).

        `burst` bytes come at once first; without `chunked` only the closing ends it.
        """
        loop = Loop(data=data, rate=rate, burst=burst, chunked=chunked)
        loop.flowing.set()
        self._loops[name] = loop

    def document(
        self,
        path: str,
        data: bytes | Iterable[bytes],
        content_type: str = "application/octet-stream",
        *,
        etag: bool = True,
        modified: bool = True,
    ) -> None:
        """Put a document at `path`; each new one has new validators, of the given kinds."""
        version = self._versions[path] = self._versions.get(path, 0) + 1
        document = Document(data=data, content_type=content_type)
        if etag and document.etag:
            document.headers["ETag"] = document.etag
        if modified:
            changed = _NEW_YEAR + timedelta(hours=version)
            document.headers["Last-Modified"] = format_datetime(changed, usegmt=True)
        self._documents[path] = document

    def playlist(self, data: bytes | str, **validators: bool) -> None:
        """Put a playlist in the place of the generated one."""
        data = data.encode() if isinstance(data, str) else data
        self.document(PLAYLIST, data, "application/x-mpegurl", **validators)

    def guide(self, data: bytes | str, **validators: bool) -> None:
        """Put a guide, plain and packed; the generated playlist names it."""
        data = data.encode() if isinstance(data, str) else data
        self.document(GUIDE, data, "application/xml", **validators)
        packed = gzip.compress(data, mtime=0)
        self.document(GUIDE + ".gz", packed, "application/gzip", **validators)
        self.document(
            GUIDE + ".xz", lzma.compress(data), "application/x-xz", **validators
        )

    # How it misbehaves

    def misbehave(self, where: str, fault: Fault, *, times: int | None = None) -> None:
        """Answer with `fault` for a stream's name or a path; so many times, or until told."""
        path = self._path(where)
        self._faults[path] = [fault] if times is None else [fault] * times + [None]

    def behave(self, where: str) -> None:
        """Answer as usual again."""
        self._faults.pop(self._path(where), None)

    def hold(self, name: str) -> None:
        """Let a stream fall silent, its connections open."""
        self._loops[name].flowing.clear()

    def resume(self, name: str) -> None:
        """Let a silent stream flow on."""
        self._loops[name].flowing.set()

    def cut(self, name: str, *, reset: bool = False) -> None:
        """Hang up on everybody who watches a stream, with FIN or with RST."""
        for transport in self._connections.watching(name):
            hang_up(transport, reset=reset)

    # What it saw

    def count(self, name: str) -> Count:
        """Answer the count of one stream's connections."""
        return self._connections.by_stream[name]

    def asked(self, path: str) -> list[Request]:
        """Answer the requests for a path, oldest first, whatever their query."""
        return [seen for seen in self.requests if seen.path.partition("?")[0] == path]

    async def until(self, met: Callable[[], bool], *, seconds: float = 60) -> None:
        """Wait until what it counts meets a condition; raise TimeoutError if never."""
        async with asyncio.timeout(seconds):
            while not met():
                await self._news.wait()

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.requests.append(
            Request(
                method=request.method,
                path=request.path_qs,
                headers=request.headers.copy(),
            )
        )
        self._tell()
        name = _stream_name(request.path)
        if name is None or request.method == "HEAD":
            return await self._serve(request)
        with self._connections.carrying(request.transport, name):
            return await self._serve(request)

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        content = self._content(request.path)
        fault = self._fault(request.path)
        if content is None and fault is None:
            return web.Response(status=404)
        if (
            fault is None
            and isinstance(content, Document)
            and content.known_to(request)
        ):
            return web.Response(status=304, headers=content.headers)
        with suppress(ConnectionError):
            return await (fault or send)(request, content or _NOTHING)
        return web.Response(status=500)

    def _fault(self, path: str) -> Fault | None:
        faults = self._faults.get(path, [])
        if len(faults) > 1:
            return faults.pop(0)
        return faults[0] if faults else None

    def _content(self, path: str) -> Content | None:
        if (name := _stream_name(path)) in self._loops:
            return self._loops[name]
        if path == PLAYLIST and path not in self._documents:
            return Document(
                data=self._generated(), content_type="application/x-mpegurl"
            )
        return self._documents.get(path)

    def _generated(self) -> bytes:
        named = f' url-tvg="{self.guide_url}"' if GUIDE in self._documents else ""
        lines = [f"#EXTM3U{named}"]
        for number, name in enumerate(self._loops, start=1):
            about = f'tvg-id="{name}" tvg-chno="{number}" group-title="Test"'
            lines += [f"#EXTINF:-1 {about},{name}", self.stream_url(name)]
        return "\n".join([*lines, ""]).encode()

    def _path(self, where: str) -> str:
        return where if where.startswith("/") else f"/live/{where}.ts"


def _stream_name(path: str) -> str | None:
    """Answer the stream that a path means, whether it is offered or not."""
    if path.startswith("/live/") and path.endswith(".ts"):
        return path.removeprefix("/live/").removesuffix(".ts")
    return None


_NOTHING = Document(data=b"", content_type="application/octet-stream")
