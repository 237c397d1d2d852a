"""The tuners of an HDHomeRun: a channel by its guide number, as MPEG-TS."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from aiohttp import web

from ..engine.errors import (
    BusyError,
    NoDataError,
    StreamError,
    TelecastError,
    TunerInUseError,
    UnknownChannelError,
)
from ..engine.model import Channel
from ..formats.hdhomerun import Code
from ..formats.names import parse_number
from .access import client_of, neighbours
from .answers import http_status, live_headers, text_answer
from .hdhomerun_devices import ANY_DEVICE, part_of
from .live import send_live
from .profiles import UnknownProfileError, profile_of
from .routes import Handler, Route

if TYPE_CHECKING:
    from ..engine.engine import Engine


async def watch(engine: Engine, request: web.Request) -> web.StreamResponse:
    """Stream a channel until the client hangs up, or for `?duration=` seconds."""
    channel = await _channel(engine, request)
    tuner = request.match_info.get("tuner")
    viewing = engine.watch(
        channel,
        client=client_of(request),
        protocol="hdhomerun",
        tuner=None if tuner is None else int(tuner),
        profile=profile_of(request, engine.settings.default_profile),
    )
    return await send_live(request, viewing, duration=_duration(request))


async def probe(engine: Engine, request: web.Request) -> web.StreamResponse:
    """Tell whether `watch` would find the channel; takes no tuner."""
    await _channel(engine, request)
    return live_headers()


def hdhomerun_error(error: TelecastError) -> web.Response:
    """Answer what went wrong with the code that clients of the device know."""
    code = _code(error)
    if code is None:
        return text_answer(str(error), status=http_status(error))
    text = f"{code.value} {code.text}"
    status = 404 if code is Code.UNKNOWN_CHANNEL else 503
    # The header is the device's own; who holds the tuners stands below it.
    answer = text_answer(f"{text}\n{error}\n", status=status)
    answer.headers["X-HDHomeRun-Error"] = text
    return answer


def device_routes(
    path: str, name: str, handlers: Mapping[str, Handler]
) -> tuple[Route, Route]:
    """Answer a path of the first device, and that of all further ones."""
    first = Route(
        path=path,
        name=f"telecast:hdhomerun:{name}",
        handlers=handlers,
        admits=neighbours,
        answer=hdhomerun_error,
    )
    further = f"telecast:hdhomerun:device:{name}"
    return first, replace(first, path=f"{ANY_DEVICE}{path}", name=further)


_WATCHED: Mapping[str, Handler] = {"GET": watch, "HEAD": probe}
STREAM_ROUTES = (
    *device_routes("/auto/v{number:[^/]+}", "auto", _WATCHED),
    *device_routes("/tuner{tuner:[0-9]{1,4}}/v{number:[^/]+}", "tuner", _WATCHED),
)


async def _channel(engine: Engine, request: web.Request) -> Channel:
    part_of(engine, request)
    profile_of(request)
    number = parse_number(request.match_info["number"])
    if number is None:
        raise UnknownChannelError("That is no guide number")
    return await engine.lineup.by_number(number)


def _duration(request: web.Request) -> float | None:
    """Answer the seconds that were asked for; what is no number is no limit."""
    text = request.query.get("duration", "")
    return float(text) or None if text.isascii() and text.isdigit() else None


def _code(error: TelecastError) -> Code | None:
    match error:
        case UnknownChannelError():
            return Code.UNKNOWN_CHANNEL
        case UnknownProfileError():
            return Code.UNKNOWN_TRANSCODE_PROFILE
        case TunerInUseError():
            return Code.TUNER_IN_USE
        case BusyError():
            return Code.ALL_TUNERS_IN_USE
        case NoDataError():
            return Code.NO_VIDEO_DATA
        case StreamError():
            return Code.TUNE_FAILED
    return None
