"""What the provider serves: documents with validators, and recordings looped for ever."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass, field
import hashlib
from typing import override

from aiohttp import web

_PIECE = 64 * 1024
_TICKS = 20
"""How many pieces a second a paced stream sends."""


class UntilClosed(web.StreamResponse):
    """An answer without length or chunks, as streamers write them: it ends by closing."""

    _length_check = False


class Content:
    """Bytes to serve, and how."""

    def open(self) -> web.StreamResponse:
        """Make the answer that announces the bytes."""
        raise NotImplementedError

    def pieces(self) -> AsyncGenerator[bytes]:
        """Read the bytes, as fast as they should leave."""
        raise NotImplementedError


@dataclass(kw_only=True)
class Document(Content):
    """A file; `data` may be pieces that are made as they are read."""

    data: bytes | Iterable[bytes]
    content_type: str
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        """The strong validator of the bytes; empty when they are not known in whole."""
        if not isinstance(self.data, bytes):
            return ""
        return f'"{hashlib.sha256(self.data).hexdigest()[:16]}"'

    def known_to(self, request: web.BaseRequest) -> bool:
        """Tell whether the asker has these bytes already; an ETag goes before a date."""
        asked = request.headers
        if "If-None-Match" in asked:
            return asked["If-None-Match"] == self.headers.get("ETag")
        since = asked.get("If-Modified-Since")
        return since is not None and since == self.headers.get("Last-Modified")

    @override
    def open(self) -> web.StreamResponse:
        response = web.StreamResponse(headers=self.headers)
        response.content_type = self.content_type
        if isinstance(self.data, bytes):
            response.content_length = len(self.data)
        return response

    @override
    async def pieces(self) -> AsyncGenerator[bytes]:
        if not isinstance(self.data, bytes):
            for piece in self.data:
                yield piece
                await asyncio.sleep(0)
            return
        for at in range(0, len(self.data), _PIECE):
            yield self.data[at : at + _PIECE]


@dataclass(kw_only=True)
class Loop(Content):
    """A recording that begins anew whenever it ends, for each viewer from its start."""

    data: bytes
    rate: float | None
    """Bytes a second by the clock; None means flat out."""
    burst: int = 0
    """How many bytes come at once in the beginning."""
    chunked: bool = True
    flowing: asyncio.Event = field(default_factory=asyncio.Event)
    """Cleared, the stream falls silent with its connections open."""

    @override
    def open(self) -> web.StreamResponse:
        response = web.StreamResponse() if self.chunked else UntilClosed()
        response.content_type = "video/mp2t"
        response.force_close()
        return response

    @override
    async def pieces(self) -> AsyncGenerator[bytes]:
        clock = asyncio.get_running_loop().time
        begun = clock()
        sent = 0
        size = _PIECE if self.rate is None else max(1, int(self.rate / _TICKS))
        while True:
            await self.flowing.wait()
            yield self._at(sent, size)
            sent += size
            due = 0.0 if self.rate is None else (sent - self.burst) / self.rate
            # A silence is lost for good, as it is at a live provider.
            begun = max(begun, clock() - due - 2 / _TICKS)
            await asyncio.sleep(max(0.0, begun + due - clock()))

    def _at(self, place: int, size: int) -> bytes:
        place %= len(self.data)
        piece = self.data[place : place + size]
        while len(piece) < size:
            piece += self.data[: size - len(piece)]
        return piece
