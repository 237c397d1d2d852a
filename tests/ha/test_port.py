"""The port of our own."""

import socket

import aiohttp
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.fakes.provider import Provider

from .home import Home


@pytest.fixture
def port(socket_enabled: None) -> int:
    """A port that nobody listens on right now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        number: int = server.getsockname()[1]
        return number


@pytest.fixture
def entry(hass: HomeAssistant, port: int) -> MockConfigEntry:
    """Telecast's entry with a port of its own."""
    options = {"http_port": port, "grace_period": 0.0}
    entry = MockConfigEntry(domain="telecast", title="Telecast", options=options)
    entry.add_to_hass(hass)
    return entry


async def status(port: int) -> int:
    """Ask on a port how the hub does."""
    url = f"http://127.0.0.1:{port}/telecast/health"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status


async def test_the_port_serves_the_same_paths(
    home: Home, provider: Provider, port: int
) -> None:
    await home.add_playlist(provider)
    assert await status(port) == 200
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/auto/v1") as response,
    ):
        assert (await response.content.readexactly(188))[0] == 0x47


async def test_the_port_closes_with_the_hub_though_viewers_watch(
    home: Home, provider: Provider, port: int
) -> None:
    await home.add_playlist(provider)
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/auto/v1") as response,
    ):
        await response.content.readexactly(188)
        await home.unload()
        await response.content.read()
    with pytest.raises(aiohttp.ClientConnectionError):
        await status(port)


async def test_a_taken_port_is_an_issue_and_the_rest_goes_on(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    port: int,
    socket_enabled: None,
    issue_registry: ir.IssueRegistry,
) -> None:
    with socket.create_server(("0.0.0.0", port)):
        assert await hass.config_entries.async_setup(entry.entry_id)
    issue = issue_registry.async_get_issue("telecast", "port_in_use")
    assert issue is not None
    assert issue.translation_placeholders == {"port": str(port)}
    assert hass.states.get("sensor.telecast_channels")
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert not issue_registry.async_get_issue("telecast", "port_in_use")
    assert await status(port) == 200
