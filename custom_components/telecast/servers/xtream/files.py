"""What players of HLS look for beside `/live/user/password/id.m3u8`, which leads elsewhere.

Some resolve the names in a playlist against the address that they were given, not the one
to which that led them. They find there what they watch already, by the names that our own
playlists hold, and nothing else: no name leads to another player, or out of the house.
"""

from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from aiohttp import web

from ...engine.errors import UnknownRenditionError
from ...engine.hls.viewers import Guest, Visit
from ...engine.model import Account
from ...formats import hls
from ..access import anyone, client_of
from ..channels import channel_by_id
from ..hls import (
    playlist_answer,
    playlist_headers,
    segment_answer,
    segment_headers,
    wanted_number,
)
from ..login import Credentials, Gate
from ..routes import Route
from .errors import xtream_error

if TYPE_CHECKING:
    from ...engine.engine import Engine

_PATH = "/live/{username:[^/]+}/{password:[^/]+}/{path:.+}"


def routes(gate: Gate) -> tuple[Route, ...]:
    """Answer the route, which comes after that of streams: it takes what that leaves."""

    async def find(engine: Engine, request: web.Request) -> web.StreamResponse:
        account, name = _enter(gate, engine, request)
        async with _visit(engine, request, account) as visit:
            if name == hls.MASTER:
                return playlist_answer(await visit.master())
            if rendition := hls.parse_playlist_name(name):
                number = wanted_number(request)
                return playlist_answer(await visit.playlist(rendition, number=number))
            if segment := hls.parse_segment_name(name):
                return segment_answer(visit.segment(*segment))
        raise UnknownRenditionError("There is no such file")

    async def probe(engine: Engine, request: web.Request) -> web.StreamResponse:
        account, name = _enter(gate, engine, request)
        await _watched(engine, request, account)
        return segment_headers() if name.endswith(".ts") else playlist_headers()

    return (
        Route(
            path=_PATH,
            name="telecast:xtream:files",
            handlers={"GET": find, "HEAD": probe},
            admits=anyone,
            answer=xtream_error,
        ),
    )


def _enter(gate: Gate, engine: Engine, request: web.Request) -> tuple[Account, str]:
    """Answer the account, and the name of a file that HLS can have."""
    parts = request.match_info
    credentials = Credentials(username=parts["username"], password=parts["password"])
    account = gate.enter(engine, request, credentials)
    name = parts["path"]
    if not (
        name == hls.MASTER
        or hls.parse_playlist_name(name)
        or hls.parse_segment_name(name)
    ):
        raise UnknownRenditionError("There is no such file")
    return account, name


@asynccontextmanager
async def _visit(
    engine: Engine, request: web.Request, account: Account
) -> AsyncIterator[Visit]:
    key, guest = await _watched(engine, request, account)
    async with engine.hls.viewers.visit(key, guest, known=True) as visit:
        yield visit


async def _watched(
    engine: Engine, request: web.Request, account: Account
) -> tuple[Hashable, Guest]:
    """Answer what this very player watches; raises UnknownChannelError for nothing."""
    found = engine.hls.viewers.find(account.username, client_of(request))
    if found is None:
        raise UnknownRenditionError("Nothing is watched that this could belong to")
    _, guest = found
    await channel_by_id(engine, str(guest.channel.id), account=account)
    return found
