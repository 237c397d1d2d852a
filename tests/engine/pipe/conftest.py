"""What all tests of pipes share."""

from collections.abc import AsyncIterator
import ssl

import pytest

from custom_components.telecast.engine.fetch import Fetcher, open_fetcher
from tests.fakes.film_server import FilmServer, film
from tests.fakes.left_over import leaving_nothing

FILM = film(3_000_000)


@pytest.fixture(autouse=True)
async def _nothing_is_left() -> AsyncIterator[None]:
    async with leaving_nothing():
        yield


@pytest.fixture(name="fetcher")
async def _fetcher(_nothing_is_left: None) -> AsyncIterator[Fetcher]:
    async with open_fetcher(ssl.create_default_context()) as opened:
        yield opened


@pytest.fixture(name="server")
async def _server(_nothing_is_left: None) -> AsyncIterator[FilmServer]:
    async with FilmServer(FILM) as running:
        yield running
