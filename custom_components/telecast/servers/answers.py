"""Answers as our own paths give them, and what all paths share."""

from pathlib import Path
from typing import Any

from aiohttp import web

from ..engine.errors import BusyError, StreamError, TelecastError, UnknownChannelError
from .access import NotAllowedError
from .live import LIVE_HEADERS
from .login import AccountInactiveError, LoginError, TooManyAttemptsError
from .profiles import UnknownProfileError

JSON = "application/json; charset=utf-8"
XML = "application/xml; charset=utf-8"
PLAYLIST = "audio/x-mpegurl; charset=utf-8"
TEXT = "text/plain; charset=utf-8"

_DOCUMENT_PIECE = 256 * 1024


def json_answer(value: Any, *, status: int = 200) -> web.Response:
    """Answer a small JSON document, which is not to be kept."""
    headers = {"Cache-Control": "no-store"}
    return web.json_response(value, status=status, headers=headers)


def text_answer(
    text: str, content_type: str = TEXT, *, status: int = 200
) -> web.Response:
    """Answer a small document."""
    return web.Response(
        body=text.encode(), status=status, headers={"Content-Type": content_type}
    )


def document(path: Path, content_type: str, *, filename: str = "") -> web.FileResponse:
    """Answer a rendered document; a client that has it already is told so.

    `filename` must be plain ASCII without quotes.
    """
    headers = {"Content-Type": content_type, "Cache-Control": "private, no-cache"}
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
        case UnknownChannelError():
            return 404
        case UnknownProfileError():
            return 400
        case TooManyAttemptsError():
            return 429
        case LoginError():
            return 401
        case NotAllowedError() | AccountInactiveError():
            return 403
        case BusyError() | StreamError():
            return 503
    return 500
