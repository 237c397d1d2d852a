"""Live streams for accounts: `/live/user/password/id` and, as a last resort, without."""

from typing import TYPE_CHECKING

from aiohttp import web

from ...engine.errors import TelecastError
from ...engine.model import Account, Channel
from ..access import anyone, client_of
from ..address import base_url
from ..answers import live_headers, text_answer
from ..channels import channel_by_id
from ..hls import hls_path, playlist_headers
from ..live import send_live
from ..login import Credentials, Gate, LoginError, TooManyAttemptsError
from ..routes import ErrorAnswer, Route
from . import files
from .errors import xtream_error

if TYPE_CHECKING:
    from ...engine.engine import Engine

# Braces are none of those characters that a bare `{name}` takes.
_LOGIN = "/{username:[^/]+}/{password:[^/]+}"
_FILE = r"{channel:[0-9]+}{extension:(?:\.[A-Za-z0-9]+)?}"


def routes(gate: Gate) -> tuple[Route, ...]:
    """Answer the routes of the streams; the last one takes any path of three parts."""

    async def watch(engine: Engine, request: web.Request) -> web.StreamResponse:
        account, channel = await _enter(gate, engine, request)
        if _wants_hls(request):
            raise web.HTTPFound(_hls_url(engine, request, account, channel))
        viewing = engine.watch(
            channel, client=client_of(request), protocol="xtream", account=account
        )
        return await send_live(request, viewing)

    async def probe(engine: Engine, request: web.Request) -> web.StreamResponse:
        await _enter(gate, engine, request)
        return playlist_headers() if _wants_hls(request) else live_headers()

    def route(name: str, path: str, answer: ErrorAnswer) -> Route:
        return Route(
            path=path,
            name=f"telecast:xtream:{name}",
            handlers={"GET": watch, "HEAD": probe},
            admits=anyone,
            answer=answer,
        )

    return (
        route("live", f"/live{_LOGIN}/{_FILE}", xtream_error),
        *files.routes(gate),
        route("stream", f"{_LOGIN}/{_FILE}", _as_if_nothing_were_here),
    )


async def _enter(
    gate: Gate, engine: Engine, request: web.Request
) -> tuple[Account, Channel]:
    parts = request.match_info
    credentials = Credentials(username=parts["username"], password=parts["password"])
    account = gate.enter(engine, request, credentials)
    channel = await channel_by_id(engine, parts["channel"], account=account)
    return account, channel


def _wants_hls(request: web.Request) -> bool:
    return request.match_info["extension"].casefold() == ".m3u8"


def _hls_url(
    engine: Engine, request: web.Request, account: Account, channel: Channel
) -> str:
    """Answer where the account's player finds the channel as HLS, password left out."""
    ticket = engine.tickets.issue(
        channel.id, account.username, password=account.password
    )
    return f"{base_url(engine.settings, request)}{hls_path(channel.id, ticket)}"


def _as_if_nothing_were_here(error: TelecastError) -> web.Response:
    """Answer 404 to strangers: on this path they may well have meant something else."""
    if isinstance(error, LoginError) and not isinstance(error, TooManyAttemptsError):
        return text_answer("Not found", status=404)
    return xtream_error(error)
