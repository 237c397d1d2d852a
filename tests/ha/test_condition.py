"""The condition that somebody watches."""

import asyncio
from typing import Any

from homeassistant.components.websocket_api import TYPE_RESULT
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import condition, config_validation as cv
from homeassistant.setup import async_setup_component
import probatio
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from tests.fakes import faults
from tests.fakes.provider import Provider

from .home import Home


async def is_watching(hass: HomeAssistant, **options: Any) -> bool:
    """Test the condition as automations do."""
    told = {"condition": "telecast.is_watching", "options": options}
    config = cv.CONDITION_SCHEMA(told if options else {"condition": told["condition"]})
    checked = await condition.async_validate_condition_config(hass, config)
    checker = await condition.async_from_config(hass, checked)
    try:
        answer = checker.async_check()
    finally:
        checker.async_unload()
    assert answer is not None
    return answer


async def test_it_holds_while_somebody_watches(home: Home, provider: Provider) -> None:
    await home.add_playlist(provider)
    await home.add("account", username="ann", password="word")
    assert not await is_watching(home.hass)
    channel = await home.engine.lineup.by_number("1")
    viewer = await home.player.get(f"/live/ann/word/{channel.id}.ts")
    await viewer.content.readexactly(188)
    for options in (
        {},
        {"channel": "1"},
        {"channel": "One"},
        {"client": "127.0.0.1"},
        {"account": "ann"},
        {"channel": ["1", "2"], "client": "127.0.0.0/8", "account": ["ann", "bob"]},
    ):
        assert await is_watching(home.hass, **options), options
    for options in (
        {"channel": "2"},
        {"client": "10.0.0.0/8"},
        {"account": "bob"},
        {"channel": "1", "account": "bob"},
    ):
        assert not await is_watching(home.hass, **options), options
    viewer.close()
    await home.wait_for(
        lambda: None if home.engine.sessions.active else True, "telecast_session_ended"
    )
    assert not await is_watching(home.hass)


async def test_who_waits_for_a_picture_does_not_watch_yet(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    gate = asyncio.Event()
    provider.misbehave("one", faults.held(gate))
    tuning = asyncio.create_task(home.watch())
    await provider.until(lambda: provider.count("one").now == 1)
    assert len(home.engine.sessions.active) == 1
    assert not await is_watching(home.hass)
    gate.set()
    viewer = await tuning
    assert await is_watching(home.hass)
    viewer.close()


async def test_nobody_watches_while_the_hub_is_not_there(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    await home.watch()
    assert await is_watching(home.hass)
    await home.unload()
    assert not await is_watching(home.hass)
    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    assert not await is_watching(home.hass)
    viewer = await home.watch()
    assert await is_watching(home.hass)
    home.coordinator.async_engine_failed()
    assert not await is_watching(home.hass)
    viewer.close()


async def test_it_can_be_tested_where_telecast_never_was(hass: HomeAssistant) -> None:
    assert not await is_watching(hass, channel="1")


async def test_what_can_mean_nothing_is_refused(hass: HomeAssistant) -> None:
    for options in ({"client": "the telly"}, {"source": "Provider"}, {"channel": ""}):
        with pytest.raises(probatio.Invalid):
            await is_watching(hass, **options)
    with pytest.raises((HomeAssistantError, probatio.Invalid)):
        await condition.async_validate_condition_config(
            hass, {"condition": "telecast.is_asleep"}
        )


async def test_the_frontend_knows_the_condition_and_its_fields(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    assert await async_setup_component(hass, "telecast", {})
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "condition_platforms/subscribe"})
    assert (await client.receive_json())["type"] == TYPE_RESULT
    described = (await client.receive_json())["event"]
    ours = {
        name: set(about["fields"])
        for name, about in described.items()
        if name.startswith("telecast.")
    }
    assert ours == {"telecast.is_watching": {"channel", "client", "account"}}
