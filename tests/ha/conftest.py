"""What the tests in a Home Assistant share; those below it need none of this."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
import os
from unittest.mock import patch

from homeassistant.components.http import HomeAssistantHTTP
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.fakes.known_ffmpeg import make_known_ffmpeg
from tests.fakes.provider import Provider

from .home import SECOND, Home

_THEIR_WARNINGS = (
    # Home Assistant keeps things in its web application and requests by plain names.
    "ignore::aiohttp.web_exceptions.NotAppKeyWarning",
    "ignore:It is recommended to use web.RequestKey",
)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let what Home Assistant itself is warned of be no error of ours."""
    for warning in _THEIR_WARNINGS:
        item.add_marker(pytest.mark.filterwarnings(warning))


@pytest.fixture(scope="package", autouse=True)
def _known_ffmpeg(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let FFmpeg not be started to say who it is, by each Home Assistant three times."""
    folder = tmp_path_factory.mktemp("ffmpeg")
    make_known_ffmpeg(folder)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PATH", str(folder), prepend=os.pathsep)
        yield


@pytest.fixture(autouse=True)
def _our_integration(enable_custom_integrations: None) -> None:
    """Let Home Assistant find Telecast."""


@pytest.fixture(autouse=True)
def _no_port_of_home_assistant() -> Iterator[None]:
    """Let test clients serve Home Assistant's application, on free ports."""
    with patch.object(HomeAssistantHTTP, "start"):
        yield


@pytest.fixture(autouse=True)
def _no_discovery() -> Iterator[None]:
    """Listen on no well-known port, and announce nothing to the network."""

    @asynccontextmanager
    async def open_nothing(**_: object) -> AsyncIterator[None]:
        yield

    with patch("custom_components.telecast.discovery.open_discovery", open_nothing):
        yield


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Let Home Assistant, and so Telecast, write where nobody else does."""
    return hass_tmp_config_dir


@pytest.fixture
async def provider(socket_enabled: None) -> AsyncIterator[Provider]:
    """A provider of two channels."""
    async with Provider({"one": SECOND, "two": SECOND}) as provider:
        yield provider


@pytest.fixture
def entry(hass: HomeAssistant) -> MockConfigEntry:
    """Telecast's entry, not set up; streams end with their last viewer."""
    entry = MockConfigEntry(
        domain="telecast",
        title="Telecast",
        # Software alone: other encoders would be tried at each start, for seconds.
        options={"grace_period": 0.0, "hardware_acceleration": "none"},
    )
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
async def home(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    socket_enabled: None,
    hass_client_no_auth: ClientSessionGenerator,
) -> Home:
    """A Home Assistant with Telecast set up, and a player in its network."""
    hass.config.allowlist_external_dirs = {hass.config.path("www")}
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return Home(hass, entry, await hass_client_no_auth())
