"""Where what a channel showed may be had again."""

from collections.abc import Iterator
from datetime import tzinfo
import json
import sqlite3
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ...formats import catchup
from ...formats.catchup import Catchup, Moment
from ..errors import UnknownRecordingError
from ..ingestion.addresses import refusal
from ..model import Candidate, Channel
from ..schemes import XTREAM, scheme_of
from ..store import Store
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


async def find(
    store: Store, broadcast: Broadcast, *, zone_name: str, zone: tzinfo, now: int
) -> tuple[Candidate, ...]:
    """Answer where a recording may be, the likeliest address first.

    `zone_name` is the IANA name of the zone in which its source means local times; where
    that is empty or unknown, it is `zone`. `now` is in seconds since 1970.
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

    def work(connection: sqlite3.Connection) -> tuple[Candidate, ...]:
        # Zones are read from files, which is not for the loop to do.
        its_zone = _zone_of(zone_name) or zone
        return tuple(
            candidate
            for row in connection.execute(_CANDIDATES, (channel.id,))
            for candidate in _recorded(channel, row, moment, its_zone)
        )

    if not (found := await store.read(work)):
        raise UnknownRecordingError("The channel's archive cannot be reached")
    return found


def _zone_of(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except ZoneInfoNotFoundError, ValueError, OSError:
        return None


def _recorded(
    channel: Channel, row: tuple[Any, ...], moment: Moment, zone: tzinfo
) -> Iterator[Candidate]:
    """Yield what a candidate's recording may be had from; `row` is of _CANDIDATES."""
    url, headers, local, how = row
    described = Catchup.from_json(how)
    assert described
    ours = scheme_of(url) in XTREAM  # which no document may name
    for address in catchup.addresses(described, url, moment, zone):
        # Other times make other addresses than the one that was looked at on import.
        if ours or refusal(address, local=bool(local)) is None:
            yield Candidate(
                url=address,
                headers=json.loads(headers),
                source=channel.source,
                local=bool(local),
            )
