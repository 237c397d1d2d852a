"""A real server on loopback, and behind it one film of a provider."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from custom_components.telecast.engine.films.showings import Showings
from custom_components.telecast.engine.limits import open_limits
from custom_components.telecast.engine.model import FilmKind
from custom_components.telecast.engine.streams.slots import Slots
from custom_components.telecast.servers.limiter import Limiter
from custom_components.telecast.servers.site import all_routes, open_site
from tests.fakes.clock import Clock
from tests.fakes.engine import FakeEngine
from tests.fakes.film_server import FilmServer
from tests.fakes.showings import PlayableFilms, film_at, open_fake_showings

from .world import ACCOUNTS, World


class FilmEngine(FakeEngine):
    """What servers of films need of an engine."""

    showings: Showings

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.offers = PlayableFilms()
        self.films = self.offers
        self.slots = Slots(2)


class FilmWorld(World):
    """The world, and who serves the film."""

    def __init__(
        self,
        engine: FilmEngine,
        client: aiohttp.ClientSession,
        base: str,
        server: FilmServer,
    ) -> None:
        super().__init__(engine, Clock(), client, base)
        self.films = engine
        """The engine, as films need it."""
        self.server = server

    def offer(
        self,
        id: int = 45,
        *,
        kind: FilmKind = FilmKind.MOVIE,
        extension: str = "mkv",
        url: str = "",
    ) -> None:
        """Offer the film, or another one."""
        self.films.offers.offer(
            film_at(url or self.server.url, id, kind=kind, extension=extension)
        )


def client_at(port: int) -> aiohttp.ClientSession:
    """Answer a client of a port of this machine; leaving it leaves no thread behind."""
    # The usual resolver is taken down in a thread, some time later.
    connector = aiohttp.TCPConnector(resolver=aiohttp.ThreadedResolver())
    return aiohttp.ClientSession(f"http://127.0.0.1:{port}", connector=connector)


@asynccontextmanager
async def serving_films(
    folder: Path, data: bytes, *, ffmpeg: str = "no-ffmpeg"
) -> AsyncIterator[FilmWorld]:
    """Serve all routes on a port of our own, and a film elsewhere."""
    engine = FilmEngine(folder)
    engine.accounts.replace(ACCOUNTS)
    routes = all_routes(Limiter(clock=Clock()))
    async with (
        FilmServer(data) as server,
        open_limits(accounts=engine.accounts, sessions=engine.sessions),
        open_site(0, lambda: engine, "127.0.0.1", routes) as port,
        open_fake_showings(
            engine.sessions, engine.slots, folders=[folder.resolve()], ffmpeg=ffmpeg
        ) as showings,
        client_at(port) as client,
    ):
        engine.showings = showings
        yield FilmWorld(engine, client, f"http://127.0.0.1:{port}", server)
    await engine.close()
