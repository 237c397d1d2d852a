"""The Xtream Codes server: `player_api.php`, where players log in and browse."""

from typing import TYPE_CHECKING, Any

from aiohttp import web

from ..formats import xtream
from . import xtream_documents, xtream_panel, xtream_streams
from .access import anyone
from .answers import JSON, document, json_answer
from .login import Gate, LoginError
from .routes import Route, form
from .xtream_errors import xtream_error
from .xtream_guide import short_guide, whole_guide
from .xtream_query import Action, Query, account_of, query_of

if TYPE_CHECKING:
    from ..engine.engine import Engine

_ALL_CATEGORIES = frozenset({"", "*", "0", "all", "null"})


async def live_categories(query: Query) -> web.StreamResponse:
    """Answer the groups that the account may see."""
    if not query.active:
        return json_answer([])
    groups = await query.engine.lineup.groups(query.account.groups)
    return json_answer([xtream.category(group.id, group.name) for group in groups])


async def live_streams(query: Query) -> web.StreamResponse:
    """Answer the channels that the account may see, of one category or of all."""
    category = query.fields.get("category_id", "")
    everything = category in _ALL_CATEGORIES
    category_id = query.number("category_id", 0, most=2**31 - 1)
    if not query.active or not (everything or category_id):
        return json_answer([])
    path = await query.engine.documents.live_streams(
        category_id=None if everything else category_id, groups=query.account.groups
    )
    return document(path, JSON)


async def account(query: Query) -> web.StreamResponse:
    """Answer what the account is: also the answer to what nobody understands."""
    return json_answer(account_of(query))


def _always(value: Any) -> Action:
    async def answer(query: Query) -> web.StreamResponse:
        return json_answer(value)

    return answer


ACTIONS: dict[str, Action] = {
    "get_live_categories": live_categories,
    "get_live_streams": live_streams,
    "get_short_epg": short_guide,
    "get_simple_data_table": whole_guide,
    "get_simple_date_table": whole_guide,
    "get_epg": whole_guide,
    "get_vod_categories": _always([]),
    "get_vod_streams": _always([]),
    "get_vod_info": _always({"info": {}, "movie_data": {}}),
    "get_series_categories": _always([]),
    "get_series": _always([]),
    "get_series_info": _always({"seasons": [], "info": {}, "episodes": {}}),
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
        *xtream_panel.routes(gate),
        *xtream_documents.routes(gate),
        *xtream_streams.routes(gate),
    )
