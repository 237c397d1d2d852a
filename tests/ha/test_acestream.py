"""An AceStream engine in Home Assistant: its form, its entities, and when it is gone."""

from collections.abc import AsyncIterator
from datetime import timedelta
import re
from typing import Any

from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.telecast.diagnostics import async_get_config_entry_diagnostics
from tests.fakes import faults
from tests.fakes.acestream import AceStreamEngine as FakeEngine
from tests.fakes.provider import PLAYLIST, Provider

from .home import SECOND, Home

UNKNOWN = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(name="peers")
async def _peers(socket_enabled: None) -> AsyncIterator[FakeEngine]:
    async with FakeEngine() as running:
        yield running


async def add(home: Home, peers: FakeEngine, **answer: Any) -> str:
    """Add an engine with one channel; answer the id of its subentry."""
    cid = peers.broadcast(SECOND, rate=len(SECOND))
    answer = {"engine_url": peers.url, "content_ids": f"{cid} Sport", **answer}
    subentry = await home.add("acestream", name="Peers", **answer)
    await home.until("binary_sensor.peers_connected", lambda one: one.state == STATE_ON)
    return subentry.subentry_id


async def test_an_engine_is_added_with_what_holds_unless_said_otherwise(
    home: Home, peers: FakeEngine
) -> None:
    step = await home.fill_in(
        "acestream",
        {"engine_url": f" {peers.url}/ ", "content_ids": f"{UNKNOWN} Sport\n"},
    )
    assert step["type"] is FlowResultType.CREATE_ENTRY
    assert step["title"] == "127.0.0.1"
    assert step["data"] == {
        "engine_url": peers.url,
        "content_ids": f"{UNKNOWN} Sport\n",
        "share": True,
        "max_streams": 4,
    }
    (subentry,) = home.entry.subentries.values()
    assert re.fullmatch("[0-9a-f]{64}", subentry.unique_id or "")


async def test_an_engine_takes_all_that_can_be_chosen(
    home: Home, peers: FakeEngine, provider: Provider
) -> None:
    provider.playlist(f"#EXTM3U\n#EXTINF:-1,Films\nacestream://{UNKNOWN}\n")
    step = await home.fill_in(
        "acestream",
        {
            "name": " Mine ",
            "engine_url": peers.url,
            "playlist_url": f" {provider.playlist_url} ",
            "content_ids": " ",
            "share": False,
            "max_streams": 2.0,
        },
    )
    assert step["title"] == "Mine"
    assert step["data"] == {
        "engine_url": peers.url,
        "playlist_url": provider.playlist_url,
        "share": False,
        "max_streams": 2,
    }
    await home.until("sensor.mine_channels", lambda state: state.state == "1")


@pytest.mark.parametrize(
    ("answer", "errors", "line"),
    [
        ({"engine_url": "http://127.0.0.1:1"}, {"engine_url": "engine_not_found"}, "0"),
        ({"engine_url": "nonsense"}, {"engine_url": "engine_not_found"}, "0"),
        ({"content_ids": ""}, {"content_ids": "no_channels"}, "0"),
        ({"content_ids": "# none\n"}, {"content_ids": "no_channels"}, "0"),
        (
            {"content_ids": f"{UNKNOWN} Sport\n\n{UNKNOWN[1:]} Short"},
            {"content_ids": "invalid_content_id"},
            "3",
        ),
        (
            {"playlist_url": "http://127.0.0.1:1/x"},
            {"playlist_url": "cannot_connect"},
            "0",
        ),
        ({"playlist_url": "/etc/passwd"}, {"playlist_url": "path_not_allowed"}, "0"),
    ],
)
async def test_each_fault_is_named_and_can_be_mended(
    home: Home,
    peers: FakeEngine,
    answer: dict[str, Any],
    errors: dict[str, str],
    line: str,
) -> None:
    right = {"engine_url": peers.url, "content_ids": f"{UNKNOWN} Sport"}
    step = await home.fill_in("acestream", right | answer)
    assert step["type"] is FlowResultType.FORM
    assert step["errors"] == errors
    assert step["description_placeholders"] == {"line": line}
    assert not home.entry.subentries
    flows = home.hass.config_entries.subentries
    step = dict(await flows.async_configure(step["flow_id"], right))
    assert step["type"] is FlowResultType.CREATE_ENTRY
    await home.hass.async_block_till_done()


async def test_a_page_is_no_playlist(
    home: Home, peers: FakeEngine, provider: Provider
) -> None:
    provider.misbehave(PLAYLIST, faults.html())
    answer = {"engine_url": peers.url, "playlist_url": provider.playlist_url}
    step = await home.fill_in("acestream", answer)
    assert step["errors"] == {"playlist_url": "not_a_playlist"}


async def test_the_same_is_not_added_twice(home: Home, peers: FakeEngine) -> None:
    answer = {"engine_url": peers.url, "content_ids": f"{UNKNOWN} Sport"}
    await home.add("acestream", **answer)
    step = await home.fill_in("acestream", answer)
    assert step["errors"] == {"engine_url": "already_configured"}


async def test_an_engine_that_is_away_can_be_renamed(
    home: Home, peers: FakeEngine
) -> None:
    source = await add(home, peers)
    subentry = home.entry.subentries[source]
    await peers.kill()
    await home.change("acestream", subentry, **subentry.data, name="Renamed")
    assert subentry.title == "Renamed"
    step = await home.fill_in(
        "acestream", {**subentry.data, "engine_url": "http://127.0.0.1:1"}, subentry
    )
    assert step["errors"] == {"engine_url": "engine_not_found"}


async def test_peers_and_speeds_are_entities(home: Home, peers: FakeEngine) -> None:
    await add(home, peers)
    registry = er.async_get(home.hass)
    hidden = registry.async_get("sensor.peers_upload_speed")
    assert hidden and hidden.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    assert home.hass.states.get("sensor.peers_peers").state == "0"
    assert home.hass.states.get("sensor.peers_playback").state == "idle"
    viewer = await home.watch()
    await home.until("sensor.peers_playback", lambda one: one.state == "buffering")
    await peers.until(lambda: peers.playbacks[0].asked > 0)
    while not home.engine.sources.all[0].swarm.peers:
        await viewer.content.readany()
    async_fire_time_changed(home.hass, dt_util.utcnow() + timedelta(seconds=11))
    await home.until("sensor.peers_peers", lambda state: state.state == "12")
    assert home.hass.states.get("sensor.peers_playback").state == "downloading"
    speed = home.hass.states.get("sensor.peers_download_speed")
    assert speed.attributes["device_class"] == "data_rate"
    assert speed.attributes["unit_of_measurement"] == "Mbit/s"
    shown = float(speed.state) * 1e6 / 8
    assert shown == pytest.approx(len(SECOND) // 1024 * 1024, rel=0.01)
    sessions = home.hass.states.get("sensor.telecast_active_sessions")
    assert sessions.attributes["sessions"][0]["swarm"]["peers"] == 12
    viewer.close()
    await home.until("sensor.peers_playback", lambda one: one.state == "idle")
    await home.until("sensor.peers_peers", lambda one: one.state == "0")


async def test_a_playlist_has_no_peers(home: Home, provider: Provider) -> None:
    await home.add_playlist(provider)
    assert home.hass.states.get("sensor.provider_peers") is None


async def test_an_engine_that_is_gone_is_an_issue_until_it_is_back(
    home: Home, peers: FakeEngine, issue_registry: ir.IssueRegistry
) -> None:
    source = await add(home, peers)
    failures = home.heard("telecast_source_failed")
    viewer = await home.watch()
    await peers.kill()
    state = await home.until(
        "binary_sensor.peers_connected", lambda one: one.state == STATE_OFF
    )
    assert state.attributes["last_error"] == "engine_not_found"
    issue = issue_registry.async_get_issue("telecast", f"acestream_engine_{source}")
    assert issue is not None
    assert issue.translation_key == "acestream_engine"
    assert issue.translation_placeholders == {"name": "Peers"}
    assert [failure["reason"] for failure in failures] == ["engine_not_found"]
    viewer.close()
    await peers.restart()
    await home.until("binary_sensor.peers_connected", lambda one: one.state == STATE_ON)
    assert not issue_registry.async_get_issue("telecast", issue.issue_id)


@pytest.mark.parametrize("how", ["remove", "unload"])
async def test_an_issue_goes_with_its_source(
    home: Home,
    entry: MockConfigEntry,
    peers: FakeEngine,
    issue_registry: ir.IssueRegistry,
    how: str,
) -> None:
    source = await add(home, peers)
    viewer = await home.watch()
    await peers.kill()
    await home.until(
        "binary_sensor.peers_connected", lambda one: one.state == STATE_OFF
    )
    assert len(issue_registry.issues) == 1
    if how == "remove":
        home.remove(entry.subentries[source])
        await home.hass.async_block_till_done()
        await home.wait_for(
            lambda: True if not issue_registry.issues else None, "state_changed"
        )
    else:
        await home.unload()
    assert not issue_registry.issues
    viewer.close()


async def test_diagnostics_tell_neither_where_nor_what(
    home: Home, peers: FakeEngine
) -> None:
    await add(home, peers)
    found = await async_get_config_entry_diagnostics(home.hass, home.entry)
    (source,) = found["sources"]
    assert (source["kind"], source["scheme"]) == ("acestream", None)
    assert source["swarm"] == {
        "status": "",
        "peers": 0,
        "speed_down": 0,
        "speed_up": 0,
    }
    (broadcast,) = {one.id for one in peers.offered}
    assert broadcast not in str(found)
    assert peers.url not in str(found)
