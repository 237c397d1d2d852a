"""Adding Telecast, and its options."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.telecast.engine.settings import DEFAULT_NETWORKS
from custom_components.telecast.settings import hub_settings, needs_reload
from tests.fakes.provider import Provider

from .home import Home

OPTIONS = {
    "device_name": "Living room",
    "tuner_count": 4,
    "discovery": True,
    "split_lineup": False,
    "allowed_networks": ["127.0.0.0/8", "10.1.2.3/8"],
    "http_port": 0,
    "public_url": "https://tv.example:8443",
    "grace_period": 0,
    "hardware_acceleration": "none",
    "max_encoders": 2,
    "segment_duration": 2,
    "playlist_size": 15,
    "default_profile": "720p",
    "cleanup_interval": 60,
    "session_history_days": 30,
}


async def choose(home: Home, **options: Any) -> dict[str, Any]:
    """Fill in the form of the options."""
    flows = home.hass.config_entries.options
    step = await flows.async_init(home.entry.entry_id)
    assert step["type"] is FlowResultType.FORM
    step = await flows.async_configure(step["flow_id"], options)
    await home.hass.async_block_till_done()
    return dict(step)


async def test_telecast_is_added_without_a_question(
    hass: HomeAssistant, socket_enabled: None
) -> None:
    flows = hass.config_entries.flow
    step = await flows.async_init("telecast", context={"source": "user"})
    assert step["type"] is FlowResultType.FORM
    assert not step["data_schema"]
    step = await flows.async_configure(step["flow_id"], {})
    assert step["type"] is FlowResultType.CREATE_ENTRY
    assert (step["title"], step["data"]) == ("Telecast", {})


async def test_there_is_one_telecast_at_most(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    step = await hass.config_entries.flow.async_init(
        "telecast", context={"source": "user"}
    )
    assert step["type"] is FlowResultType.ABORT
    assert step["reason"] == "single_instance_allowed"


async def test_the_options_show_what_holds(home: Home) -> None:
    step = await home.hass.config_entries.options.async_init(home.entry.entry_id)
    schema = step["data_schema"]
    assert schema({}) == {
        "device_name": "Telecast",
        "tuner_count": 4,
        "discovery": True,
        "split_lineup": False,
        "allowed_networks": list(DEFAULT_NETWORKS),
        "http_port": 0,
        "grace_period": 30,
        "hardware_acceleration": "auto",
        "max_encoders": 2,
        "segment_duration": 2,
        "playlist_size": 15,
        "default_profile": "passthrough",
        "cleanup_interval": 60,
        "session_history_days": 30,
    }
    suggested = {
        str(key): key.description["suggested_value"]
        for key in schema.schema
        if key.description
    }
    assert suggested == {"grace_period": 0, "hardware_acceleration": "none"}


async def test_options_that_can_hold_at_once_do_so_without_ending_a_stream(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    viewer = await home.watch()
    engine = home.engine
    step = await choose(home, **OPTIONS)
    assert step["type"] is FlowResultType.CREATE_ENTRY
    assert home.engine is engine
    assert engine.settings.device_name == "Living room"
    assert engine.settings.public_url == "https://tv.example:8443"
    assert engine.settings.allowed_networks == ("127.0.0.0/8", "10.1.2.3/8")
    assert engine.settings.default_profile == "720p"
    assert await viewer.content.readexactly(188 * 100)
    discovered = await (await home.player.get("/discover.json")).json()
    assert discovered["FriendlyName"] == "Living room"
    assert discovered["BaseURL"] == "https://tv.example:8443"
    viewer.close()


async def test_other_options_start_the_engine_anew(home: Home) -> None:
    engine = home.engine
    await choose(home, **OPTIONS | {"tuner_count": 2, "segment_duration": 1.5})
    await home.wait_for(
        lambda: (
            (home.entry.state is ConfigEntryState.LOADED and home.engine is not engine)
            or None
        )
    )
    assert len(home.engine.tuners.all) == 2
    assert home.engine.settings.segment_duration == 1.5


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("cleanup_interval", 30),
        ("session_history_days", 0),
        ("discovery", False),
        ("grace_period", 5),
        ("hardware_acceleration", "vaapi"),
        ("http_port", 8124),
        ("max_encoders", 1),
        ("playlist_size", 5),
        ("segment_duration", 4),
        ("split_lineup", True),
        ("tuner_count", 1),
    ],
)
def test_what_the_engine_is_started_with_takes_a_new_start(
    option: str, value: Any
) -> None:
    before = hub_settings(OPTIONS, ())
    assert not needs_reload(before, hub_settings(OPTIONS, ()))
    assert needs_reload(before, hub_settings(OPTIONS | {option: value}, ()))


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("tuner_count", 0),
        ("max_encoders", 33),
        ("segment_duration", 0.5),
        ("playlist_size", 2),
        ("cleanup_interval", 5),
        ("session_history_days", -1),
        ("hardware_acceleration", "gpu"),
        ("default_profile", "4320p"),
    ],
)
async def test_what_is_out_of_bounds_is_refused(
    home: Home, option: str, value: Any
) -> None:
    flows = home.hass.config_entries.options
    step = await flows.async_init(home.entry.entry_id)
    with pytest.raises(InvalidData) as refused:
        await flows.async_configure(step["flow_id"], OPTIONS | {option: value})
    assert set(refused.value.schema_errors) == {option}


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("device_name", "  ", "name_missing"),
        ("allowed_networks", ["10.0.0.0/8", "everybody"], "invalid_network"),
        ("public_url", "tv.example", "invalid_url"),
        ("public_url", "https://tv.example/below", "invalid_url"),
        ("public_url", "https://tv.example:port", "invalid_url"),
    ],
)
async def test_what_cannot_be_is_said_at_its_field_and_can_be_corrected(
    home: Home, field: str, value: Any, error: str
) -> None:
    flows = home.hass.config_entries.options
    step = await flows.async_init(home.entry.entry_id)
    step = await flows.async_configure(step["flow_id"], OPTIONS | {field: value})
    assert step["type"] is FlowResultType.FORM
    assert step["errors"] == {field: error}
    step = await flows.async_configure(step["flow_id"], OPTIONS)
    assert step["type"] is FlowResultType.CREATE_ENTRY
    await home.hass.async_block_till_done()
    assert home.entry.options == OPTIONS
