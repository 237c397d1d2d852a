"""The Xtream Codes server: `player_api.php`, where players log in and browse."""

from typing import TYPE_CHECKING

from aiohttp import web

from ...formats import xtream
from .. import films, timeshift
from ..access import anyone
from ..answers import JSON, document, json_answer, tagged_answer
from ..login import Gate, LoginError
from ..routes import Route, form
from . import documents, film_actions, panel_api, streams
from .errors import xtream_error
from .guide import short_guide, whole_guide
from .query import Action, Query, account_of, query_of

if TYPE_CHECKING:
    from ...engine.engine import Engine


async def live_categories(query: Query) -> web.StreamResponse:
    """Answer the groups that the account may see."""
    if not query.active:
        return json_answer([])
    groups = await query.engine.lineup.groups(query.account.groups)
    return tagged_answer(
        query.request, [xtream.category(group.id, group.name) for group in groups]
    )


async def live_streams(query: Query) -> web.StreamResponse:
    """Answer the channels that the account may see, of one category or of all."""
    category = query.category
    if not query.active or category == 0:
        return json_answer([])
    path = await query.engine.documents.live_streams(
        category_id=category, groups=query.account.groups
    )
    return document(path, JSON)


async def account(query: Query) -> web.StreamResponse:
    """Answer what the account is: also the answer to what nobody understands."""
    return json_answer(account_of(query))


async def guide(query: Query) -> web.StreamResponse:
    """Answer the whole guide as XMLTV, which some panels have here, too."""
    return await (documents.guide if query.active else account)(query)


ACTIONS: dict[str, Action] = {
    "get_live_categories": live_categories,
    "get_live_streams": live_streams,
    "get_short_epg": short_guide,
    "get_simple_data_table": whole_guide,
    "get_simple_date_table": whole_guide,
    "get_epg": whole_guide,
    "xmltv": guide,
    **film_actions.ACTIONS,
}


def routes(gate: Gate) -> tuple[Route, ...]:
    """Answer all routes of the server; the last one takes the most paths."""

    async def player_api(engine: Engine, request: web.Request) -> web.StreamResponse:
        try:
            query = await query_of(engine, request, gate.login)
        except LoginError:
            return json_answer(xtream.AUTH_FAILED)
        action = ACTIONS.get(query.fields.get("action", ""), account)
        return await action(query)

    return (
        Route(
            path="/player_api.php",
            name="telecast:xtream:player_api",
            handlers=form(player_api),
            admits=anyone,
            answer=xtream_error,
        ),
        *panel_api.routes(gate),
        *documents.routes(gate),
        *films.routes(gate),
        *timeshift.routes(gate),
        *streams.routes(gate),
    )
