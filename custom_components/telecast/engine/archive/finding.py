"""Where what a channel showed may be had again."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import tzinfo
import json
import sqlite3
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ...formats import catchup
from ...formats.catchup import Catchup, Moment
from ..errors import UnknownRecordingError
from ..ingestion.addresses import refusal
from ..model import Candidate, Channel
from ..schemes import VIRTUAL, XTREAM, scheme_of
from ..store.store import Store
from .recording import Broadcast

LONGEST_SECONDS = 24 * 3600
"""More than that is never asked of a provider at once."""
_DAY_SECONDS = 24 * 3600
# A provider's day may begin at another hour than ours.
_SLACK_SECONDS = _DAY_SECONDS

_CANDIDATES = """
    SELECT url, headers, local, catchup FROM candidates
    WHERE channel = ? AND catchup <> '' ORDER BY rank
"""
type _Row = tuple[str, str, int, Catchup]


type AskId = Callable[[Channel, int, int], Awaitable[str]]
"""Answers what the archive calls what a channel showed between two times, in seconds
since 1970; empty where no guide says so."""


async def find(
    store: Store,
    broadcast: Broadcast,
    *,
    zone_name: str,
    zone: tzinfo,
    now: int,
    ask_id: AskId,
) -> tuple[Candidate, ...]:
    """Answer where a recording may be, the likeliest address first.

    `zone_name` is the IANA name of the zone in which its source means local times; where
    that is empty or unknown, it is `zone`. `now` is in seconds since 1970. `ask_id` is
    asked where an address needs to know what the programme is called.
    Raises UnknownRecordingError where the channel has no archive, or none that goes back
    so far, and for what has not been shown yet.
    """
    channel = broadcast.channel
    moment = Moment(
        start=int(broadcast.start.timestamp()),
        duration=min(broadcast.seconds, LONGEST_SECONDS),
        now=now,
    )
    kept = channel.archive_days * _DAY_SECONDS
    if not kept or not now - kept - _SLACK_SECONDS <= moment.start < now:
        raise UnknownRecordingError("The channel's archive holds no such time")

    def read(connection: sqlite3.Connection) -> list[_Row]:
        rows = connection.execute(_CANDIDATES, (channel.id,))
        return [(*row, Catchup.from_json(how)) for *row, how in rows]

    rows = await store.read(read)
    if any(catchup.asks_id(described, url) for url, _, _, described in rows):
        stop = moment.start + moment.duration
        moment = replace(moment, id=await ask_id(channel, moment.start, stop))

    def work() -> tuple[Candidate, ...]:
        # Zones are read from files, which is not for the loop to do.
        its_zone = _zone_of(zone_name) or zone
        return tuple(
            candidate
            for row in rows
            for candidate in _recorded(channel, row, moment, its_zone)
        )

    if not (found := await asyncio.to_thread(work)):
        raise UnknownRecordingError("The channel's archive cannot be reached")
    return found


def _zone_of(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except ZoneInfoNotFoundError, ValueError, OSError:
        return None


def _recorded(
    channel: Channel, row: _Row, moment: Moment, zone: tzinfo
) -> Iterator[Candidate]:
    """Yield what a candidate's recording may be had from."""
    url, headers, local, described = row
    ours = scheme_of(url) in XTREAM | VIRTUAL  # which no document may name
    for address in catchup.addresses(described, url, moment, zone):
        # What a guide calls a programme may lead anywhere, whoever the playlist is of.
        is_local = bool(local) and (not moment.id or _host(address) == _host(url))
        # Other times make other addresses than the one that was looked at on import.
        if ours or refusal(address, local=is_local) is None:
            yield Candidate(
                url=address,
                headers=json.loads(headers),
                source=channel.source,
                local=is_local,
            )


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
