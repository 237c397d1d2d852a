"""How the hub does, for probes; holds no secret."""

from typing import TYPE_CHECKING

from aiohttp import web

from .access import neighbours_or_bearers
from .answers import json_answer, own_error
from .routes import Route, read_only

if TYPE_CHECKING:
    from ..engine.engine import Engine


async def health(engine: Engine, request: web.Request) -> web.Response:
    """Answer whether every source is well, and how much is going on."""
    statistics = engine.statistics()
    failed = [one for one in engine.sources.all if one.connected is False]
    return json_answer(
        {
            "status": "degraded" if failed else "ok",
            "streams": statistics.streams,
            "sessions": statistics.sessions,
            "channels": statistics.channels,
            "sources": len(engine.sources.all),
            "sources_failed": len(failed),
        }
    )


ROUTES = (
    Route(
        path="/telecast/health",
        name="telecast:health",
        handlers=read_only(health),
        admits=neighbours_or_bearers,
        answer=own_error,
    ),
)
