"""How a panel says no: shortly."""

from aiohttp import web

from ...engine.errors import AccountBusyError, TelecastError
from ..answers import http_status, outline_of, text_answer
from ..login import TooManyAttemptsError


def xtream_error(error: TelecastError) -> web.Response:
    """Answer an error; returned, never raised, since Home Assistant logs a raised 401."""
    status = 403 if isinstance(error, AccountBusyError) else http_status(error)
    answer = text_answer(outline_of(error), status=status)
    if isinstance(error, TooManyAttemptsError):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer
