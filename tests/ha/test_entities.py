"""What entities show while things happen."""

from datetime import timedelta

from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.json import json_bytes
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from tests.fakes import faults
from tests.fakes.provider import PLAYLIST, Provider

from .home import Home


async def test_the_hubs_sensors_follow_a_session(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    assert home.hass.states.get("sensor.telecast_active_sessions").state == "0"
    viewer = await home.watch()
    state = await home.until(
        "sensor.telecast_active_sessions", lambda state: state.state == "1"
    )
    (session,) = state.attributes["sessions"]
    assert set(session) == {
        "id",
        "pid",
        "channel",
        "number",
        "client",
        "user_agent",
        "account",
        "protocol",
        "state",
        "started_at",
        "last_activity",
        "bytes",
        "bitrate",
        "upstream",
        "metadata",
    }
    assert session["upstream"] == "Provider"
    assert (session["channel"], session["number"]) == ("one", "1")
    assert (session["client"], session["state"]) == ("127.0.0.1", "streaming")
    await home.until("sensor.telecast_active_streams", lambda one: one.state == "1")
    await home.until("sensor.provider_streams_in_use", lambda one: one.state == "1")
    viewer.close()
    await home.until("sensor.telecast_active_sessions", lambda one: one.state == "0")
    await home.until("sensor.telecast_active_streams", lambda one: one.state == "0")
    await home.until("sensor.provider_streams_in_use", lambda one: one.state == "0")


async def test_rates_are_shown_every_ten_seconds_while_a_stream_runs(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    viewer = await home.watch()
    await home.until("sensor.telecast_active_streams", lambda one: one.state == "1")
    while not home.engine.statistics().viewer_rate:
        await viewer.content.readany()
    async_fire_time_changed(home.hass, dt_util.utcnow() + timedelta(seconds=11))
    for name in ("upstream", "viewer"):
        state = await home.until(
            f"sensor.telecast_{name}_rate", lambda state: float(state.state) > 0
        )
        assert state.attributes["unit_of_measurement"] == "Mbit/s"
        assert state.attributes["device_class"] == "data_rate"
    viewer.close()
    for name in ("upstream", "viewer"):
        await home.until(
            f"sensor.telecast_{name}_rate", lambda state: float(state.state) == 0
        )


async def test_a_crowd_is_shown_as_far_as_a_state_may_be_large(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    channel = await home.engine.lineup.by_number("1")
    viewers = [
        await home.player.get(
            f"/telecast/stream/{channel.id}.ts",
            headers={"User-Agent": f"{number} {'x' * 190}"},
        )
        for number in range(40)
    ]
    state = await home.until(
        "sensor.telecast_active_sessions", lambda state: state.state == "40"
    )
    shown = state.attributes["sessions"]
    assert 20 < len(shown) < 40
    assert len(shown) + state.attributes["sessions_left_out"] == 40
    assert len(json_bytes(state.attributes)) < 16_384
    for viewer in viewers:
        viewer.close()


async def test_a_source_shows_what_it_holds_and_what_went_wrong(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    assert home.hass.states.get("sensor.provider_channels").state == "2"
    refreshed = home.hass.states.get("sensor.provider_last_refresh")
    assert dt_util.parse_datetime(refreshed.state) <= dt_util.utcnow()
    failures = home.heard("telecast_source_failed")
    provider.misbehave(PLAYLIST, faults.html())
    with pytest.raises(HomeAssistantError) as refused:
        await home.hass.services.async_call(
            "button", "press", {"entity_id": "button.provider_refresh"}, blocking=True
        )
    assert refused.value.translation_key == "not_a_playlist"
    assert refused.value.translation_placeholders == {"source": "Provider"}
    state = await home.until(
        "binary_sensor.provider_connected", lambda state: state.state == "off"
    )
    assert state.attributes["last_error"] == "not_a_playlist"
    assert home.hass.states.get("sensor.provider_channels").state == "2"
    (failure,) = failures
    assert failure == {
        "source": "Provider",
        "source_id": next(iter(home.entry.subentries)),
        "reason": "not_a_playlist",
    }
    provider.behave(PLAYLIST)
    await home.hass.services.async_call(
        "button", "press", {"entity_id": "button.provider_refresh"}, blocking=True
    )
    await home.until("binary_sensor.provider_connected", lambda one: one.state == "on")


async def test_sessions_and_streams_are_events(home: Home, provider: Provider) -> None:
    await home.add_playlist(provider)
    started = home.heard("telecast_session_started")
    ended = home.heard("telecast_session_ended")
    viewer = await home.watch()
    state = await home.until(
        "event.telecast_sessions",
        lambda state: state.attributes["event_type"] == "started",
    )
    assert state.attributes["channel"] == "one"
    assert started[0].items() <= dict(state.attributes).items()
    state = await home.until(
        "event.telecast_streams",
        lambda state: state.attributes["event_type"] == "started",
    )
    assert state.attributes["source"] == "Provider"
    viewer.close()
    state = await home.until(
        "event.telecast_sessions",
        lambda state: state.attributes["event_type"] == "ended",
    )
    assert ended[0].items() <= dict(state.attributes).items()
    assert ended[0]["id"] == started[0]["id"]
    await home.until(
        "event.telecast_streams",
        lambda state: state.attributes["event_type"] == "ended",
    )


async def test_a_stream_that_fails_says_why(home: Home, provider: Provider) -> None:
    await home.add_playlist(provider)
    provider.misbehave("one", faults.status(403))
    failures = home.heard("telecast_stream_failed")
    channel = await home.engine.lineup.by_number("1")
    response = await home.player.get(f"/telecast/stream/{channel.id}.ts")
    assert response.status == 503
    state = await home.until(
        "sensor.telecast_active_streams",
        lambda state: state.attributes["last_failure"] is not None,
    )
    failure = dict(state.attributes["last_failure"])
    assert dt_util.parse_datetime(failure.pop("at")) <= dt_util.utcnow()
    assert failures == [failure]
    assert (failure["channel"], failure["number"]) == ("one", "1")
    assert failure["reason"] == "cannot_connect"
    assert failure["source"] == "Provider"
    event = home.hass.states.get("event.telecast_streams")
    assert event.attributes["event_type"] == "failed"
    assert failure.items() <= dict(event.attributes).items()
