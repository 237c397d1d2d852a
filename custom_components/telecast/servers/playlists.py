"""The line-up and its guide for any player: a playlist, XMLTV and MPEG-TS."""

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from aiohttp import web

from .access import bears_token, client_of, neighbours_or_bearers
from .address import base_url
from .answers import PLAYLIST, XML, document, live_headers, own_error, takes_gzip
from .channels import channel_by_id
from .hls import LOCAL, hls_path
from .live import mime_type_for, send_live
from .profiles import profile_of
from .routes import Handler, Route, read_only
from .timeshift import archive_path

if TYPE_CHECKING:
    from ..engine.engine import Engine

GZIP = "application/gzip"
_HLS = frozenset({"hls", "m3u8"})


async def playlist(engine: Engine, request: web.Request) -> web.StreamResponse:
    """Answer the line-up; who came with the token is led on with it.

    With `?output=hls` (or `m3u8`) it leads to HLS instead of MPEG-TS.
    """
    base = base_url(engine.settings, request)
    token = quote(engine.identity.token) if bears_token(engine, request) else ""
    bearer = f"?token={token}" if token else ""
    stream, mime_type = f"/telecast/stream/{{id}}.ts{bearer}", mime_type_for(request)
    if request.query.get("output") in _HLS:
        stream, mime_type = hls_path("{id}", token or LOCAL), ""
    path = await engine.documents.playlist(
        base_url=base,
        groups=None,
        stream_path=stream,
        archive_path=archive_path(token),
        guide_url=f"{base}/telecast/guide.xml{bearer}",
        mime_type=mime_type,
    )
    return document(path, PLAYLIST, filename="telecast.m3u")


async def guide(engine: Engine, request: web.Request) -> web.StreamResponse:
    """Answer the guide, compressed on the way where the client takes that."""
    packed = takes_gzip(request)
    path = await _guide(engine, request, compressed=packed)
    return document(path, XML, packed=packed)


async def guide_gz(engine: Engine, request: web.Request) -> web.StreamResponse:
    """Answer the guide as a compressed file."""
    path = await _guide(engine, request, compressed=True)
    return document(path, GZIP, filename="guide.xml.gz")


async def watch(engine: Engine, request: web.Request) -> web.StreamResponse:
    """Stream a channel by its id until the player hangs up."""
    channel = await channel_by_id(engine, request.match_info["channel"])
    viewing = engine.watch(
        channel,
        client=client_of(request),
        protocol="http",
        profile=profile_of(request),
    )
    return await send_live(request, viewing)


async def probe(engine: Engine, request: web.Request) -> web.StreamResponse:
    """Tell whether `watch` would find the channel; opens nothing."""
    await channel_by_id(engine, request.match_info["channel"])
    profile_of(request)
    return live_headers()


async def _guide(engine: Engine, request: web.Request, *, compressed: bool) -> Path:
    posters = engine.posters.at(base_url(engine.settings, request))
    return await engine.documents.guide(
        groups=None, compressed=compressed, posters=posters
    )


def _route(name: str, path: str, get: Handler, head: Handler | None = None) -> Route:
    return Route(
        path=path,
        name=f"telecast:{name}",
        handlers={"GET": get, "HEAD": head} if head else read_only(get),
        admits=neighbours_or_bearers,
        answer=own_error,
    )


ROUTES = (
    _route("playlist", "/telecast/playlist.m3u", playlist),
    _route("guide", "/telecast/guide.xml", guide),
    _route("guide_gz", "/telecast/guide.xml.gz", guide_gz),
    _route("stream", "/telecast/stream/{channel:[^/]+}.ts", watch, probe),
)
