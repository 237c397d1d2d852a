"""Asks a panel what is on a channel of which its guide document says nothing."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, tzinfo
from typing import Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ...formats.xmltv import Programme
from ...formats.xtream.listings import read_listings
from ..errors import NotAPlaylistError

# Enough for a day.
_MOST = "60"


class Fetch(Protocol):
    """Asks a panel for an action's answer, as `ProviderSource.fetch_details` does."""

    def __call__(self, action: str, **ids: str) -> Awaitable[dict[str, Any]]:
        """Answer what it answers; raise what Panel.ask does."""


async def ask_listings(
    fetch: Fetch, key: str, *, channel: str, zone_name: str
) -> list[Programme]:
    """Answer what a panel says is on the stream with a key; empty where it says nothing.

    The programmes name `channel`; `zone_name` is the IANA name of the panel's zone.
    `get_simple_data_table` tells of more, but not every panel has it: then `get_short_epg`
    is asked. Raises what Panel.ask does.
    """

    def read(answer: dict[str, Any]) -> list[Programme]:
        # Zones are read from files, which is not for the loop to do.
        return read_listings(answer, channel=channel, zone=_zone(zone_name))

    try:
        table = await fetch("get_simple_data_table", stream_id=key)
    except NotAPlaylistError:
        table = {}
    if found := await asyncio.to_thread(read, table):
        return found
    short = await fetch("get_short_epg", stream_id=key, limit=_MOST)
    return await asyncio.to_thread(read, short)


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name) if name else UTC
    except ZoneInfoNotFoundError, ValueError, OSError:
        return UTC
