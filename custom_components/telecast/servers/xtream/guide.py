"""What is on, as `player_api.php` tells it channel by channel."""

from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from ...engine.errors import UnknownChannelError
from ...engine.model import Channel
from ...formats import xtream
from ...formats.xmltv import Programme
from ..answers import tagged_answer
from ..channels import channel_by_id
from .query import Query

_SHORT = 4
_LONGEST_SHORT = 100
_DAYS_AHEAD = 7


async def short_guide(query: Query) -> web.StreamResponse:
    """Answer what is on now and next."""
    channel = await _channel(query)
    if channel is None:
        return _listings(query, [])
    limit = query.number("limit", _SHORT, most=_LONGEST_SHORT)
    now = query.now
    programmes = await query.engine.guide.running(
        channel, at=int(now.timestamp()), limit=limit, stand_ins=True, ask=True
    )
    return _listings(
        query, [_listing(query, channel, one, now=None) for one in programmes]
    )


async def whole_guide(query: Query) -> web.StreamResponse:
    """Answer all that is known of a channel's programmes."""
    return _listings(query, await listings(query))


async def listings(query: Query) -> list[dict[str, Any]]:
    """Answer today's programmes, those of the archive and those of the coming days."""
    channel = await _channel(query)
    if channel is None:
        return []
    now = query.now
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    programmes = await query.engine.guide.between(
        channel,
        start=int((today - timedelta(days=channel.archive_days)).timestamp()),
        stop=int((now + timedelta(days=_DAYS_AHEAD)).timestamp()),
        stand_ins=True,
        ask=True,
    )
    at = int(now.timestamp())
    return [_listing(query, channel, one, now=at) for one in programmes]


async def _channel(query: Query) -> Channel | None:
    if not query.active:
        return None
    text = query.fields.get("stream_id", "")
    try:
        return await channel_by_id(query.engine, text, account=query.account)
    except UnknownChannelError:
        return None


def _listings(query: Query, listings: list[dict[str, Any]]) -> web.Response:
    return tagged_answer(query.request, {"epg_listings": listings})


def _listing(
    query: Query, channel: Channel, programme: Programme, *, now: int | None
) -> dict[str, Any]:
    zone = query.engine.time_zone
    title = next(iter(programme.titles), None)
    description = next(iter(programme.descriptions), None)
    stop = programme.start if programme.stop is None else programme.stop
    return xtream.epg_listing(
        id=programme.start,
        epg_id=channel.id,
        title=title.value if title else "",
        lang=title.lang if title else "",
        start=datetime.fromtimestamp(programme.start, zone),
        stop=datetime.fromtimestamp(stop, zone),
        description=description.value if description else "",
        channel_id=channel.guide_id,
        now=now,
        archived=channel.archive_days > 0,
    )
