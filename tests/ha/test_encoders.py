"""Encoders and FFmpeg as Home Assistant shows them."""

import asyncio
from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.fakes.program import Plan, Program
from tests.fakes.provider import Provider

from .home import Home

FAST = Plan(listed=("h264_nvenc", "libx264"), encodes=("h264_nvenc", "libx264"))
SLOW = Plan(listed=("h264_nvenc", "libx264"), encodes=("libx264",))
OLD = Plan(version="ffmpeg version 3.4.1 Copyright (c) 2000-2017")
MUTE = Plan(listed=("h264_nvenc",), encodes=())
BUTTON = "button.telecast_test_encoders"
SENSOR = "sensor.telecast_encoder"


@pytest.fixture(autouse=True)
async def ffmpeg(hass: HomeAssistant, tmp_path: Path) -> Program:
    """The FFmpeg that Home Assistant's own integration names."""
    program = Program(tmp_path, FAST)
    setting = {"ffmpeg": {"ffmpeg_bin": str(program.path)}}
    assert await async_setup_component(hass, "ffmpeg", setting)
    return program


@pytest.fixture
def entry(hass: HomeAssistant) -> MockConfigEntry:
    """Telecast's entry, not set up."""
    entry = MockConfigEntry(domain="telecast", options={"grace_period": 0.0})
    entry.add_to_hass(hass)
    return entry


async def press(home: Home) -> None:
    """Press the button that tests the encoders."""
    await home.hass.services.async_call(
        "button", "press", {"entity_id": BUTTON}, blocking=True
    )


def told(home: Home) -> set[str]:
    """What users are asked to look at now."""
    issues = ir.async_get(home.hass).issues.values()
    return {one.issue_id for one in issues if one.domain == "telecast" and one.active}


async def spoil(home: Home, ffmpeg: Program, problem: str) -> None:
    """Bring a problem of FFmpeg about, and find it out."""
    await home.engine.encoders.ready()
    match problem:
        case "ffmpeg_missing":
            await asyncio.to_thread(ffmpeg.path.unlink)
        case "ffmpeg_too_old":
            ffmpeg.change(OLD)
        case "ffmpeg_without_h264":
            ffmpeg.change(MUTE)
    with pytest.raises(HomeAssistantError) as failed:
        await press(home)
    assert failed.value.translation_key == problem


async def test_the_best_encoder_that_works_is_shown_and_why_others_do_not(
    home: Home, ffmpeg: Program
) -> None:
    state = await home.until(SENSOR, lambda state: state.state == "nvenc")
    assert state.attributes["reason"] is None
    assert set(state.attributes["options"]) == {
        *("none", "nvenc", "qsv", "vaapi", "videotoolbox")
    }
    assert set(state.attributes["unusable"]) == {"qsv", "vaapi", "videotoolbox"}
    ffmpeg.change(SLOW)
    await press(home)
    state = await home.until(SENSOR, lambda state: state.state == "none")
    assert "libcuda" in state.attributes["unusable"]["nvenc"]
    ffmpeg.change(FAST)
    await press(home)
    await home.until(SENSOR, lambda state: state.state == "nvenc")
    assert told(home) == set()


async def test_the_reason_says_why_it_is_not_the_encoder_that_was_chosen(
    home: Home, ffmpeg: Program
) -> None:
    ffmpeg.change(SLOW)
    options = {"hardware_acceleration": "nvenc"}
    home.hass.config_entries.async_update_entry(home.entry, options=options)
    state = await home.until(
        SENSOR, lambda state: "libcuda" in (state.attributes.get("reason") or "")
    )
    assert state.state == "none"


@pytest.mark.parametrize(
    "problem", ["ffmpeg_missing", "ffmpeg_too_old", "ffmpeg_without_h264"]
)
async def test_an_ffmpeg_of_no_use_is_an_issue_until_it_comes_right(
    home: Home, ffmpeg: Program, problem: str
) -> None:
    await spoil(home, ffmpeg, problem)
    assert told(home) == {problem}
    issue = ir.async_get(home.hass).async_get_issue("telecast", problem)
    assert issue is not None and not issue.is_fixable
    assert issue.translation_placeholders == {"binary": str(ffmpeg.path)}
    assert issue.learn_more_url
    ffmpeg.change(FAST)
    await press(home)
    assert told(home) == set()


async def test_one_issue_gives_way_to_another(home: Home, ffmpeg: Program) -> None:
    await spoil(home, ffmpeg, "ffmpeg_missing")
    await spoil(home, ffmpeg, "ffmpeg_too_old")
    assert told(home) == {"ffmpeg_too_old"}


async def test_without_ffmpeg_telecast_starts_and_passes_streams_through(
    home: Home, ffmpeg: Program, provider: Provider
) -> None:
    await asyncio.to_thread(ffmpeg.path.unlink)
    assert await home.hass.config_entries.async_reload(home.entry.entry_id)
    await home.wait_for(
        lambda: told(home) == {"ffmpeg_missing"} or None,
        ir.EVENT_REPAIRS_ISSUE_REGISTRY_UPDATED,
    )
    await home.add_playlist(provider)
    viewer = await home.watch()
    viewer.close()


async def test_issues_go_with_the_hub_but_are_kept_over_a_restart(
    home: Home, ffmpeg: Program
) -> None:
    await spoil(home, ffmpeg, "ffmpeg_too_old")
    await home.unload()
    assert told(home) == set()
    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    await spoil(home, ffmpeg, "ffmpeg_too_old")
    await home.hass.async_stop(force=True)
    assert told(home) == {"ffmpeg_too_old"}


async def test_removing_telecast_takes_the_issues_of_ffmpeg_along(
    home: Home, ffmpeg: Program
) -> None:
    await spoil(home, ffmpeg, "ffmpeg_without_h264")
    await home.hass.config_entries.async_remove(home.entry.entry_id)
    assert told(home) == set()
