"""The Xtream server's documents: a playlist and a guide for each account."""

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from aiohttp import web

from ...engine.model import Account
from ..access import anyone
from ..answers import PLAYLIST, XML, document, takes_gzip
from ..live import mime_type_for
from ..login import Gate
from ..routes import Handler, Route, form
from ..timeshift import account_archive_path
from .errors import xtream_error
from .query import Action, Query, query_of

if TYPE_CHECKING:
    from ...engine.engine import Engine

_MOST_DAYS_BACK = 14
_MOST_DAYS_AHEAD = 30
_DAYS_AHEAD = ("days", "next_days")
_HLS = frozenset({"m3u8", "hls"})


async def playlist(query: Query) -> web.StreamResponse:
    """Answer the account's playlist, of HLS if that is asked for, else of MPEG-TS."""
    # Of channels alone, as panels do it: players take films from `player_api.php`.
    account, base = query.account, query.base_url
    login = {"username": account.username, "password": account.password}
    folder = "/".join(quote(part, safe="") for part in login.values())
    extension = "m3u8" if query.fields.get("output") in _HLS else "ts"
    plus = query.fields.get("type") != "m3u"
    path = await query.engine.documents.playlist(
        base_url=base,
        groups=account.groups,
        stream_path=f"/live/{folder}/{{id}}.{extension}",
        archive_path=account_archive_path(folder),
        plus=plus,
        guide_url=f"{base}/xmltv.php?{urlencode(login)}",
        mime_type="" if extension == "m3u8" else mime_type_for(query.request),
    )
    return document(path, PLAYLIST, filename=_filename(account, plus=plus))


async def guide(query: Query) -> web.StreamResponse:
    """Answer the guide of the account's channels.

    `prev_days` asks for days gone by, and `days` or `next_days` for no more than so many
    to come; without, it is all that is known of these.
    """
    packed = takes_gzip(query.request)
    ahead = (query.number(name, 0, most=_MOST_DAYS_AHEAD) for name in _DAYS_AHEAD)
    path = await query.engine.documents.guide(
        groups=query.account.groups,
        days_back=query.number("prev_days", 0, most=_MOST_DAYS_BACK),
        days_ahead=next(filter(None, ahead), None),
        compressed=packed,
        posters=query.posters,
    )
    return document(path, XML, packed=packed)


def routes(gate: Gate) -> tuple[Route, ...]:
    """Answer the routes of `get.php` and `xmltv.php`."""

    def entering(action: Action) -> Handler:
        async def handler(engine: Engine, request: web.Request) -> web.StreamResponse:
            return await action(await query_of(engine, request, gate.enter))

        return handler

    return tuple(
        Route(
            path=path,
            name=f"telecast:xtream:{path.strip('/')}",
            handlers=form(entering(action)),
            admits=anyone,
            answer=xtream_error,
        )
        for path, action in (("/get.php", playlist), ("/xmltv.php", guide))
    )


def _filename(account: Account, *, plus: bool) -> str:
    name = re.sub(r"[^\w.-]", "_", account.username, flags=re.ASCII)
    return f"tv_channels_{name}{'_plus' if plus else ''}.m3u"
