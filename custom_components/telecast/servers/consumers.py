"""Persistent consumers: what Plex asks of a tuner about whoever watches.

Plex keeps asking `/Live/{session}` for as long as somebody watches, and gives up where
the answer is that nobody does. So the answer is a session always: the one that is
watched, or one that waits for its channel.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import batched
from typing import TYPE_CHECKING, Any, ClassVar

from aiohttp import web

from ..engine.errors import TelecastError
from ..engine.model import Client
from ..engine.sessions import Session, SessionState
from .access import client_of, is_session_name, neighbours
from .answers import error_answer, json_answer, own_error
from .fields import fields_of
from .routes import Handler, Route, form, read_only

if TYPE_CHECKING:
    from ..engine.engine import Engine

_STOP = frozenset({"stop", "close"})
_PAUSE = frozenset({"pause"})
# What may be known of a player: of all else that it sends some is secret (its token).
_METADATA = {
    "X-Plex-Device": "device",
    "X-Plex-Device-Name": "device_name",
    "X-Plex-Platform": "platform",
    "X-Plex-Product": "product",
    "X-Plex-Version": "version",
}
_MAX_TEXT = 100
# What an answer may hold: more would keep the loop from the streams.
_MOST_LISTED = 1000
_SLICE = 100
_COUNTED = (SessionState.STREAMING, SessionState.BUFFERING, SessionState.PAUSED)
# Of a path that could mean an Xtream stream, the third part is a number.
_ACTION = r"{action:(?![0-9]+(?:\.[A-Za-z0-9]+)?$)[^/]+}"


class InvalidSessionError(TelecastError):
    """No session can have this name."""

    code: ClassVar[str] = "invalid_session"


async def consumer(engine: Engine, request: web.Request) -> web.Response:
    """Answer the session of this name; it is made where there is none."""
    session = await _announce(engine, request)
    return json_answer(_answer(engine, request, session))


async def act(engine: Engine, request: web.Request) -> web.Response:
    """Note what the viewer does: `stop`, `close`, `pause`; all else is to watch."""
    action = request.match_info["action"].casefold()
    session = await _announce(engine, request)
    if action in _STOP:
        engine.sessions.end(session.id, "stopped")
    elif action in _PAUSE:
        engine.sessions.pause(session)
    else:
        engine.sessions.resume(session)
    return json_answer(_answer(engine, request, session) | {"action": action})


async def probe(engine: Engine, request: web.Request) -> web.Response:
    """Tell that a GET would find a session; makes none."""
    _client(request)
    return json_answer({})


async def consumers(engine: Engine, request: web.Request) -> web.Response:
    """Answer who watches, the first thousand of them, and how many do what.

    With `?history=` the latest sessions that are over follow, at most so many.
    """
    neighbours_of = _by_address(engine.sessions.active)
    listed: list[dict[str, Any]] = []
    for some in batched(engine.sessions.alive[:_MOST_LISTED], _SLICE, strict=False):
        listed += [_listed(session, neighbours_of) for session in some]
        await asyncio.sleep(0)
    answer: dict[str, Any] = {
        "success": True,
        "statistics": _statistics(engine),
        "activeConsumers": listed,
    }
    if most := _wanted_history(request):
        visits = await engine.sessions.visits(most)
        answer["history"] = [_without_account(visit) for visit in visits]
    return json_answer(answer)


def _route(
    path: str, name: str, handler: Handler, head: Handler | None = None
) -> Route:
    handlers = form(handler) | {"HEAD": head} if head else read_only(handler)
    return Route(
        path=path,
        name=f"telecast:consumers:{name}",
        handlers=handlers,
        admits=neighbours,
        answer=_failed,
    )


async def _announce(engine: Engine, request: web.Request) -> Session:
    client = _client(request)
    fields = {**request.headers, **await fields_of(request)}
    by_name = {name.casefold(): text for name, text in fields.items()}
    metadata = {
        key: text[:_MAX_TEXT]
        for name, key in _METADATA.items()
        if (text := by_name.get(name.casefold(), "")) and text.isprintable()
    }
    return engine.sessions.announce(client, metadata)


def _client(request: web.Request) -> Client:
    """Answer who asks, as the session that the path names; raise InvalidSessionError."""
    name = request.match_info["session"]
    if not is_session_name(name):
        raise InvalidSessionError("No session can have this name")
    client = client_of(request)
    return Client(address=client.address, user_agent=client.user_agent, session=name)


def _answer(engine: Engine, request: web.Request, session: Session) -> dict[str, Any]:
    kept = engine.sessions.past.well
    activity = _milliseconds(session.last_activity)
    return {
        "success": True,
        "sessionId": request.match_info["session"],
        "consumer": {
            "id": session.id,
            "available": True,
            "active": not session.over,
            "state": session.state.value,
            "lastActivity": activity,
            "persistent": kept,
            "createdAt": _milliseconds(session.started_at),
            "updatedAt": activity,
            **_watched(session, _by_address(engine.sessions.active)),
        },
        "persistent": kept,
    }


def _listed(
    session: Session, neighbours_of: dict[str, list[Session]]
) -> dict[str, Any]:
    uptime = datetime.now(UTC) - session.started_at
    return {
        "id": session.id,
        "sessionId": session.client.session or session.id,
        "state": session.state.value,
        "lastActivity": _milliseconds(session.last_activity),
        "createdAt": _milliseconds(session.started_at),
        "uptime": int(uptime.total_seconds() * 1000),
        "userAgent": session.client.user_agent,
        "clientIp": session.client.address,
        "connected": session.connected,
        "metadata": session.metadata,
        **_watched(session, neighbours_of),
    }


def _watched(
    session: Session, neighbours_of: dict[str, list[Session]]
) -> dict[str, Any]:
    """Answer what is watched, and what that takes.

    Plex announces a session and tunes without naming it. Where one stream alone goes to
    its address, that is what it watches.
    """
    streams = neighbours_of[session.client.address]
    if not session.watches and len(streams) == 1:
        session = streams[0]
    return {
        "pid": session.pid or None,
        "channel": session.channel.name or None,
        "number": session.channel.number or None,
        "protocol": session.protocol,
        "upstream": session.upstream or None,
        "bytes": session.bytes,
        "bitrate": session.meter.rate,
    }


def _statistics(engine: Engine) -> dict[str, int]:
    known = engine.sessions.known
    states = Counter(session.state for session in known)
    connected = engine.sessions.active
    return {
        "total": len(known),
        "active": sum(states[state] for state in _COUNTED),
        **{state.value: states[state] for state in _COUNTED},
        "connected": len(connected),
        "pids": engine.sessions.pids,
        "bitrate": sum(session.meter.rate for session in connected),
    }


def _by_address(sessions: Iterable[Session]) -> dict[str, list[Session]]:
    found: defaultdict[str, list[Session]] = defaultdict(list)
    for session in sessions:
        found[session.client.address].append(session)
    return found


def _wanted_history(request: web.Request) -> int:
    text = request.query.get("history", "")
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    return min(wanted, _MOST_LISTED)


def _without_account(visit: dict[str, Any]) -> dict[str, Any]:
    """Leave out half of a login: no login is asked for here."""
    return {key: value for key, value in visit.items() if key != "account"}


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _failed(error: TelecastError) -> web.Response:
    if isinstance(error, InvalidSessionError):
        return error_answer(error.code, str(error), status=400)
    return own_error(error)


ROUTES = (
    _route("/Live/{session:[^/]+}", "consumer", consumer, probe),
    _route(f"/Live/{{session:[^/]+}}/{_ACTION}", "action", act, probe),
    _route("/consumers", "all", consumers),
)
