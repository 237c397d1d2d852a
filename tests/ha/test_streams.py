"""Streams that are transcoded by a real FFmpeg, as Home Assistant shows them."""

from collections.abc import AsyncIterator
from datetime import timedelta

from homeassistant.core import HomeAssistant
from homeassistant.helpers.json import json_bytes
from homeassistant.util import dt as dt_util
import psutil
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.telecast.attributes import listed
from tests.fakes.provider import Provider
from tests.formats.recordings import X264, recorded

from .home import Home

STREAMS = "sensor.telecast_active_streams"
ENCODERS = "sensor.telecast_active_encoders"


@pytest.fixture
async def provider(socket_enabled: None) -> AsyncIterator[Provider]:
    """A provider of one channel that FFmpeg understands."""
    recording = recorded(*X264)
    async with Provider() as provider:
        provider.stream(
            "one", recording, rate=len(recording) / 12, burst=len(recording)
        )
        yield provider


async def test_a_running_ffmpeg_is_shown_with_its_speed(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    assert home.hass.states.get(ENCODERS).state == "0"
    viewer = await home.player.get("/auto/v1?transcode=internet240")
    assert viewer.status == 200
    state = await home.until(ENCODERS, lambda state: state.state == "1")
    (encoder,) = state.attributes["encoders"]
    assert set(encoder) == {"pid", "channel", "encoder", "speed", "fps", "bitrate"}
    assert (encoder["channel"], encoder["encoder"]) == ("one", "none")
    assert "ffmpeg" in psutil.Process(encoder["pid"]).name()
    while not home.engine.encoders.facts()[0]["speed"]:
        await viewer.content.readany()
    async_fire_time_changed(home.hass, dt_util.utcnow() + timedelta(seconds=11))
    await home.until(
        ENCODERS, lambda state: (state.attributes["encoders"][0]["speed"] or 0) > 0
    )
    viewer.close()
    await home.until(ENCODERS, lambda state: state.state == "0")


async def test_a_stream_is_shown_with_its_renditions(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    channel = await home.engine.lineup.by_number("1")
    master = home.engine.hls_path(channel)
    answer = await home.player.get(master)
    assert answer.status == 200
    rendition = next(
        line for line in (await answer.text()).splitlines() if not line.startswith("#")
    )
    answer = await home.player.get(master.replace("master.m3u8", rendition))
    assert answer.status == 200
    async_fire_time_changed(home.hass, dt_util.utcnow() + timedelta(seconds=11))
    state = await home.until(
        STREAMS,
        lambda state: bool(
            state.attributes["streams"] and state.attributes["streams"][0]["qualities"]
        ),
    )
    (stream,) = state.attributes["streams"]
    assert (stream["channel"], stream["number"]) == ("one", "1")
    assert stream["state"] == "active"
    assert stream["source"] == "Provider"
    assert stream["source_id"] in home.entry.subentries
    assert set(stream["qualities"][0]) == {
        *("level", "bitrate", "resolution", "segment_path", "playlist_path")
    }
    await home.hass.services.async_call(
        "telecast", "stop_stream", {"channel": "one"}, blocking=True
    )
    state = await home.until(STREAMS, lambda state: state.state == "0")
    assert state.attributes["streams"] == []


async def test_lists_are_cut_where_a_state_would_be_too_large(
    hass: HomeAssistant,
) -> None:
    few = [{"name": "x" * 100}] * 3
    assert listed("things", few) == {"things": few}
    assert listed("things", []) == {"things": []}
    many = [{"name": "ü" * 100}] * 1000
    found = listed("things", many)
    assert len(found["things"]) + found["things_left_out"] == 1000
    assert 14_000 < len(json_bytes(found)) < 15_100
