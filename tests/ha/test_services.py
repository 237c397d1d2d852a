"""The action that refreshes a source."""

from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.setup import async_setup_component
import probatio
import pytest
import yaml

from custom_components.telecast import entity
from tests.fakes import faults
from tests.fakes.provider import PLAYLIST, Provider

from .home import Home


async def refresh(home: Home, source: object) -> None:
    """Perform the action."""
    await home.hass.services.async_call(
        "telecast", "refresh", {"source": source}, blocking=True
    )


async def test_a_source_is_known_by_its_device_its_id_and_its_name(
    home: Home, provider: Provider
) -> None:
    subentry = await home.add_playlist(provider)
    device = home.device(subentry.subentry_id)
    assert device is not None
    for name in (device.id, subentry.subentry_id, "Provider", [device.id]):
        before = len(provider.asked(PLAYLIST))
        await refresh(home, name)
        assert len(provider.asked(PLAYLIST)) == before + 1


def test_the_devices_of_all_sources_are_offered() -> None:
    actions = yaml.safe_load(
        (Path(entity.__file__).parent / "services.yaml").read_text()
    )
    selector = actions["refresh"]["fields"]["source"]["selector"]["device"]
    offered = {one["model"] for one in selector["filter"]}
    assert offered == set(entity._MODELS.values()) - {"Account"}


async def test_a_failed_refresh_is_an_error_that_says_why(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    provider.misbehave(PLAYLIST, faults.empty())
    with pytest.raises(HomeAssistantError) as failed:
        await refresh(home, "Provider")
    assert not isinstance(failed.value, ServiceValidationError)
    assert failed.value.translation_key == "empty_playlist"
    assert home.hass.states.get("sensor.provider_channels").state == "2"


async def test_what_is_no_source_is_refused(home: Home, provider: Provider) -> None:
    await home.add_playlist(provider)
    await home.add("account", username="ann")
    hub = home.device()
    assert hub is not None
    asked = len(provider.asked(PLAYLIST))
    for name in ("Nobody", "ann", hub.id, ["Provider", "Nobody"]):
        with pytest.raises(ServiceValidationError) as refused:
            await refresh(home, name)
        assert refused.value.translation_key == "unknown_source"
    for nothing in ([], None):
        with pytest.raises(probatio.Invalid):
            await refresh(home, nothing)
    assert len(provider.asked(PLAYLIST)) == asked


async def test_the_action_is_there_without_the_hub_and_says_so(
    hass: HomeAssistant,
) -> None:
    assert await async_setup_component(hass, "telecast", {})
    with pytest.raises(ServiceValidationError):
        await hass.services.async_call(
            "telecast", "refresh", {"source": "Provider"}, blocking=True
        )
