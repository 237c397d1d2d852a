"""Films and episodes: by ranges as they are, or as MPEG-TS for players that need that."""

import hmac
import math
from typing import TYPE_CHECKING

from aiohttp import web

from ..engine.errors import UnknownFilmError
from ..engine.films.conversion import Conversion
from ..engine.model import Account, FilmKind, Playable
from ..engine.tickets import film_name
from .access import anyone, client_of, neighbours
from .answers import live_headers, outsiders_error
from .film_answers import (
    cut_off,
    film_error,
    head_of,
    if_range_of,
    send_film,
    wanted_of,
)
from .hls import LOCAL
from .login import Credentials, Gate
from .profiles import profile_of
from .routes import Route
from .xtream.errors import xtream_error

if TYPE_CHECKING:
    from ..engine.engine import Engine

_MAX_ID = 2**31 - 1
# Longer than any film.
_MAX_SECONDS = 1_000_000.0
_LOGIN = "/{username:[^/]+}/{password:[^/]+}"
_FILE = r"{film:[0-9]+}{extension:(?:\.[A-Za-z0-9]+)?}"
_TICKET = "/telecast/film/{ticket:[^/]+}/{kind:(?:movie|series)}"
# Of what is a transport stream already.
_TRANSPORT_STREAMS = frozenset({"ts", "m2ts", "mts"})


def routes(gate: Gate) -> tuple[Route, ...]:
    """Answer the routes of films and episodes for accounts."""
    return tuple(_route_for_accounts(gate, kind) for kind in FilmKind)


def bearers(engine: Engine, request: web.Request, relayed: bool) -> bool:
    """Admit who bears a ticket for the film, or Telecast's token, or is a neighbour."""
    parts = request.match_info
    text = parts["ticket"]
    if text == LOCAL:
        return neighbours(engine, request, relayed)
    token = engine.identity.token.encode()
    if hmac.compare_digest(text.encode(errors="replace"), token):
        return True
    ticket = engine.tickets.check(text, film_name(parts["kind"], parts["film"]))
    return ticket is not None and not ticket.account


async def watch(engine: Engine, request: web.Request) -> web.StreamResponse:
    """Send a film to who bears a ticket for it."""
    return await _watch(engine, request, FilmKind(request.match_info["kind"]))


async def probe(engine: Engine, request: web.Request) -> web.StreamResponse:
    """Answer what is known of a film to who bears a ticket for it; opens nothing."""
    return await _probe(engine, request, FilmKind(request.match_info["kind"]))


ROUTES = (
    Route(
        path=f"{_TICKET}/{_FILE}",
        name="telecast:film",
        handlers={"GET": watch, "HEAD": probe},
        admits=bearers,
        answer=film_error(outsiders_error),
    ),
)


def _route_for_accounts(gate: Gate, kind: FilmKind) -> Route:
    def enter(engine: Engine, request: web.Request) -> Account:
        parts = request.match_info
        username, password = parts["username"], parts["password"]
        credentials = Credentials(username=username, password=password)
        return gate.enter(engine, request, credentials)

    async def watch(engine: Engine, request: web.Request) -> web.StreamResponse:
        return await _watch(engine, request, kind, enter(engine, request))

    async def probe(engine: Engine, request: web.Request) -> web.StreamResponse:
        return await _probe(engine, request, kind, enter(engine, request))

    return Route(
        path=f"/{kind}{_LOGIN}/{_FILE}",
        name=f"telecast:xtream:{kind}",
        handlers={"GET": watch, "HEAD": probe},
        admits=anyone,
        answer=film_error(xtream_error),
    )


async def _watch(
    engine: Engine,
    request: web.Request,
    kind: FilmKind,
    account: Account | None = None,
) -> web.StreamResponse:
    film = await _film(engine, request, kind, account)
    conversion = _conversion(request, film)
    showing = engine.showings.open(
        film,
        client=client_of(request),
        protocol="xtream" if account else "http",
        account=account,
        cut_off=cut_off(request),
        wanted=wanted_of(request),
        if_range=if_range_of(request),
        conversion=conversion,
    )
    return await send_film(request, film, showing, converted=conversion is not None)


async def _probe(
    engine: Engine,
    request: web.Request,
    kind: FilmKind,
    account: Account | None = None,
) -> web.StreamResponse:
    film = await _film(engine, request, kind, account)
    if _conversion(request, film):
        return live_headers()
    return head_of(film, await engine.showings.facts(film))


async def _film(
    engine: Engine, request: web.Request, kind: FilmKind, account: Account | None
) -> Playable:
    """Answer the film of a request that the account may see; raise UnknownFilmError."""
    text = request.match_info["film"]
    if len(text) > len(str(_MAX_ID)) or int(text) > _MAX_ID:
        raise UnknownFilmError("That is no film")
    if _extension(request) == "m3u8":
        raise UnknownFilmError("Films are not offered as HLS")
    groups = account.groups if account else None
    return await engine.films.playable(kind, int(text), groups)


def _conversion(request: web.Request, film: Playable) -> Conversion | None:
    """Answer what is to become of a film, by profile and extension; None for nothing.

    Raises UnknownProfileError. Extensions other than `.ts` change nothing: players ask
    for whichever they like, and look at the bytes.
    """
    profile = profile_of(request)
    other = film.extension.casefold() not in _TRANSPORT_STREAMS
    if profile is None and not (other and _extension(request) == "ts"):
        return None
    return Conversion(profile=profile, start_seconds=_start(request))


def _extension(request: web.Request) -> str:
    return request.match_info["extension"].removeprefix(".").casefold()


def _start(request: web.Request) -> float:
    """Answer the second that `?start=` names; what is none is the beginning."""
    try:
        seconds = float(request.query.get("start", "0"))
    except ValueError:
        return 0.0
    return min(max(0.0, seconds), _MAX_SECONDS) if math.isfinite(seconds) else 0.0
