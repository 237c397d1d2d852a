"""Sources and accounts that come, change and go while the hub runs."""

from types import MappingProxyType

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from tests.fakes import faults
from tests.fakes.provider import PLAYLIST, Provider

from .home import SECOND, Home


def entities(home: Home, part: str) -> set[str]:
    """The entities whose id contains a part."""
    return {
        state.entity_id
        for state in home.hass.states.async_all()
        if f".{part}_" in state.entity_id
    }


async def test_a_new_source_brings_its_device_and_entities(
    home: Home, provider: Provider
) -> None:
    subentry = await home.add_playlist(provider)
    assert entities(home, "provider") == {
        "binary_sensor.provider_connected",
        "button.provider_refresh",
        "sensor.provider_channels",
        "sensor.provider_last_refresh",
        "sensor.provider_streams_in_use",
    }
    device, hub = home.device(subentry.subentry_id), home.device()
    assert device is not None and hub is not None
    assert (device.name, device.model) == ("Provider", "Playlist")
    assert device.via_device_id == hub.id
    assert device.config_subentry_id == subentry.subentry_id
    for entity in er.async_entries_for_device(er.async_get(home.hass), device.id):
        assert entity.config_subentry_id == subentry.subentry_id


async def test_a_new_account_brings_its_device_and_counts_its_sessions(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    subentry = await home.add("account", username="ann", password="word")
    assert entities(home, "ann") == {"sensor.ann_sessions"}
    channel = await home.engine.lineup.by_number("1")
    viewer = await home.player.get(f"/live/ann/word/{channel.id}.ts")
    await home.until("sensor.ann_sessions", lambda state: state.state == "1")
    viewer.close()
    await home.until("sensor.ann_sessions", lambda state: state.state == "0")
    home.remove(subentry)
    await home.hass.async_block_till_done()
    assert not entities(home, "ann")
    assert not home.engine.accounts.get("ann")


async def test_other_sources_come_change_and_go_without_a_viewer_noticing(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider, "First")
    viewer = await home.watch()
    engine = home.engine
    async with Provider({"three": SECOND}) as other:
        second = await home.add_playlist(other, "Second")
        await home.until("sensor.telecast_channels", lambda state: state.state == "3")
        await home.change("playlist", second, name="Third", url=other.playlist_url)
        home.remove(second)
        await home.until("sensor.telecast_channels", lambda state: state.state == "2")
    await home.hass.async_block_till_done()
    assert not entities(home, "second") | entities(home, "third")
    assert home.engine is engine
    assert len(await viewer.content.readexactly(188 * 1000)) == 188 * 1000
    assert provider.streams.ever == 1
    viewer.close()


async def test_removing_a_source_ends_its_streams(
    home: Home, provider: Provider
) -> None:
    subentry = await home.add_playlist(provider)
    viewer = await home.watch()
    home.remove(subentry)
    await viewer.content.read()
    await provider.until(lambda: provider.streams.now == 0)


async def test_a_new_name_is_the_devices_too(home: Home, provider: Provider) -> None:
    subentry = await home.add_playlist(provider)
    home.hass.config_entries.async_update_subentry(
        home.entry, subentry, title="Renamed"
    )
    await home.hass.async_block_till_done()
    device = home.device(subentry.subentry_id)
    assert device is not None
    assert device.name == "Renamed"
    assert [status.name for status in home.engine.sources.all] == ["Renamed"]


async def test_sources_and_accounts_are_there_again_after_a_restart(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    await home.add("account", username="ann", password="word")
    before = {state.entity_id for state in home.hass.states.async_all()}
    assert await home.hass.config_entries.async_reload(home.entry.entry_id)
    await home.until("binary_sensor.provider_connected", lambda one: one.state == "on")
    assert {state.entity_id for state in home.hass.states.async_all()} == before
    assert home.engine.accounts.authenticate("ann", "word")


async def test_a_change_that_is_told_after_unloading_changes_nothing(
    home: Home, provider: Provider
) -> None:
    coordinator = home.coordinator
    await home.unload()
    await coordinator.async_follow_entry()
    await coordinator.subentries.async_apply()
    assert home.entry.state.value == "not_loaded"
    assert not provider.requests


async def test_a_source_that_is_down_from_the_start_shows_what_it_had(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    provider.misbehave(PLAYLIST, faults.status(500))
    await home.unload()
    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    for entity in ("button.provider_refresh", "sensor.provider_channels"):
        await home.until(entity, lambda state: state.state != STATE_UNAVAILABLE)
    assert home.hass.states.get("sensor.provider_channels").state == "2"


async def test_changes_in_quick_succession_end_as_the_last_one_says(
    home: Home, provider: Provider
) -> None:
    subentry = await home.add_playlist(provider)
    entries, entry = home.hass.config_entries, home.entry
    for max_streams in (1, 2, 3):
        data = {**subentry.data, "max_streams": max_streams}
        entries.async_update_subentry(entry, subentry, data=data)
    fleeting = ConfigSubentry(
        data=MappingProxyType({**subentry.data, "url": provider.playlist_url + "?2"}),
        subentry_type="playlist",
        title="Fleeting",
        unique_id="fleeting",
    )
    entries.async_add_subentry(entry, fleeting)
    entries.async_remove_subentry(entry, fleeting.subentry_id)
    await home.hass.async_block_till_done()
    (status,) = home.engine.sources.all
    assert (status.id, status.max_streams) == (subentry.subentry_id, 3)
    assert not entities(home, "fleeting")


async def test_what_is_removed_while_the_hub_is_away_is_forgotten(
    home: Home, provider: Provider
) -> None:
    subentry = await home.add_playlist(provider)
    await home.unload()
    home.remove(subentry)
    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    assert home.engine.lineup.count == 0
    assert not home.engine.sources.all


@pytest.mark.parametrize("kind", ["playlist", "account"])
async def test_no_device_outlives_its_subentry(
    home: Home, provider: Provider, kind: str
) -> None:
    subentry = (
        await home.add_playlist(provider)
        if kind == "playlist"
        else await home.add("account", username="ann")
    )
    devices = dr.async_get(home.hass)
    assert len(dr.async_entries_for_config_entry(devices, home.entry.entry_id)) == 2
    home.remove(subentry)
    await home.hass.async_block_till_done()
    assert len(dr.async_entries_for_config_entry(devices, home.entry.entry_id)) == 1
