"""A film as it is served: whole, or the part that was asked for."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
import hashlib
import re
from typing import override

from aiohttp import web

from .content import Content

_PIECE = 64 * 1024
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_TYPES = {
    "mkv": "video/x-matroska",
    "mp4": "video/mp4",
    "avi": "video/x-msvideo",
    "ts": "video/mp2t",
}


@dataclass(kw_only=True)
class Part(Content):
    """Bytes from `start` to before `stop` of a file."""

    data: bytes
    start: int
    stop: int
    status: int
    content_type: str

    @override
    def open(self) -> web.StreamResponse:
        response = web.StreamResponse(status=self.status)
        response.content_type = self.content_type
        response.content_length = self.stop - self.start
        response.headers["Accept-Ranges"] = "bytes"
        response.headers["ETag"] = etag(self.data)
        if self.status != 200:
            reach = f"{self.start}-{self.stop - 1}" if self.status == 206 else "*"
            response.headers["Content-Range"] = f"bytes {reach}/{len(self.data)}"
        return response

    @override
    async def pieces(self) -> AsyncGenerator[bytes]:
        for at in range(self.start, self.stop, _PIECE):
            yield self.data[at : min(at + _PIECE, self.stop)]


def etag(data: bytes) -> str:
    """Answer the validator of a film."""
    return f'"{hashlib.sha256(data).hexdigest()[:16]}"'


def part_of(data: bytes, extension: str, request: web.BaseRequest) -> Part:
    """Answer what a request wants of a film, as RFC 9110 section 14 says."""
    content_type = _TYPES.get(extension, "application/octet-stream")
    start, stop, status = 0, len(data), 200
    wanted = _RANGE.fullmatch(request.headers.get("Range", ""))
    if wanted and request.headers.get("If-Range", etag(data)) == etag(data):
        start, stop, status = _limits(wanted[1], wanted[2], len(data))
    return Part(
        data=data, start=start, stop=stop, status=status, content_type=content_type
    )


def _limits(first: str, last: str, size: int) -> tuple[int, int, int]:
    if not first and not last:
        return 0, size, 200
    start = int(first) if first else max(0, size - int(last))
    stop = min(size, int(last) + 1) if first and last else size
    return (start, stop, 206) if start < stop else (0, 0, 416)
