"""Virtual channels over a real database, at a time of day that the test sets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from custom_components.telecast.engine.events import Event
from custom_components.telecast.engine.model import Channel
from custom_components.telecast.engine.settings import VirtualSettings
from custom_components.telecast.engine.virtual.channel import VirtualChannel
from custom_components.telecast.engine.virtual.channels import VirtualChannels
from tests.engine.storage import Storage, open_storage
from tests.fakes.media_rows import MINUTE, MediaRow, write_media

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def at(*when: int) -> int:
    """Answer the instant of a time in Berlin, in milliseconds."""
    return round(datetime(*when, tzinfo=BERLIN).timestamp() * 1000)


START = at(2026, 11, 20, 20)
SETTINGS = VirtualSettings(
    id="attic",
    name="Attic",
    folders=("/media",),
    starts_at=START,
    zone="Europe/Berlin",
)


@dataclass(kw_only=True)
class World:
    """What a test looks at."""

    channels: VirtualChannels
    storage: Storage
    now: int
    later: list[int] = field(default_factory=list)
    """What the clock moves on to, each time after it has been looked at."""
    events: list[Event] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by each event, and each refresh."""
    refreshed: list[str] = field(default_factory=list)
    """The sources that were to be refreshed."""
    arriving: list[MediaRow] | None = None
    """What a refresh finds; None for what is there already."""
    under_way: int = 0
    """How many refreshes are joined that had listed the files before."""

    def hear(self, event: Event) -> None:
        """Note an event."""
        self.events.append(event)
        self.heard.set()

    def clock(self) -> int:
        """Tell the time of day."""
        now = self.now
        if self.later:
            self.now = self.later.pop(0)
        return now

    async def media(self, *rows: MediaRow, source: str = "attic") -> None:
        """Have files for a channel, and no others."""
        await self.storage.store.write(
            lambda connection: write_media(connection, source, list(rows))
        )

    async def execute(self, statement: str, *values: object) -> None:
        """Change the database behind everybody's back."""
        await self.storage.store.write(
            lambda connection: connection.execute(statement, values)
        )

    async def channel(
        self, *rows: MediaRow, settings: VirtualSettings = SETTINGS
    ) -> VirtualChannel:
        """Answer a channel that plays these."""
        await self.media(*rows, source=settings.id)
        await self.channels.begin(settings)
        return self.channels.of(settings.id)

    async def lineup(self, source: str, *names: str) -> list[Channel]:
        """Have a source's channels in the line-up; their guide ids are the source's."""
        lines = ["#EXTM3U"]
        for name in names:
            lines += [
                f'#EXTINF:-1 tvg-id="{source}",{name}',
                f"http://a.test/{quote(name)}",
            ]
        await self.storage.playlist("\n".join(lines), source=source)
        return [one for one in await self.storage.all() if one.source == source]

    async def refresh(self, source_id: str) -> None:
        """Refresh a source, as far as the channel is concerned."""
        self.refreshed.append(source_id)
        self.heard.set()
        if self.under_way:
            self.under_way -= 1
        elif self.arriving is not None:
            await self.media(*self.arriving, source=source_id)
        await self.channels.renew(self.channels.of(source_id).settings)

    def on(self, instant: int | None = None) -> str:
        """Answer what is on, in a line."""
        when = self.now if instant is None else instant
        return self.channels.of("attic").title_at(when)

    def titles(self, hours: float = 3, *, since: int | None = None) -> list[str]:
        """Answer what is on for some hours, with times in Berlin."""
        begin = self.now if since is None else since
        at, told = begin, []
        while at < begin + hours * HOUR:
            on = self.channels.on("attic", at)
            start = datetime.fromtimestamp(on.start / 1000, BERLIN)
            name = ": ".join(filter(None, (on.title, on.subtitle)))
            told.append(f"{start:%H:%M} {name}".strip())
            at = on.stop
        return told


@asynccontextmanager
async def open_world(
    folder: Path, *, now: int = START, allowed: Path | None = None
) -> AsyncIterator[World]:
    """Open the database in a folder, and channels over it."""

    async def refresh(source_id: str) -> None:
        await world.refresh(source_id)

    def clock() -> int:
        return world.clock()

    def hear(event: Event) -> None:
        world.hear(event)

    async with open_storage(folder) as storage, asyncio.TaskGroup() as tasks:
        channels = VirtualChannels(
            store=storage.store,
            lineup=storage.lineup,
            guide=storage.guide,
            tasks=tasks,
            refresh=refresh,
            emit=hear,
            clock=clock,
            allowed_folders=[allowed.resolve()] if allowed else [],
        )
        world = World(channels=channels, storage=storage, now=now)
        try:
            yield world
        finally:
            channels.close()


def settings(**others: object) -> VirtualSettings:
    """Answer the settings with others in their place."""
    return replace(SETTINGS, **others)  # type: ignore[arg-type]
