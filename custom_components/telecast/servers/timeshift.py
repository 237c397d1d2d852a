"""Catch-up: what a channel showed, from when and for how long as the path says."""

import asyncio
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, suppress
from datetime import UTC, datetime
import hmac
from typing import TYPE_CHECKING

from aiohttp import web

from ..engine.archive import LONGEST_SECONDS, Broadcast, Recording
from ..engine.errors import NoDataError, UnknownRecordingError
from ..engine.model import Account
from ..formats import catchup
from .access import anyone, client_of, neighbours
from .answers import live_headers, outsiders_error
from .channels import channel_by_id
from .fields import credentials_of, fields_of
from .film_answers import cut_off, film_error, if_range_of, wanted_of
from .hls import LOCAL
from .leaving import notice_who_leaves
from .live import LIVE_HEADERS, LiveResponse
from .login import Gate
from .routes import Handler, Route
from .xtream.errors import xtream_error

if TYPE_CHECKING:
    from ..engine.engine import Engine

_LOGIN = "/{username:[^/]+}/{password:[^/]+}"
_ASKED = (
    r"{duration:[0-9]+}/{start:[^/]+}/{stream:[0-9]+}{extension:(?:\.[A-Za-z0-9]+)?}"
)
_BEARERS = "/telecast/timeshift/{ticket:[^/]+}/{stream:[0-9]+}/{start:[^/]+}"
_MINUTE = 60
# What players ask for that name no time at all.
_USUAL_SECONDS = 2 * 3600
_TS = frozenset({"", "ts"})

# What players fill themselves: they know no zone of ours, so that they tell seconds. Kodi
# fills it anew whenever somebody seeks, and asks for all from there until now.
_ASKED_BY_ACCOUNTS = "{duration:60}/{utc}/{id}.ts"
_ASKED_BY_BEARERS = "{id}/{utc}/{duration}.ts"


def account_archive_path(folder: str) -> str:
    """Answer where an account's players ask for recordings, as a template for them.

    `folder` is user name and password, as paths have them.
    """
    return f"/timeshift/{folder}/{_ASKED_BY_ACCOUNTS}"


def archive_path(token: str) -> str:
    """Answer where players without a login ask for recordings, as a template for them.

    `token` is Telecast's, or empty for those who need none.
    """
    return f"/telecast/timeshift/{token or LOCAL}/{_ASKED_BY_BEARERS}"


def bearers(engine: Engine, request: web.Request, relayed: bool) -> bool:
    """Admit who bears Telecast's token, and allowed networks without one."""
    text = request.match_info["ticket"]
    if text == LOCAL:
        return neighbours(engine, request, relayed)
    token = engine.identity.token.encode()
    return hmac.compare_digest(text.encode(errors="replace"), token)


async def watch(engine: Engine, request: web.Request) -> web.StreamResponse:
    """Send a recording to whoever bears the token."""
    broadcast = await _broadcast(engine, dict(request.match_info), unit=1)
    return await _send(request, _open(engine, request, broadcast, protocol="http"))


async def probe(engine: Engine, request: web.Request) -> web.StreamResponse:
    """Tell whether there may be such a recording; opens nothing."""
    broadcast = await _broadcast(engine, dict(request.match_info), unit=1)
    await engine.archive.candidates(broadcast)
    return live_headers()


def routes(gate: Gate) -> tuple[Route, ...]:
    """Answer the routes for accounts: all that a path says, or the fields of a form."""

    async def asked(engine: Engine, request: web.Request) -> tuple[Account, Broadcast]:
        fields = await fields_of(request) | dict(request.match_info)
        account = gate.enter(engine, request, credentials_of(fields))
        return account, await _broadcast(engine, fields, account=account)

    async def watch(engine: Engine, request: web.Request) -> web.StreamResponse:
        account, broadcast = await asked(engine, request)
        opening = _open(engine, request, broadcast, protocol="xtream", account=account)
        return await _send(request, opening)

    async def probe(engine: Engine, request: web.Request) -> web.StreamResponse:
        _, broadcast = await asked(engine, request)
        await engine.archive.candidates(broadcast)
        return live_headers()

    handlers = {"GET": watch, "HEAD": probe}
    return (
        _for_account("timeshift", f"/timeshift{_LOGIN}/{_ASKED}", handlers),
        *(
            _for_account(f"timeshift:{name}", path, handlers | {"POST": watch})
            for name, path in (
                ("streaming", "/streaming/timeshift.php"),
                ("php", "/timeshift.php"),
            )
        ),
    )


def _for_account(name: str, path: str, handlers: Mapping[str, Handler]) -> Route:
    return Route(
        path=path,
        name=f"telecast:xtream:{name}",
        handlers=handlers,
        admits=anyone,
        answer=film_error(xtream_error),
    )


async def _broadcast(
    engine: Engine,
    fields: Mapping[str, str],
    *,
    account: Account | None = None,
    unit: int = _MINUTE,
) -> Broadcast:
    """Read what is asked for; durations are in so many seconds.

    Raises UnknownChannelError for a channel that the account may not see, and
    UnknownRecordingError for no time, and for anything but MPEG-TS.
    """
    extension = fields.get("extension", "").removeprefix(".").casefold()
    if extension not in _TS:
        raise UnknownRecordingError("Recordings come as MPEG-TS alone")
    channel = await channel_by_id(engine, fields.get("stream", ""), account=account)
    start = catchup.parse_start(fields.get("start", ""), engine.time_zone)
    if start is None or start > datetime.now(UTC):
        raise UnknownRecordingError("That is no time in the past")
    seconds = _duration(fields.get("duration", ""), unit)
    return Broadcast(channel=channel, start=start, seconds=seconds)


def _duration(text: str, unit: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return _USUAL_SECONDS
    return min(int(text) * unit, LONGEST_SECONDS) or _USUAL_SECONDS


def _open(
    engine: Engine,
    request: web.Request,
    broadcast: Broadcast,
    *,
    protocol: str,
    account: Account | None = None,
) -> AbstractAsyncContextManager[Recording]:
    return engine.archive.watch(
        broadcast,
        client=client_of(request),
        protocol=protocol,
        account=account,
        cut_off=cut_off(request),
        wanted=wanted_of(request),
        if_range=if_range_of(request),
    )


async def _send(
    request: web.Request, opening: AbstractAsyncContextManager[Recording]
) -> web.StreamResponse:
    """Send a recording until its end, or until the viewer leaves or is sent away.

    The response is prepared with the first bytes in hand, so that until then every
    error of the engine is raised and can still become an answer.
    """
    async with opening as recording:
        if not (first := await recording.read()):
            raise NoDataError("Nothing came of the recording")
        response = _response(recording)
        with suppress(ConnectionError):
            notice_who_leaves(request)
            await response.prepare(request)
            await _pour(response, recording, first)
    return response


async def _pour(
    response: web.StreamResponse, recording: Recording, first: bytes
) -> None:
    block = first
    while block:
        await response.write(block)
        recording.sent(len(block))
        # A socket that takes all at once would keep the loop from all others.
        await asyncio.sleep(0)
        block = await recording.read()


def _response(recording: Recording) -> web.StreamResponse:
    """Answer what fits a recording: with ranges where its sender has them."""
    if recording.length is None:
        response: web.StreamResponse = LiveResponse(headers=LIVE_HEADERS)
        response.force_close()
        return response
    facts = recording.facts
    headers = LIVE_HEADERS | {"Cache-Control": "private"}
    if facts.ranges is not False:
        headers["Accept-Ranges"] = "bytes"
    if facts.etag:
        headers["ETag"] = facts.etag
    if facts.last_modified:
        headers["Last-Modified"] = facts.last_modified
    response = web.StreamResponse(headers=headers)
    response.content_length = recording.length
    if part := recording.part:
        response.set_status(206)
        response.headers["Content-Range"] = part.header
    return response


ROUTES = (
    Route(
        path=f"{_BEARERS}/{{duration:[0-9]+}}{{extension:(?:\\.[A-Za-z0-9]+)?}}",
        name="telecast:timeshift",
        handlers={"GET": watch, "HEAD": probe},
        admits=bearers,
        answer=film_error(outsiders_error),
    ),
)
