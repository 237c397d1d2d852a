"""`panel_api.php`: account, categories and channels in one answer."""

from collections.abc import AsyncIterator
import json
from typing import TYPE_CHECKING, Any

from aiohttp import web

from ...engine.films.film import Film
from ...engine.films.posters import Posters
from ...engine.model import Channel, FilmKind
from ...formats import xtream
from ..access import anyone
from ..answers import JSON, json_answer, pack
from ..login import Gate, LoginError
from ..routes import Route, form
from .errors import xtream_error
from .guide import listings
from .query import Query, account_of, query_of

if TYPE_CHECKING:
    from ...engine.engine import Engine

# As many channels as can be rendered in one go without holding others up.
_PAGE = 200
# Bytes, more or less: of one page.
_SIZE = 100_000


async def panel(query: Query) -> web.StreamResponse:
    """Answer everything, written while it is read: nobody waits for the last channel."""
    if query.fields.get("action") == "get_epg":
        return json_answer(await listings(query))
    response = web.StreamResponse(
        headers={"Content-Type": JSON, "Cache-Control": "no-store"}
    )
    if query.request.method != "HEAD":
        pack(query.request, response, size=_SIZE)
        await response.prepare(query.request)
        async for piece in _pieces(query):
            await response.write(piece.encode())
    return response


def routes(gate: Gate) -> tuple[Route, ...]:
    """Answer the route of `panel_api.php`."""

    async def handler(engine: Engine, request: web.Request) -> web.StreamResponse:
        try:
            query = await query_of(engine, request, gate.login)
        except LoginError:
            return json_answer(xtream.AUTH_FAILED)
        return await panel(query)

    return (
        Route(
            path="/panel_api.php",
            name="telecast:xtream:panel_api",
            handlers=form(handler),
            admits=anyone,
            answer=xtream_error,
        ),
    )


async def _pieces(query: Query) -> AsyncIterator[str]:
    """Render the document: what goes before the channels, each page, and the end."""
    lineup, groups = query.engine.lineup, query.account.groups
    films = query.engine.films
    categories = {
        "live": await lineup.groups(groups) if query.active else [],
        **{
            kind.value: await films.groups(kind, groups) if query.active else []
            for kind in FilmKind
        },
    }
    head: dict[str, Any] = account_of(query) | {
        "categories": {
            kind: [xtream.category(group.id, group.name) for group in those]
            for kind, those in categories.items()
        }
    }
    yield json.dumps(head)[:-1] + ', "available_channels": {'
    offset, comma = 0, ""
    while query.active and (
        page := await lineup.channels(allowed=groups, offset=offset, limit=_PAGE)
    ):
        yield comma + ", ".join(
            f'"{channel.id}": {json.dumps(_channel(number, channel))}'
            for number, channel in enumerate(page, offset + 1)
        )
        offset, comma = offset + len(page), ", "
    # No id of a film is a channel's. Series are not played, and not here either.
    last, posters = 0, query.posters
    while query.active and (
        listed := await films.listed(
            FilmKind.MOVIE, allowed=groups, after=last, limit=_PAGE
        )
    ):
        yield comma + ", ".join(
            f'"{film.id}": {json.dumps(_film(number, film, posters))}'
            for number, film in enumerate(listed, offset + 1)
        )
        offset, last, comma = offset + len(listed), listed[-1].id, ", "
    yield "}}"


def _film(number: int, film: Film, posters: Posters) -> dict[str, Any]:
    return xtream.panel_film(
        num=number,
        name=film.name,
        id=film.id,
        icon=posters.address(film.kind, film.id, film.poster),
        added=film.added,
        category_id=film.group_id,
        category_name=film.group,
        extension=film.extension,
    )


def _channel(number: int, channel: Channel) -> dict[str, Any]:
    return xtream.panel_channel(
        num=number,
        name=channel.name,
        id=channel.id,
        icon=channel.logo,
        epg_channel_id=channel.guide_id,
        added=channel.added,
        category_id=channel.group_id,
        category_name=channel.group,
        archive_days=channel.archive_days,
    )
