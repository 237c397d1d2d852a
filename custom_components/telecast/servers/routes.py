"""What a route is: one path, what it does, who may come in, how it says no."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from ..engine.errors import TelecastError

if TYPE_CHECKING:
    from ..engine.engine import Engine

type Handler = Callable[[Engine, web.Request], Awaitable[web.StreamResponse]]
type Admission = Callable[[Engine, web.Request, bool], bool]
"""Whether a request may come in; the last argument says that a relay brought it."""
type ErrorAnswer = Callable[[TelecastError], web.Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One path, the same on Home Assistant's port and on our own."""

    path: str
    """As aiohttp's router writes it, with `{variables}`."""
    name: str
    handlers: Mapping[str, Handler]
    """By method: GET, HEAD, POST."""
    admits: Admission
    answer: ErrorAnswer


def read_only(handler: Handler) -> dict[str, Handler]:
    """Answer GET and HEAD; the body of the latter is left out on the way."""
    return {"GET": handler, "HEAD": handler}


def form(handler: Handler) -> dict[str, Handler]:
    """Answer whatever way a client sends its fields."""
    return read_only(handler) | {"POST": handler}
