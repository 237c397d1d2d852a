"""HLS for whoever bears a ticket: playlists and segments of live channels."""

from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
import hmac
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from ..engine.accounts import status_of
from ..engine.errors import UnknownRenditionError
from ..engine.hls.viewers import Guest, Visit
from ..engine.model import Account, Channel
from ..engine.tickets import Ticket
from ..formats import hls
from ..formats.xtream import Status
from .access import client_of, neighbours
from .answers import outsiders_error
from .channels import channel_by_id
from .routes import Handler, Route

if TYPE_CHECKING:
    from ..engine.engine import Engine

LOCAL = "local"
"""What stands in the place of a ticket for those who need none: allowed networks."""

_PLAYLIST = "application/vnd.apple.mpegurl"
_FOLDER = "/telecast/hls/{ticket:[^/]+}/{channel:[^/]+}"
# Receivers and pages elsewhere read it by script; what protects it is the ticket.
_FOR_ALL = {"Access-Control-Allow-Origin": "*", "Server": "Telecast"}
_PLAYLIST_HEADERS = {
    "Content-Type": _PLAYLIST,
    "Cache-Control": "no-cache",
    **_FOR_ALL,
}
_SEGMENT_HEADERS = {
    "Content-Type": "video/mp2t",
    # When a channel is packaged again, other pictures have the same address.
    "Cache-Control": "no-store",
    **_FOR_ALL,
}
_SEGMENT_PIECE = 256 * 1024


async def master(engine: Engine, request: web.Request) -> web.StreamResponse:
    """Answer the renditions that a channel is offered in."""
    async with _visit(engine, request) as visit:
        return playlist_answer(await visit.master())


async def playlist(engine: Engine, request: web.Request) -> web.StreamResponse:
    """Answer a rendition's live playlist, once it lists a segment."""
    async with _visit(engine, request) as visit:
        name = request.match_info["rendition"]
        number = wanted_number(request)
        return playlist_answer(await visit.playlist(name, number=number))


async def segment(engine: Engine, request: web.Request) -> web.StreamResponse:
    """Answer a segment to a player that has been told of it."""
    named = hls.parse_segment_name(request.match_info["segment"])
    if named is None:
        raise UnknownRenditionError("That is no segment")
    async with _visit(engine, request, known=True) as visit:
        return segment_answer(visit.segment(*named))


async def probe_playlist(engine: Engine, request: web.Request) -> web.StreamResponse:
    """Tell whether there is such a channel; opens nothing."""
    await _channel(engine, request)
    return playlist_headers()


async def probe_segment(engine: Engine, request: web.Request) -> web.StreamResponse:
    """Tell whether there is such a channel; opens nothing."""
    await _channel(engine, request)
    return segment_headers()


def playlist_headers() -> web.Response:
    """Answer a HEAD for a playlist that a GET would find, opening nothing."""
    return web.Response(headers=_PLAYLIST_HEADERS)


def segment_headers() -> web.Response:
    """Answer a HEAD for a segment, opening nothing."""
    return web.Response(headers=_SEGMENT_HEADERS)


def playlist_answer(text: str) -> web.Response:
    """Answer a playlist."""
    return web.Response(body=text.encode(), headers=_PLAYLIST_HEADERS)


def segment_answer(path: Path) -> web.FileResponse:
    """Answer a segment, which lies in a file."""
    return web.FileResponse(path, headers=_SEGMENT_HEADERS, chunk_size=_SEGMENT_PIECE)


def wanted_number(request: web.Request) -> int | None:
    """Answer the segment that a blocking reload waits for."""
    text = request.query.get("_HLS_msn", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def hls_path(channel_id: int | str, ticket: str) -> str:
    """Answer the path of a channel's master playlist for the bearer of a ticket."""
    return f"/telecast/hls/{ticket}/{channel_id}/{hls.MASTER}"


def bearers(engine: Engine, request: web.Request, relayed: bool) -> bool:
    """Admit who bears a ticket for the channel, or Telecast's token, or is a neighbour.

    A ticket that was issued to an account is good for as long as the account is.
    """
    text = request.match_info["ticket"]
    if text == LOCAL:
        return neighbours(engine, request, relayed)
    if hmac.compare_digest(
        text.encode(errors="replace"), engine.identity.token.encode()
    ):
        return True
    ticket = _ticket(engine, request)
    if ticket is None or not ticket.account:
        return ticket is not None
    account = engine.accounts.get(ticket.account)
    return account is not None and (
        status_of(account, datetime.now(UTC)) is Status.ACTIVE
    )


@asynccontextmanager
async def _visit(
    engine: Engine, request: web.Request, *, known: bool = False
) -> AsyncIterator[Visit]:
    client = client_of(request)
    ticket = _ticket(engine, request)
    account = _account(engine, ticket)
    channel = await _channel(engine, request, account)
    guest = Guest(
        channel=channel,
        client=client,
        protocol="xtream" if account else "hls",
        account=account,
    )
    key: Hashable = ticket.nonce if ticket else (client, channel.id)
    async with engine.hls.viewers.visit(key, guest, known=known) as visit:
        yield visit


async def _channel(
    engine: Engine, request: web.Request, account: Account | None = None
) -> Channel:
    return await channel_by_id(engine, request.match_info["channel"], account=account)


def _ticket(engine: Engine, request: web.Request) -> Ticket | None:
    channel = request.match_info["channel"]
    if not (channel.isascii() and channel.isdigit()):
        return None

    def password_of(username: str) -> str:
        account = engine.accounts.get(username)
        return account.password if account else ""

    return engine.tickets.check(
        request.match_info["ticket"], channel, password_of=password_of
    )


def _account(engine: Engine, ticket: Ticket | None) -> Account | None:
    return engine.accounts.get(ticket.account) if ticket and ticket.account else None


def _route(name: str, path: str, get: Handler, head: Handler) -> Route:
    return Route(
        path=f"{_FOLDER}/{path}",
        name=f"telecast:hls:{name}",
        handlers={"GET": get, "HEAD": head},
        admits=bearers,
        answer=outsiders_error,
    )


ROUTES = (
    _route("master", hls.MASTER, master, probe_playlist),
    _route("playlist", "{rendition:[^/]+}.m3u8", playlist, probe_playlist),
    _route("segment", "{segment:[^/]+.ts}", segment, probe_segment),
)
