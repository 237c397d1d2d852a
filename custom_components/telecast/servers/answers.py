"""Answers as our own paths give them, and what all paths share."""

import hashlib
import json
from pathlib import Path
from typing import Any

from aiohttp import ETag, web

from ..engine.errors import (
    AccountChangedError,
    BusyError,
    StreamError,
    TelecastError,
    UnknownChannelError,
    UnknownFilmError,
    UnsatisfiableRangeError,
)
from .access import NotAllowedError
from .live import LIVE_HEADERS
from .login import AccountInactiveError, LoginError, TooManyAttemptsError
from .profiles import UnknownProfileError

JSON = "application/json; charset=utf-8"
XML = "application/xml; charset=utf-8"
PLAYLIST = "audio/x-mpegurl; charset=utf-8"
TEXT = "text/plain; charset=utf-8"

_DOCUMENT_PIECE = 256 * 1024
_TAG_BYTES = 12
# What is shorter goes in one packet anyway.
_WORTH_PACKING = 1024


def json_answer(value: Any, *, status: int = 200) -> web.Response:
    """Answer a small JSON document, which is not to be kept."""
    headers = {"Cache-Control": "no-store"}
    return web.json_response(value, status=status, headers=headers)


def tagged_answer(request: web.Request, value: Any) -> web.Response:
    """Answer a JSON document, compressed if it is long and the client takes that.

    A client that has it already is told so (304).
    """
    body = json.dumps(value).encode()
    tag = hashlib.blake2b(body, digest_size=_TAG_BYTES).hexdigest()
    known = any(one.value in {tag, "*"} for one in request.if_none_match or ())
    response = web.Response(status=304) if known else web.Response(body=body)
    # Weak: it is the same document, compressed or not.
    response.etag = ETag(value=tag, is_weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    if not known:
        response.headers["Content-Type"] = JSON
        pack(request, response, size=len(body))
    return response


def pack(request: web.Request, response: web.StreamResponse, *, size: int) -> None:
    """Have an answer of so many bytes compressed on the way, if that is worth it."""
    response.headers["Vary"] = "Accept-Encoding"
    if size >= _WORTH_PACKING and takes_gzip(request):
        response.enable_compression(web.ContentCoding.gzip)


def takes_gzip(request: web.Request) -> bool:
    """Tell whether the client takes answers compressed."""
    return "gzip" in request.headers.get("Accept-Encoding", "").casefold()


def text_answer(
    text: str, content_type: str = TEXT, *, status: int = 200
) -> web.Response:
    """Answer a small document."""
    return web.Response(
        body=text.encode(), status=status, headers={"Content-Type": content_type}
    )


def document(
    path: Path, content_type: str, *, filename: str = "", packed: bool = False
) -> web.FileResponse:
    """Answer a rendered document; a client that has it already is told so.

    `filename` must be plain ASCII without quotes. A document that is `packed` is
    unpacked by the client on the way.
    """
    headers = {"Content-Type": content_type, "Cache-Control": "private, no-cache"}
    if packed:
        headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    if filename:
        headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return web.FileResponse(path, headers=headers, chunk_size=_DOCUMENT_PIECE)


def live_headers() -> web.Response:
    """Answer a HEAD for a stream that a GET would find, opening nothing."""
    return web.Response(headers=LIVE_HEADERS)


def error_answer(code: str, message: str, *, status: int) -> web.Response:
    """Answer an error as our own paths say it."""
    return json_answer({"error": code, "message": message}, status=status)


def own_error(error: TelecastError) -> web.Response:
    """Answer what went wrong on one of our own paths."""
    return error_answer(error.code, str(error), status=http_status(error))


def outsiders_error(error: TelecastError) -> web.Response:
    """Answer what went wrong to those who may come from anywhere."""
    return error_answer(error.code, outline_of(error), status=http_status(error))


def outline_of(error: TelecastError) -> str:
    """Answer what outsiders are told: not who else is watching, and from where."""
    return error.outline if isinstance(error, BusyError) else str(error)


def http_status(error: TelecastError) -> int:
    """Answer the HTTP status that fits an error best."""
    match error:
        case UnknownChannelError() | UnknownFilmError():
            return 404
        case UnsatisfiableRangeError():
            return 416
        case UnknownProfileError():
            return 400
        case TooManyAttemptsError():
            return 429
        case LoginError():
            return 401
        case NotAllowedError() | AccountInactiveError() | AccountChangedError():
            return 403
        case BusyError() | StreamError():
            return 503
    return 500
