"""An HDHomeRun tuner in Home Assistant: its form, what is found, and its signal."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from unittest.mock import patch

from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.telecast.diagnostics import async_get_config_entry_diagnostics
from custom_components.telecast.engine.sources.tuner import FIRST_LOOK_SECONDS
from custom_components.telecast.tuner_flow import async_places
from tests.fakes.hdhomerun import DEVICE_ID, HDHomeRun
from tests.fakes.loop_time import LoopTime

from .home import SECOND, Home

OTHER_ID = "1040A5B2"


@pytest.fixture(name="device")
async def _device(socket_enabled: None) -> AsyncIterator[HDHomeRun]:
    async with HDHomeRun({"5.1": SECOND, "7.1": SECOND}, rate=len(SECOND)) as running:
        yield running


@pytest.fixture(name="places", autouse=True)
def _places() -> Iterator[list[Any]]:
    """Ask only where a test says, and not the network that it runs in."""
    places: list[Any] = []

    async def answer(_hass: HomeAssistant) -> list[Any]:
        return places

    with patch("custom_components.telecast.tuner_flow.async_places", answer):
        yield places


def offered(step: dict[str, Any]) -> list[dict[str, str]]:
    """What the form lists as hosts."""
    return step["data_schema"].schema["host"].config["options"]


async def form(home: Home) -> dict[str, Any]:
    """The form of a new tuner, not yet filled in."""
    flows = home.hass.config_entries.subentries
    context = {"source": "user"}
    return dict(await flows.async_init((home.entry.entry_id, "tuner"), context=context))


async def test_a_tuner_that_is_found_is_offered_and_added(
    home: Home, device: HDHomeRun, places: list[Any]
) -> None:
    places.append(device.place)
    step = await form(home)
    label = f"HDHomeRun {DEVICE_ID} ({device.host})"
    assert offered(step) == [{"value": device.host, "label": label}]
    flows = home.hass.config_entries.subentries
    answer = {"host": device.host}
    step = dict(await flows.async_configure(step["flow_id"], answer))
    assert step["type"] is FlowResultType.CREATE_ENTRY
    assert step["title"] == "HDHomeRun DUAL"
    assert step["data"] == {"host": device.host, "tuner_count": 2}
    (subentry,) = home.entry.subentries.values()
    assert subentry.unique_id == DEVICE_ID
    state = await home.until(
        "sensor.hdhomerun_dual_channels", lambda one: one.state == "2"
    )
    assert state
    used = home.hass.states.get("sensor.hdhomerun_dual_streams_in_use")
    assert used.attributes["max_streams"] == 2
    assert (await home.engine.lineup.by_number("7.1")).name == "Channel 7.1"


async def test_our_own_tuner_is_neither_offered_nor_taken(
    home: Home, device: HDHomeRun, places: list[Any]
) -> None:
    places.append(device.place)
    device.device_id = home.engine.identity.device_id
    assert offered(await form(home)) == []
    step = await home.fill_in("tuner", {"host": device.host})
    assert step["errors"] == {"host": "own_tuner"}


async def test_where_none_is_found_any_host_can_be_entered(
    home: Home, device: HDHomeRun
) -> None:
    assert offered(await form(home)) == []
    step = await home.fill_in(
        "tuner", {"name": " Attic ", "host": f" http://{device.host}/lineup.json"}
    )
    assert (step["title"], step["data"]["host"]) == ("Attic", device.host)


@pytest.mark.parametrize("host", ["127.0.0.1:1", "a b:c", "http://u:p@tuner"])
async def test_a_wrong_host_is_named_and_can_be_mended(
    home: Home, device: HDHomeRun, host: str
) -> None:
    step = await home.fill_in("tuner", {"host": host})
    assert step["type"] is FlowResultType.FORM
    assert step["errors"] == {"host": "cannot_connect"}
    assert not home.entry.subentries
    flows = home.hass.config_entries.subentries
    answer = {"host": device.host}
    step = dict(await flows.async_configure(step["flow_id"], answer))
    assert step["type"] is FlowResultType.CREATE_ENTRY
    await home.hass.async_block_till_done()


async def test_a_tuner_without_channels_is_refused(
    home: Home, device: HDHomeRun
) -> None:
    device.documents["/lineup.json"] = b"[]"
    step = await home.fill_in("tuner", {"host": device.host})
    assert step["errors"] == {"host": "no_channels"}


async def test_what_the_form_has_no_words_for_is_unknown(
    home: Home, device: HDHomeRun
) -> None:
    device.documents["/lineup.json"] = bytes(4 * 1024 * 1024 + 1)
    step = await home.fill_in("tuner", {"host": device.host})
    assert step["errors"] == {"host": "unknown"}


async def test_a_device_is_not_added_twice_whatever_it_is_called(
    home: Home, device: HDHomeRun
) -> None:
    await home.add("tuner", host=device.host)
    host = device.host.replace("127.0.0.1", "localhost")
    step = await home.fill_in("tuner", {"host": host})
    assert step["errors"] == {"host": "already_configured"}


async def test_a_tuner_that_is_away_can_be_renamed_and_one_that_moved_followed(
    home: Home, device: HDHomeRun
) -> None:
    subentry = await home.add("tuner", name="Attic", host=device.host)
    await device.kill()
    await home.change("tuner", subentry, host=device.host, name="Cellar")
    assert subentry.title == "Cellar"
    assert subentry.data == {"host": device.host, "tuner_count": 2}
    await home.change("tuner", subentry, host=device.host, name=" ")
    assert subentry.title == "Cellar"
    async with HDHomeRun({"9": SECOND}, tuners=4, device_id=OTHER_ID) as other:
        await home.change("tuner", subentry, host=other.host, name="Cellar")
        assert subentry.data == {"host": other.host, "tuner_count": 4}
        assert subentry.unique_id == OTHER_ID
        await home.until("sensor.attic_channels", lambda one: one.state == "1")
    await device.restart()


async def test_the_signal_of_each_tuner_shows_while_it_streams(
    home: Home, device: HDHomeRun
) -> None:
    time = LoopTime()
    await home.add("tuner", name="Attic", host=device.host)
    await home.until("sensor.attic_channels", lambda one: one.state == "2")
    entity = "sensor.attic_signal_strength_of_tuner_1"
    assert home.hass.states.get(entity).state == STATE_UNKNOWN
    hidden = er.async_get(home.hass).async_get("sensor.attic_symbol_quality_of_tuner_2")
    assert hidden and hidden.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    assert "/status.json" not in device.asked
    viewer = await home.watch("5.1")
    time.advance(FIRST_LOOK_SECONDS)
    state = await home.until(entity, lambda one: one.state == "87")
    assert state.attributes["unit_of_measurement"] == "%"
    quality = home.hass.states.get("sensor.attic_signal_quality_of_tuner_1")
    assert quality.state == "92"
    idle = home.hass.states.get("sensor.attic_signal_strength_of_tuner_2")
    assert idle.state == STATE_UNKNOWN
    viewer.close()
    await home.until(entity, lambda one: one.state == STATE_UNKNOWN)


async def test_what_was_left_out_is_told(home: Home, device: HDHomeRun) -> None:
    device.channels[1]["DRM"] = 1
    await home.add("tuner", name="Attic", host=device.host)
    state = await home.until(
        "binary_sensor.attic_connected", lambda one: one.state == STATE_ON
    )
    assert state.attributes["skipped"] == {"drm": 1}
    await device.kill()
    await home.hass.services.async_call(
        "button", "press", {"entity_id": "button.attic_refresh"}, blocking=False
    )
    state = await home.until(
        "binary_sensor.attic_connected", lambda one: one.state == STATE_OFF
    )
    assert state.attributes["last_error"] == "cannot_connect"
    await device.restart()


async def test_diagnostics_tell_the_signal_and_not_where_it_comes_from(
    home: Home, device: HDHomeRun
) -> None:
    await home.add("tuner", name="Attic", host=device.host)
    await home.until("sensor.attic_channels", lambda one: one.state == "2")
    found = await async_get_config_entry_diagnostics(home.hass, home.entry)
    (source,) = found["sources"]
    assert (source["kind"], source["scheme"]) == ("tuner", None)
    assert (source["signals"], source["max_streams"]) == ((), 2)
    assert device.host not in str(found)
    assert "Channel 5.1" not in str(found)


async def test_tuners_are_asked_for_on_every_adapter(home: Home) -> None:
    adapters = [
        {
            "name": "eth0",
            "index": 3,
            "enabled": True,
            "auto": True,
            "default": False,
            "ipv4": [{"address": "192.168.1.7", "network_prefix": 24}],
            "ipv6": [
                {
                    "address": "fd00::7",
                    "network_prefix": 64,
                    "flowinfo": 0,
                    "scope_id": 0,
                }
            ],
        },
        {
            "name": "eth1",
            "index": 4,
            "enabled": False,
            "auto": False,
            "default": False,
            "ipv4": [{"address": "192.168.2.7", "network_prefix": 24}],
            "ipv6": [],
        },
    ]

    async def answer(_hass: HomeAssistant) -> list[dict[str, Any]]:
        return adapters

    with patch("homeassistant.components.network.async_get_adapters", answer):
        places = await async_places(home.hass)
    assert set(places) == {
        ("255.255.255.255", 65001),
        ("192.168.1.255", 65001),
        ("ff02::176", 65001, 0, 3),
        ("ff05::176", 65001, 0, 3),
    }
