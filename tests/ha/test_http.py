"""The servers on Home Assistant's own port."""

import logging
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.telecast.servers.site import ROUTES
from tests.fakes.provider import Provider

from .home import Home


async def test_every_route_is_there_with_its_methods(home: Home) -> None:
    registered = {
        (resource.canonical, route.method)
        for resource in home.hass.http.app.router.resources()
        for route in resource
    }
    for route in ROUTES:
        for method in route.handlers:
            canonical = next(
                (path for path, _ in registered if path == _canonical(route.path)), None
            )
            assert (canonical, method) in registered


async def test_no_path_of_home_assistant_or_its_frontend_is_shadowed(
    home: Home,
) -> None:
    assert (await home.player.get("/api/config")).status == 401
    for path in ("/", "/lovelace/room/1", "/config/integrations/2", "/profile/a/3"):
        response = await home.player.get(path)
        assert response.status == 200, path
        assert "<title>Home Assistant" in await response.text()
    assert (await home.player.get("/manifest.json")).status == 200


async def test_an_account_plays_by_the_short_path_too(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    await home.add("account", username="ann", password="word")
    channel = await home.engine.lineup.by_number("1")
    response = await home.player.get(f"/ann/word/{channel.id}")
    assert response.status == 200
    assert (await response.content.readexactly(188))[0] == 0x47
    response.close()
    assert (await home.player.head(f"/ann/word/{channel.id}")).status == 200


async def test_a_wrong_password_reaches_no_log_and_no_login_counter(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    await home.add("account", username="ann", password="word")
    response = await home.player.get("/live/ann/guess-of-the-day/1.ts")
    assert response.status in (401, 403, 404)
    await home.player.get("/player_api.php?username=ann&password=guess-of-the-day")
    told = [
        record.getMessage()
        for record in caplog.records
        if record.levelno >= logging.WARNING or "telecast" in record.name
    ]
    assert not [one for one in told if "guess-of-the-day" in one]
    assert not [one for one in told if "Login attempt" in one]
    assert not home.hass.states.async_entity_ids("persistent_notification")


async def test_the_cloud_is_not_a_local_network(home: Home) -> None:
    assert (await home.player.get("/discover.json")).status == 200
    with patch(
        "custom_components.telecast.http.is_cloud_connection", return_value=True
    ):
        assert (await home.player.get("/discover.json")).status == 403


async def test_without_an_entry_every_path_answers_503(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    assert await async_setup_component(hass, "telecast", {})
    client = await hass_client_no_auth()
    for path in ("/discover.json", "/telecast/health", "/player_api.php"):
        assert (await client.get(path)).status == 503


def _canonical(path: str) -> str:
    """A path as aiohttp names it: without the patterns of its variables."""
    plain, depth, skip = "", 0, False
    for character in path:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth == 0 or (character == "{" and depth == 1):
            skip = False
        elif character == ":" and depth == 1:
            skip = True
        if not skip:
            plain += character
    return plain
