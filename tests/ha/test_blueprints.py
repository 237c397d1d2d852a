"""The blueprints: each can be imported, is valid, and does what it says."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
import re
import shutil
from typing import Any, override
from urllib.parse import parse_qs, urlsplit

from homeassistant.components.automation.config import AUTOMATION_BLUEPRINT_SCHEMA
from homeassistant.components.blueprint.importer import fetch_blueprint_from_url
from homeassistant.components.blueprint.models import Blueprint
from homeassistant.components.light import ColorMode, LightEntity
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from homeassistant.util.yaml import load_yaml_dict
import pytest
from pytest_homeassistant_custom_component.common import (
    async_fire_time_changed,
    setup_test_component_platform,
)
from pytest_homeassistant_custom_component.test_util.aiohttp import AiohttpClientMocker

from tests.fakes import faults
from tests.fakes.provider import Provider

from .automations import RAN, automate
from .home import Home

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "blueprints" / "automation" / "telecast"
NAMES = ("close_idle_streams", "pause_lights", "stream_failed")
README = ROOT / "README.md"
REPOSITORY = "telecast-tv/telecast"


@pytest.fixture(autouse=True)
def _imported(hass: HomeAssistant) -> None:
    """Let Home Assistant have the blueprints."""
    shutil.copytree(FOLDER, hass.config.path("blueprints/automation/telecast"))


def instance(name: str, **inputs: Any) -> dict[str, Any]:
    """An automation that is made of a blueprint."""
    return {
        "alias": name,
        "use_blueprint": {"path": f"telecast/{name}.yaml", "input": inputs},
    }


def links() -> list[str]:
    """Where the links of the README let Home Assistant import blueprints from."""
    found = re.findall(r"\((https://my\.\S+blueprint_import/\S+)\)", README.read_text())
    return [parse_qs(urlsplit(link).query)["blueprint_url"][0] for link in found]


def test_all_of_them_are_tested() -> None:
    assert tuple(sorted(path.stem for path in FOLDER.iterdir())) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_home_assistant_takes_it_as_valid(name: str) -> None:
    blueprint = Blueprint(
        load_yaml_dict(FOLDER / f"{name}.yaml"),
        expected_domain="automation",
        schema=AUTOMATION_BLUEPRINT_SCHEMA,
    )
    assert blueprint.validate() is None
    place = f"blob/main/blueprints/automation/telecast/{name}.yaml"
    assert (
        blueprint.metadata["source_url"] == f"https://github.com/{REPOSITORY}/{place}"
    )
    assert blueprint.name.startswith("Telecast - ")
    for key, about in blueprint.inputs.items():
        assert about["name"] and about["selector"], key


async def test_the_links_of_the_readme_import_them(
    hass: HomeAssistant, aioclient_mock: AiohttpClientMocker
) -> None:
    found = links()
    assert sorted(Path(link).stem for link in found) == sorted(NAMES)
    for link in found:
        path = link.removeprefix(
            f"https://raw.githubusercontent.com/{REPOSITORY}/main/"
        )
        text = (ROOT / path).read_text()
        aioclient_mock.get(link, text=text)
        imported = await fetch_blueprint_from_url(hass, link)
        assert imported.raw_data == text
        assert imported.blueprint.domain == "automation"


class Lamp(LightEntity):
    """A light that can be dimmed."""

    _attr_should_poll = False
    _attr_color_mode = ColorMode.BRIGHTNESS

    def __init__(self, name: str, brightness: int | None) -> None:
        self._attr_name = self._attr_unique_id = name
        self._attr_supported_color_modes = {ColorMode.BRIGHTNESS}
        self._attr_is_on = brightness is not None
        self._attr_brightness = brightness

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Be on."""
        self._attr_is_on = True
        self._attr_brightness = kwargs.get("brightness", self._attr_brightness)
        self.async_write_ha_state()

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Be off."""
        self._attr_is_on = False
        self.async_write_ha_state()


@pytest.fixture
async def lamps(hass: HomeAssistant) -> None:
    """A lamp that is on, and one that is off."""
    lamps = [Lamp("lit", 200), Lamp("dark", None)]
    setup_test_component_platform(hass, "light", lamps)
    setting = {"light": {"platform": "test"}}
    assert await async_setup_component(hass, "light", setting)
    assert await async_setup_component(hass, "scene", {})
    await hass.async_block_till_done()


async def bright(home: Home, brightness: int | None) -> None:
    """Wait until the lamp that was on is so bright; the other one stays off."""
    await home.until(
        "light.lit", lambda state: state.attributes.get("brightness") == brightness
    )
    assert home.hass.states.get("light.dark").state == "off"


def pausing(**inputs: Any) -> dict[str, Any]:
    """Make an automation that dims both lamps."""
    lights = ["light.lit", "light.dark"]
    return instance("pause_lights", lights=lights, brightness=20, **inputs)


@pytest.mark.usefixtures("lamps")
async def test_lights_are_paused_while_anybody_watches(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    await automate(home.hass, pausing(patience=0))
    first = await home.watch("1")
    await bright(home, 51)
    second = await home.watch("2")
    await home.hass.async_block_till_done()
    first.close()
    await gone(home, 1)
    await bright(home, 51)
    second.close()
    await bright(home, 200)
    # And again: nothing is left of the first time.
    third = await home.watch("1")
    await bright(home, 51)
    third.close()
    await bright(home, 200)


async def gone(home: Home, left: int) -> None:
    """Wait until so many watch, and what follows from that has been done."""
    await home.wait_for(
        lambda: True if len(home.engine.sessions.active) == left else None,
        "telecast_session_ended",
    )
    await home.hass.async_block_till_done()


@pytest.mark.usefixtures("lamps")
async def test_lights_stay_paused_while_somebody_changes_channels(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    await automate(home.hass, pausing(patience=60))
    first = await home.watch("1")
    await bright(home, 51)
    first.close()
    await running(home, lambda current: current == 1)
    second = await home.watch("2")
    await running(home, lambda current: current == 0)
    await later(home, 61)
    await bright(home, 51)
    second.close()
    await running(home, lambda current: current == 1)
    await later(home, 61)
    await bright(home, 200)


@pytest.mark.usefixtures("lamps")
async def test_lights_are_not_paused_for_others(home: Home, provider: Provider) -> None:
    await home.add_playlist(provider)
    await automate(
        home.hass,
        pausing(clients=["192.168.1.0/24"], patience=0),
        pausing(channels=["2"], patience=0),
    )
    viewer = await home.watch("1")
    await home.hass.async_block_till_done()
    viewer.close()
    await gone(home, 0)
    await bright(home, 200)


async def running(home: Home, is_so: Callable[[int], bool]) -> None:
    """Wait until so many runs of the automation wait for something."""
    await home.until(
        "automation.pause_lights", lambda state: is_so(state.attributes["current"])
    )


async def later(home: Home, seconds: float) -> None:
    """Let time pass for Home Assistant."""
    async_fire_time_changed(home.hass, dt_util.utcnow() + timedelta(seconds=seconds))
    await home.hass.async_block_till_done()


async def test_somebody_is_told_of_a_stream_that_fails_and_not_again_at_once(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    told = {
        "event": RAN,
        "event_data": {"title": "{{ title }}", "message": "{{ message }}"},
    }
    await automate(home.hass, instance("stream_failed", tell=[told], quiet=10))
    runs = home.heard(RAN)
    for name in ("one", "two"):
        provider.misbehave(name, faults.status(403))
    await fail(home, "1")
    await fail(home, "2")
    await home.wait_for(lambda: runs or None, RAN)
    assert runs == [
        {
            "title": "one cannot be watched",
            "message": "Channel 1 of Provider has failed: cannot connect.",
        }
    ]
    await later(home, 601)
    await fail(home, "2")
    await home.wait_for(lambda: len(runs) > 1 or None, RAN)
    assert [run["title"] for run in runs] == [
        "one cannot be watched",
        "two cannot be watched",
    ]


async def fail(home: Home, number: str) -> None:
    """Watch a channel in vain."""
    channel = await home.engine.lineup.by_number(number)
    answer = await home.player.get(f"/telecast/stream/{channel.id}.ts")
    assert answer.status == 503


async def test_unless_told_otherwise_it_is_a_notification(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    assert await async_setup_component(home.hass, "persistent_notification", {})
    await automate(home.hass, instance("stream_failed", quiet=0))
    provider.misbehave("one", faults.status(403))
    calls = home.heard("call_service")
    await fail(home, "1")
    (call,) = [one for one in calls if one["domain"] == "persistent_notification"]
    assert call["service_data"] == {
        "title": "one cannot be watched",
        "message": "Channel 1 of Provider has failed: cannot connect.",
        "notification_id": "telecast_1",
    }


@pytest.mark.parametrize(("hours", "ends"), [(0, True), (4, False)])
async def test_a_stream_that_has_run_for_long_is_ended_at_night(
    home: Home, provider: Provider, hours: int, ends: bool
) -> None:
    await home.add_playlist(provider)
    channel = await home.engine.lineup.by_number("1")
    await home.engine.lineup.update(channel.id, number="5.10")
    await home.watch("5.10")
    await home.until("sensor.telecast_active_streams", lambda one: one.state == "1")
    calls = home.heard("call_service")
    await at_the_quarter(home, begin="00:00:00", end="00:00:00", hours=hours)
    named = [one["service_data"] for one in calls if one["service"] == "stop_stream"]
    assert named == ([{"channel": "5.10"}] if ends else [])
    await provider.until(lambda: provider.streams.now == (0 if ends else 1))


async def test_by_day_streams_go_on(home: Home, provider: Provider) -> None:
    await home.add_playlist(provider)
    await home.watch("1")
    await home.until("sensor.telecast_active_streams", lambda one: one.state == "1")
    now = dt_util.now()
    begin, end = (f"{now + timedelta(hours=hours):%H:%M:%S}" for hours in (2, 4))
    await at_the_quarter(home, begin=begin, end=end, hours=0)
    assert provider.streams.now == 1


async def at_the_quarter(home: Home, **inputs: Any) -> None:
    """Make an automation of the blueprint, and let it be a quarter of an hour."""
    await automate(home.hass, instance("close_idle_streams", **inputs))
    now = dt_util.utcnow()
    quarter = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
    async_fire_time_changed(home.hass, quarter + timedelta(minutes=15, seconds=1))
    await home.hass.async_block_till_done()
    # Otherwise its timer would be left.
    await home.hass.services.async_call(
        "automation", "turn_off", {"entity_id": "all"}, blocking=True
    )
