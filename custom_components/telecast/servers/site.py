"""All routes of all servers, how a request passes through them, and a port of our own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
import logging
import traceback
from typing import TYPE_CHECKING

from aiohttp import web

from ..engine.errors import TelecastError
from . import consumers, films, hdhomerun, hls, playlists, posters, status, timeshift
from .access import NotAllowedError
from .answers import error_answer
from .limiter import Limiter
from .login import Gate
from .routes import Handler, Route
from .xtream import player_api

if TYPE_CHECKING:
    from ..engine.engine import Engine

__all__ = ["ROUTES", "Handler", "Route", "all_routes", "guarded", "open_site"]

_LOGGER = logging.getLogger(__name__)
_HTTP_LOGGER = logging.getLogger(f"{__name__}.http")

type EngineOf = Callable[[], Engine | None]
type IsRemote = Callable[[web.Request], bool]

# Streams are ended before; what is left are documents on slow lines.
_SHUTDOWN_SECONDS = 1.0
_MAX_BODY = 64 * 1024


def all_routes(limiter: Limiter | None = None) -> tuple[Route, ...]:
    """Answer the routes of all servers; Xtream's last one takes the most paths."""
    return (
        *hdhomerun.ROUTES,
        *playlists.ROUTES,
        *hls.ROUTES,
        *films.ROUTES,
        *posters.ROUTES,
        *timeshift.ROUTES,
        *status.ROUTES,
        *consumers.ROUTES,
        *player_api.routes(Gate(limiter or Limiter())),
    )


ROUTES = all_routes()
"""The routes for every port; all share one count of wrong passwords."""


def never_relayed(request: web.Request) -> bool:
    """Tell that no relay brings requests: true of a port of our own."""
    return False


def guarded(
    route: Route,
    method: str,
    engine_of: EngineOf,
    is_remote: IsRemote = never_relayed,
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Answer the handler of a route behind its access rule, errors made answers."""
    handler = route.handlers[method]

    async def guard(request: web.Request) -> web.StreamResponse:
        engine = engine_of()
        if engine is None:
            return error_answer("not_ready", "Telecast is not running", status=503)
        # Who asks many things at once would keep the loop from all others: requests that
        # wait on one connection already are answered in one go.
        await asyncio.sleep(0)
        try:
            _check(route, engine, request, is_remote)
            return await handler(engine, request)
        except TelecastError as err:
            return _unless_begun(request, route.answer(err))
        except web.HTTPException:
            raise
        except Exception as err:  # noqa: BLE001  # logged, in words without a password
            if not (isinstance(err, ConnectionError) and _is_gone(request)):
                _log(method, route, err)
            failed = error_answer("internal_error", "Something failed", status=500)
            return _unless_begun(request, failed)

    return guard


@asynccontextmanager
async def open_site(
    port: int,
    engine_of: EngineOf,
    host: str | None = None,
    routes: Iterable[Route] = ROUTES,
) -> AsyncIterator[int]:
    """Serve the routes in plain HTTP on a port of our own; answer the port.

    Port 0 takes a free one. Raises OSError where the port is taken.
    """
    app = web.Application(client_max_size=_MAX_BODY)
    app.on_response_prepare.append(_sign)
    for route in routes:
        resource = app.router.add_resource(route.path, name=route.name)
        for method in route.handlers:
            resource.add_route(method, guarded(route, method, engine_of))
    runner = web.AppRunner(
        app,
        access_log=None,
        logger=_HTTP_LOGGER,
        handler_cancellation=True,
        shutdown_timeout=_SHUTDOWN_SECONDS,
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        yield site.port
    finally:
        await runner.cleanup()


def _check(
    route: Route, engine: Engine, request: web.Request, is_remote: IsRemote
) -> None:
    if not route.admits(engine, request, is_remote(request)):
        raise NotAllowedError("This address is not in an allowed network")


async def _sign(request: web.Request, response: web.StreamResponse) -> None:
    response.headers["Server"] = "Telecast"
    response.headers["X-Content-Type-Options"] = "nosniff"


def _without_text(record: logging.LogRecord) -> bool:
    # aiohttp logs a request that it cannot parse with its first line, and so with all
    # that stands in the path.
    if record.exc_info and record.exc_info[0]:
        record.msg = f"{record.msg}: {record.exc_info[0].__name__}"
        record.exc_info = None
    return True


_HTTP_LOGGER.addFilter(_without_text)


def _log(method: str, route: Route, error: Exception) -> None:
    # Neither the path nor the error's own text: either may hold a password.
    _LOGGER.error(
        "Answering %s %s failed with %s\n%s",
        method,
        route.path,
        type(error).__name__,
        "".join(traceback.format_tb(error.__traceback__)),
    )


def _is_gone(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()


def _unless_begun(request: web.Request, answer: web.Response) -> web.Response:
    """Answer an error, or break off what has been answered so far."""
    if request.writer.output_size and request.transport:
        request.transport.abort()
    return answer
