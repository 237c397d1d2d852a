"""A panel with one of everything, the whole engine on it, and a real server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
import ssl
from zoneinfo import ZoneInfo

import aiohttp

from custom_components.telecast.engine.composition import open_engine
from custom_components.telecast.engine.engine import Engine
from custom_components.telecast.engine.model import FilmKind
from custom_components.telecast.engine.settings import ProviderSettings, Settings
from custom_components.telecast.formats.mpegts import PACKET
from custom_components.telecast.servers.limiter import Limiter
from custom_components.telecast.servers.site import all_routes, open_site
from tests.engine.archive.world import packets
from tests.fakes.film_server import film
from tests.fakes.left_over import leaving_nothing
from tests.fakes.panel import Episode, Panel
from tests.fakes.transport import Multiplex

from .world import ACCOUNTS, open_client

ZONE = ZoneInfo("Asia/Kolkata")
"""The one that players are told, and ask in."""
PANEL_ZONE = ZoneInfo("America/New_York")
SHOWN = (datetime.now(UTC) - timedelta(hours=12)).replace(
    minute=30, second=0, microsecond=0
)
"""When something began that the archive holds."""
FILM = film(3_000_000)
PILOT = film(500_000, seed=2)
ARCHIVE = packets(8000)
LIVE = b"".join(Multiplex().seconds(2, frames=5, size=20))


@dataclass(frozen=True, kw_only=True)
class PanelWorld:
    """The panel, the engine that plays from it, and where players find that."""

    panel: Panel
    engine: Engine
    client: aiohttp.ClientSession
    base: str

    async def ids(self) -> tuple[int, int, int]:
        """Answer the ids of the channel, the film and the series."""
        (channel,) = await self.engine.lineup.channels()
        (movie,) = await self.engine.films.page(FilmKind.MOVIE)
        (series,) = await self.engine.films.page(FilmKind.SERIES)
        return channel.id, movie.id, series.id

    async def read(self, url: str, wanted: str = "") -> bytes:
        """Answer what is at an address, or a part of it; it must be there."""
        headers = {"Range": wanted} if wanted else {}
        async with self.client.get(url, headers=headers) as response:
            assert response.status == (206 if wanted else 200)
            return await response.read()

    async def plays(self, url: str) -> None:
        """Fail where an address is not the channel, as it is sent now."""
        async with self.client.get(url) as response:
            assert (response.status, response.content_type) == (200, "video/mp2t")
            assert await response.content.readexactly(PACKET) in LIVE

    async def reads_at_will(self, url: str, whole: bytes) -> None:
        """Fail where an address is not a film, or any part of it cannot be had."""
        size = len(whole)
        assert await self.read(url) == whole
        middle = await self.read(url, f"bytes={size // 2}-{size // 2 + 9_999}")
        assert middle == whole[size // 2 : size // 2 + 10_000]
        assert await self.read(url, "bytes=-1000") == whole[-1000:]
        await self.panel.until(lambda: self.panel.streams.now == 0)
        assert self.panel.streams.peak == 1


@asynccontextmanager
async def serving_panel(folder: Path) -> AsyncIterator[PanelWorld]:
    """Serve what a panel has that allows one connection."""
    async with leaving_nothing(), Panel(timezone=str(PANEL_ZONE)) as panel:
        panel.live(
            123,
            "One",
            data=LIVE,
            rate=len(LIVE) // 2,
            archive=ARCHIVE,
            archive_days=3,
        )
        panel.movie(45, "A Film (1999)", FILM)
        panel.show(7, "A Show", episodes={1: [Episode(id=71, title="P", data=PILOT)]})
        async with serving_provider(panel, folder, zone=ZONE) as served:
            yield PanelWorld(
                panel=panel,
                engine=served.engine,
                client=served.client,
                base=served.base,
            )


@dataclass(frozen=True, kw_only=True)
class Served:
    """An engine, and a client of its server."""

    engine: Engine
    client: aiohttp.ClientSession
    base: str


@asynccontextmanager
async def serving_provider(
    panel: Panel, folder: Path, *, zone: ZoneInfo | None = None
) -> AsyncIterator[Served]:
    """Serve what a panel has, taken in as a provider, to players in a time zone."""
    provider = ProviderSettings(
        id="provider",
        name="Provider",
        url=panel.url,
        username=panel.username,
        password=panel.password,
    )
    async with open_engine(
        folder=folder / "kept",
        cache_folder=folder / "cache",
        settings=Settings(hardware_acceleration="none"),
        ssl_context=ssl.create_default_context(),
    ) as engine:
        if zone:
            engine.time_zone = zone
        engine.accounts.replace(ACCOUNTS)
        await engine.sources.add(provider)
        await engine.sources.refresh("provider")
        routes = all_routes(Limiter())
        async with open_site(0, lambda: engine, "127.0.0.1", routes) as port:
            base = f"http://127.0.0.1:{port}"
            async with open_client(base) as client:
                yield Served(engine=engine, client=client, base=base)
                engine.close_streams()
