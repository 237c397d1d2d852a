"""A real server on loopback over an engine that a test fills."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from custom_components.telecast.engine.model import Account
from custom_components.telecast.servers.limiter import Limiter
from custom_components.telecast.servers.site import all_routes, open_site
from tests.fakes.clock import Clock
from tests.fakes.engine import FakeEngine, open_fake_engine

ACCOUNTS = (
    Account(id="1", username="anna", password="secret-1", max_connections=2),
    Account(
        id="2",
        username="old",
        password="secret-2",
        expires=datetime.now(UTC) - timedelta(days=1),
    ),
    Account(id="3", username="off", password="secret-3", enabled=False),
    Account(
        id="4", username="kid", password="secret-4", groups=frozenset({"Cartoons"})
    ),
)


class World:
    """The engine, the clock of the limiter, and a client."""

    def __init__(
        self, engine: FakeEngine, clock: Clock, client: aiohttp.ClientSession, base: str
    ) -> None:
        self.engine = engine
        self.clock = clock
        self.client = client
        self.base = base
        """Scheme, host and port of the server."""

    async def json(self, path: str, **facts: Any) -> Any:
        """GET a JSON document that must be there."""
        async with self.client.get(path, **facts) as response:
            assert response.status == 200
            assert response.content_type == "application/json"
            return await response.json()

    async def text(self, path: str, **facts: Any) -> str:
        """GET a text that must be there."""
        async with self.client.get(path, **facts) as response:
            assert response.status == 200
            return await response.text()

    async def status(self, path: str, method: str = "GET", **facts: Any) -> int:
        """Ask, and answer the status alone."""
        async with self.client.request(method, path, **facts) as response:
            return response.status


def open_client(base: str) -> aiohttp.ClientSession:
    """Make a client that has closed all that it opened when it is closed itself.

    The usual resolver lets a thread go whose descriptors may outlive a test.
    """
    connector = aiohttp.TCPConnector(resolver=aiohttp.ThreadedResolver())
    return aiohttp.ClientSession(base, connector=connector)


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[World]:
    """Serve all routes on a port of our own, without an engine that can be missed."""
    clock = Clock()
    routes = all_routes(Limiter(clock=clock))
    async with open_fake_engine(folder) as engine:
        engine.accounts.replace(ACCOUNTS)
        async with open_site(0, lambda: engine, "127.0.0.1", routes) as port:
            base = f"http://127.0.0.1:{port}"
            async with open_client(base) as client:
                yield World(engine, clock, client, base)
                engine.close_streams()
