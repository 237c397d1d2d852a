"""Sources with everything that they need: real database, real child, real HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
import ssl
from typing import Any
from urllib.parse import quote

from custom_components.telecast.engine.errors import TelecastError
from custom_components.telecast.engine.events import Event, Events, SourceChanged
from custom_components.telecast.engine.fetch import open_fetcher
from custom_components.telecast.engine.films.films import Films
from custom_components.telecast.engine.guide.guide import Guide, open_guide
from custom_components.telecast.engine.imports.importer import Importer
from custom_components.telecast.engine.lineup.lineup import Lineup
from custom_components.telecast.engine.model import Candidate, FilmKind, SourceStatus
from custom_components.telecast.engine.settings import PlaylistSettings
from custom_components.telecast.engine.sources.registry import Sources, open_sources
from custom_components.telecast.engine.store.store import Store, open_store
from custom_components.telecast.engine.streams.slots import Slots

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@dataclass(kw_only=True)
class World:
    """What a test looks at."""

    sources: Sources
    store: Store
    lineup: Lineup
    guide: Guide
    films: Films
    events: list[Event] = field(default_factory=list)
    """All but SourceChanged, of which there may be any number."""
    changes: asyncio.Event = field(default_factory=asyncio.Event)

    def heard(self, event: Event) -> None:
        """Note an event."""
        if not isinstance(event, SourceChanged):
            self.events.append(event)
        self.changes.set()

    async def until(
        self, met: Callable[[SourceStatus], bool], source: str = "one"
    ) -> SourceStatus:
        """Wait until a source's status meets a condition."""
        async with asyncio.timeout(100):
            while not met(status := self.sources.status(source)):
                self.changes.clear()
                await self.changes.wait()
        return status

    async def settled(self, source: str = "one") -> SourceStatus:
        """Wait until a source has been refreshed, and is not being refreshed."""
        return await self.until(
            lambda status: status.connected is not None and not status.refreshing,
            source,
        )

    async def failure(self, source: str = "one") -> TelecastError | None:
        """Refresh a source; answer what goes wrong."""
        try:
            await self.sources.refresh(source)
        except TelecastError as err:
            return err
        return None

    def slots(self, source: str = "one") -> Slots:
        """Answer the slots of a source that has no logins."""
        return self.sources.slots(Candidate(url="http://192.0.2.1/", source=source))

    async def names(self) -> list[str]:
        """Answer the names of all channels, in order."""
        return [channel.name for channel in await self.lineup.channels(limit=1000)]

    async def titles(self, number: str = "1") -> list[str]:
        """Answer what is on a channel, all day."""
        channel = await self.lineup.by_number(number)
        start = int(NOW.timestamp()) - 43200
        found = await self.guide.between(channel, start=start, stop=start + 86400)
        return [programme.titles[0].value for programme in found]


@asynccontextmanager
async def open_world(
    folder: Path,
    *,
    now: datetime = NOW,
    allowed: Path | None = None,
    importer: type[Importer] = Importer,
) -> AsyncIterator[World]:
    """Run sources over the database that is in `folder`, at a time of day."""

    async def ask(source: str, kind: FilmKind, key: str) -> dict[str, Any] | None:
        return await sources.film_details(source, kind, key)

    cache = folder / "cache"
    async with (
        open_store(folder / "telecast.db") as store,
        open_guide(store=store, folder=cache / "guides") as guide,
        open_fetcher(ssl.create_default_context()) as fetcher,
    ):
        lineup = Lineup(store)
        await lineup.reload()
        films = Films(store=store, ask=ask)
        await films.reload()
        events = Events()
        async with open_sources(
            store=store,
            lineup=lineup,
            guide=guide,
            films=films,
            importer=importer(
                store=store, lineup=lineup, guide=guide, films=films, folder=cache
            ),
            fetcher=fetcher,
            emit=events.emit,
            cache_folder=cache,
            allowed_folders=[allowed.resolve()] if allowed else [],
            now=lambda: now,
        ) as sources:
            world = World(
                sources=sources, store=store, lineup=lineup, guide=guide, films=films
            )
            events.subscribe(world.heard)
            yield world


def settings(url: str, id: str = "one", **others: object) -> PlaylistSettings:
    """Make a source's settings."""
    return PlaylistSettings(id=id, name=id.title(), url=url, **others)  # type: ignore[arg-type]


def playlist(*names: str, guide: str = "", group: str = "All") -> str:
    """Write a playlist whose addresses lead nowhere."""
    lines = [f'#EXTM3U url-tvg="{guide}"' if guide else "#EXTM3U"]
    for name in names:
        about = f'tvg-id="{name}.id" group-title="{group}"'
        lines += [f"#EXTINF:-1 {about},{name}", f"http://192.0.2.1/{quote(name)}.ts"]
    return "\n".join([*lines, ""])


def guide(channel: str, *titles: str) -> str:
    """Write a guide of one channel, on the day of the tests."""
    lines = [
        "<tv>",
        f'<channel id="{channel}"><display-name>x</display-name></channel>',
    ]
    for hour, title in enumerate(titles):
        start, stop = f"20261121{hour:02}0000 +0000", f"20261121{hour + 1:02}0000 +0000"
        lines.append(
            f'<programme start="{start}" stop="{stop}" channel="{channel}">'
            f"<title>{title}</title></programme>"
        )
    return "\n".join([*lines, "</tv>", ""])
