"""Being found: with the hub and no longer, and what is said where that cannot be."""

import asyncio
from collections.abc import Iterator
from ipaddress import IPv4Address
import socket
from unittest.mock import patch

from homeassistant.components.network import async_get_adapters
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.telecast import discovery as glue
from custom_components.telecast.formats.hdhomerun import discovery, packets
from custom_components.telecast.formats.hdhomerun.discovery import (
    DiscoverReply,
    DiscoverRequest,
)
from custom_components.telecast.servers.discovery import (
    Interface,
    Place,
    open_discovery,
)
from tests.fakes.ports import twin_port

from .home import Home

LOOPBACK = Interface(index=0, ipv4=IPv4Address("127.0.0.1"))


@pytest.fixture(name="port")
def _port(socket_enabled: None) -> int:
    """A port that nobody uses right now, neither by UDP nor by TCP."""
    return twin_port()


@pytest.fixture(name="place")
def _place(port: int) -> Place:
    """Where the hub listens in these tests."""
    return Place(
        host="127.0.0.1", interfaces=(LOOPBACK,), control_port=port, ssdp_port=0
    )


@pytest.fixture(name="wanted", autouse=True)
def _wanted(place: Place) -> Iterator[list[Place]]:
    """Listen there, and try again at once; answers where the hub would have listened."""
    wanted: list[Place] = []

    def open_there(**facts: object) -> object:
        assert isinstance(facts["place"], Place)
        wanted.append(facts["place"])
        return open_discovery(**facts | {"place": place, "retry_seconds": 0.01})  # type: ignore[arg-type]

    with patch.object(glue, "open_discovery", open_there):
        yield wanted


@pytest.fixture(name="entry")
def _entry(hass: HomeAssistant) -> MockConfigEntry:
    """Telecast's entry with discovery, as it is by default."""
    options = {"grace_period": 0.0, "hardware_acceleration": "none"}
    entry = MockConfigEntry(domain="telecast", title="Telecast", options=options)
    entry.add_to_hass(hass)
    return entry


async def ask(port: int) -> DiscoverReply | None:
    """Look for tuners; None where nobody listens."""
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.setblocking(False)
        asker.connect(("127.0.0.1", port))
        request = discovery.render_request(DiscoverRequest())
        try:
            async with asyncio.timeout(60):
                await loop.sock_sendall(asker, packets.render(request))
                data = await loop.sock_recv(asker, 2048)
        except ConnectionRefusedError:
            return None
    return discovery.parse_reply(packets.parse(data))


async def test_the_tuner_is_found_while_the_hub_is_there(
    home: Home, port: int, issue_registry: ir.IssueRegistry
) -> None:
    reply = await ask(port)
    assert reply is not None
    assert f"{reply.device_id:08X}" == home.engine.identity.device_id
    assert reply.tuner_count == 4
    assert reply.base_url == f"http://127.0.0.1:{home.hass.http.server_port}"
    assert not issue_registry.issues
    await home.unload()
    assert await ask(port) is None
    socket.create_server(("127.0.0.1", port)).close()


async def test_the_hub_listens_where_home_assistant_does(
    hass: HomeAssistant, entry: MockConfigEntry, wanted: list[Place]
) -> None:
    assert await hass.config_entries.async_setup(entry.entry_id)
    with patch.object(hass.http, "server_host", ["127.0.0.1"]):
        assert await hass.config_entries.async_reload(entry.entry_id)
    everywhere, here = wanted
    assert everywhere.host is None
    adapters = [one for one in await async_get_adapters(hass) if one["enabled"]]
    assert [one.index for one in everywhere.interfaces] == [
        adapter["index"] or 0 for adapter in adapters
    ]
    assert here.host == "127.0.0.1"
    assert here.interfaces == (LOOPBACK,)
    assert {one.control_port for one in wanted} == {65001}


async def test_the_port_of_our_own_is_what_players_are_told(
    hass: HomeAssistant, entry: MockConfigEntry, port: int
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        own = int(server.getsockname()[1])
    hass.config_entries.async_update_entry(entry, options={"http_port": own})
    assert await hass.config_entries.async_setup(entry.entry_id)
    reply = await ask(port)
    assert reply is not None
    assert reply.base_url == f"http://127.0.0.1:{own}"


async def test_who_does_not_want_it_is_not_found(
    hass: HomeAssistant, entry: MockConfigEntry, port: int
) -> None:
    hass.config_entries.async_update_entry(entry, options={"discovery": False})
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert await ask(port) is None


async def test_a_taken_port_is_an_issue_until_it_is_free(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    port: int,
    issue_registry: ir.IssueRegistry,
) -> None:
    with socket.create_server(("127.0.0.1", port)):
        assert await hass.config_entries.async_setup(entry.entry_id)
        issue = issue_registry.async_get_issue("telecast", "discovery_port_taken")
        assert issue is not None
        assert issue.translation_placeholders == {"parts": "TCP 65001"}
        assert await ask(port)
    await gone(hass, issue_registry, "discovery_port_taken")


@pytest.mark.parametrize("place", [Place(host="127.0.0.1", control_port=0)])
async def test_a_network_without_multicast_is_an_issue_while_the_hub_is_there(
    home: Home, issue_registry: ir.IssueRegistry
) -> None:
    issue = issue_registry.async_get_issue("telecast", "discovery_no_multicast")
    assert issue is not None
    assert issue.translation_placeholders == {"parts": "SSDP (UDP 1900)"}
    await home.unload()
    assert not issue_registry.issues


@pytest.mark.parametrize(
    "place",
    [Place(host="192.0.2.1", interfaces=(LOOPBACK,), control_port=0, ssdp_port=0)],
)
async def test_what_the_system_refuses_is_an_issue(
    home: Home, issue_registry: ir.IssueRegistry
) -> None:
    issue = issue_registry.async_get_issue("telecast", "discovery_refused")
    assert issue is not None
    assert issue.translation_placeholders == {"parts": "TCP 65001, UDP 65001"}


async def test_without_plain_http_nobody_is_led_astray(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    port: int,
    issue_registry: ir.IssueRegistry,
) -> None:
    assert await hass.config_entries.async_setup(entry.entry_id)
    with patch.object(hass.http, "ssl_certificate", "/ssl/fullchain.pem"):
        assert await hass.config_entries.async_reload(entry.entry_id)
    assert await ask(port) is None
    assert issue_registry.async_get_issue("telecast", "discovery_without_http")
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert await ask(port)
    assert not issue_registry.issues


async def gone(
    hass: HomeAssistant, issue_registry: ir.IssueRegistry, issue: str
) -> None:
    """Wait until an issue is taken back."""
    taken_back = asyncio.Event()

    @callback
    def heard(_: Event) -> None:
        taken_back.set()

    undo = hass.bus.async_listen(ir.EVENT_REPAIRS_ISSUE_REGISTRY_UPDATED, heard)
    try:
        async with asyncio.timeout(60):
            while issue_registry.async_get_issue("telecast", issue):
                await taken_back.wait()
                taken_back.clear()
    finally:
        undo()
