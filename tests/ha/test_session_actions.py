"""The actions on sessions, and what becomes of sessions when Telecast starts anew."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.json import json_bytes
from homeassistant.setup import async_setup_component
import probatio
import pytest

from tests.fakes.provider import Provider

from .home import Home

SESSIONS = "sensor.telecast_active_sessions"


async def get_sessions(home: Home, **fields: Any) -> Any:
    """Ask who watches."""
    answer = await home.hass.services.async_call(
        "telecast", "get_sessions", fields, blocking=True, return_response=True
    )
    assert json_bytes(answer)
    return answer


async def end_session(home: Home, session: str) -> None:
    """Send somebody away."""
    await home.hass.services.async_call(
        "telecast", "end_session", {"session": session}, blocking=True
    )


async def test_who_watches_is_listed_as_the_sensor_lists_it(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    assert await get_sessions(home) == {"sessions": [], "history": []}
    async with await home.watch():
        state = await home.until(SESSIONS, lambda state: state.state == "1")
        (shown,) = state.attributes["sessions"]
        (listed,) = (await get_sessions(home))["sessions"]
        assert listed.keys() == shown.keys() | {"connected"}
        for name in ("id", "pid", "started_at", "channel", "upstream"):
            assert listed[name] == shown[name]
        assert listed["connected"] is True
    await home.until(SESSIONS, lambda state: state.state == "0")


async def test_who_only_announced_itself_is_listed_and_not_active(
    home: Home, provider: Provider
) -> None:
    assert (await home.player.get("/Live/abc")).status == 200
    (listed,) = (await get_sessions(home))["sessions"]
    assert (listed["connected"], listed["channel"]) == (False, "")
    assert home.hass.states.get(SESSIONS).state == "0"


async def test_a_session_that_is_ended_is_sent_away(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    ended = home.heard("telecast_session_ended")
    viewer = await home.watch()
    state = await home.until(SESSIONS, lambda state: state.state == "1")
    (session,) = state.attributes["sessions"]
    await end_session(home, f" {session['id']} ")
    await viewer.content.read()
    await home.until(SESSIONS, lambda state: state.state == "0")
    assert [(one["id"], one["reason"]) for one in ended] == [(session["id"], "closed")]
    for name in (session["id"], "nobody"):
        with pytest.raises(ServiceValidationError) as refused:
            await end_session(home, name)
        assert refused.value.translation_key == "unknown_session"
        assert refused.value.translation_placeholders == {"session": name}


@pytest.mark.parametrize("history", [-1, 1001, "many"])
async def test_a_history_of_another_length_is_refused(home: Home, history: Any) -> None:
    with pytest.raises(probatio.Invalid):
        await get_sessions(home, history=history)


async def test_a_viewer_is_the_same_after_a_reload(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    viewer = await home.watch()
    state = await home.until(SESSIONS, lambda state: state.state == "1")
    (before,) = state.attributes["sessions"]
    await home.unload()
    viewer.close()
    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    await home.hass.async_block_till_done()
    assert home.hass.states.get(SESSIONS).state == "0"
    (expected,) = (await get_sessions(home))["sessions"]
    assert (expected["state"], expected["connected"]) == ("buffering", False)
    async with await home.watch():
        state = await home.until(SESSIONS, lambda state: state.state == "1")
        (after,) = state.attributes["sessions"]
        for name in ("id", "pid", "started_at"):
            assert after[name] == expected[name] == before[name]
        assert after["bytes"] >= expected["bytes"] > 0
    assert (await get_sessions(home, history=10))["history"] == []


async def test_the_actions_are_there_without_the_hub_and_say_so(
    hass: HomeAssistant,
) -> None:
    assert await async_setup_component(hass, "telecast", {})
    for action, fields, answers in (
        ("end_session", {"session": "a"}, False),
        ("get_sessions", {}, True),
    ):
        with pytest.raises(HomeAssistantError):
            await hass.services.async_call(
                "telecast", action, fields, blocking=True, return_response=answers
            )
