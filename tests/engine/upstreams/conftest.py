"""What all tests of upstreams need."""

from collections.abc import AsyncIterator
import ssl

import pytest

from custom_components.telecast.engine.fetch import Fetcher, open_fetcher
from custom_components.telecast.engine.processes.process import Programs
from tests.engine.upstreams.media import Media, make_media
from tests.engine.upstreams.watching import Player
from tests.fakes.left_over import leaving_nothing
from tests.fakes.provider import Provider


@pytest.fixture(autouse=True)
async def _nothing_is_left() -> AsyncIterator[None]:
    async with leaving_nothing():
        yield


@pytest.fixture(name="media", scope="session")
def _media(tmp_path_factory: pytest.TempPathFactory) -> Media:
    return make_media(tmp_path_factory.mktemp("media"))


@pytest.fixture(name="programs")
def _programs() -> Programs:
    return Programs(binary="ffmpeg", owner="test")


@pytest.fixture(name="fetcher")
async def _fetcher(_nothing_is_left: None) -> AsyncIterator[Fetcher]:
    async with open_fetcher(ssl.create_default_context()) as opened:
        yield opened


@pytest.fixture(name="player")
def _player(fetcher: Fetcher, programs: Programs) -> Player:
    return Player(fetcher, programs)


@pytest.fixture(name="provider")
async def _provider(_nothing_is_left: None) -> AsyncIterator[Provider]:
    async with Provider() as running:
        yield running
