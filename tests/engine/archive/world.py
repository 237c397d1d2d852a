"""An archive over a playlist of a channel or two, and a clock that stands."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
import ssl
from typing import Any
from zoneinfo import ZoneInfo

from custom_components.telecast.engine.archive import (
    Archive,
    Broadcast,
    Opener,
    Recording,
    open_archive,
)
from custom_components.telecast.engine.fetch import open_fetcher
from custom_components.telecast.engine.model import Candidate, Channel, Client
from custom_components.telecast.engine.pipe import Supply
from custom_components.telecast.engine.processes.process import Programs
from custom_components.telecast.engine.sessions import Sessions
from custom_components.telecast.engine.store.store import Store
from custom_components.telecast.engine.streams.slots import Slots
from custom_components.telecast.engine.upstreams import open_upstream
from tests.engine.storage import Storage, open_storage

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
START = NOW - timedelta(hours=3)
ANNA = Client(address="192.0.2.10", user_agent="Player/1")
BEN = Client(address="192.0.2.11", user_agent="Player/1")
_HERE = "http://127.0.0.1/list.m3u"


def packets(count: int) -> bytes:
    """Make a transport stream that shows nothing; no two packets are the same."""
    return b"".join(
        b"\x47\x1f\xff" + bytes((0x10 | n % 16,)) + n.to_bytes(4) * 46
        for n in range(count)
    )


@dataclass(kw_only=True)
class World:
    """The archive, and what it works with."""

    archive: Archive
    storage: Storage
    sessions: Sessions
    slots: Slots
    zones: dict[str, str] = field(default_factory=dict)
    """By source: what is known of the zone of its times."""

    async def channel(
        self, attributes: str, url: str = "http://192.0.2.1/1", *, local: bool = True
    ) -> Channel:
        """Have one channel, as a playlist of this machine or of another one says."""
        text = f"#EXTM3U\n#EXTINF:-1 {attributes},One\n{url}\n"
        where = {"url": _HERE} if local else {}
        await self.storage.playlist(text, allow_shrink=True, **where)
        return await self.storage.lineup.by_number("1")

    @asynccontextmanager
    async def watch(
        self,
        channel: Channel,
        *,
        start: datetime = START,
        minutes: int = 60,
        client: Client = ANNA,
        cut_off: Callable[[], None] = lambda: None,
        **how: Any,
    ) -> AsyncIterator[Recording]:
        """Watch an hour of the archive."""
        broadcast = asked(channel, start=start, minutes=minutes)
        async with self.archive.watch(
            broadcast,
            client=client,
            protocol="xtream",
            cut_off=cut_off,
            **how,
        ) as recording:
            yield recording


def asked(channel: Channel, *, start: datetime = START, minutes: int = 60) -> Broadcast:
    """Ask for an hour of a channel."""
    return Broadcast(channel=channel, start=start, seconds=minutes * 60)


async def drained(recording: Recording) -> bytes:
    """Read all that there is."""
    pieces = []
    while data := await recording.read():
        recording.sent(len(data))
        pieces.append(data)
    return b"".join(pieces)


@asynccontextmanager
async def open_world(folder: Path, *, slots: int = 1) -> AsyncIterator[World]:
    """Open an archive whose sources share some slots."""
    limit = Slots(slots)
    zones: dict[str, str] = {}

    def placed(candidate: Candidate) -> tuple[Candidate, ...]:
        return (candidate,)

    async with (
        open_storage(folder) as storage,
        open_fetcher(ssl.create_default_context()) as fetcher,
    ):
        sessions = Sessions(lambda _: None)
        opener = Opener(
            supply=Supply(fetcher=fetcher, placed=placed, slots=lambda _: limit),
            open_upstream=partial(
                open_upstream,
                fetcher,
                programs=Programs(binary="no-ffmpeg", owner="test"),
            ),
            placed=placed,
            slots=lambda _: limit,
        )
        async with open_archive(
            Archive(
                store=storage.store,
                sessions=sessions,
                opener=opener,
                zone_name=lambda source: zones.get(source, ""),
                zone=lambda: ZoneInfo("Europe/Berlin"),
                ask_id=lambda channel, start, stop: storage.guide.catchup_id(
                    channel, start=start, stop=stop
                ),
                now=NOW.timestamp,
            )
        ) as archive:
            yield World(
                archive=archive,
                storage=storage,
                sessions=sessions,
                slots=limit,
                zones=zones,
            )


async def put_candidate(store: Store, url: str, catchup: str) -> None:
    """Put an address in the place of the first channel's, as another program might."""

    await store.write(
        lambda connection: connection.execute(
            "UPDATE candidates SET url = ?, catchup = ?", (url, catchup)
        )
    )
