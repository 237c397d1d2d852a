"""A tuner in a real network, looked for by broadcast, multicast and address."""

from collections.abc import Iterator

import pytest

from custom_components.telecast.formats import ssdp
from custom_components.telecast.formats.hdhomerun import discovery, packets
from custom_components.telecast.formats.hdhomerun.discovery import GROUPS, DiscoverReply

from .network import (
    CLIENT,
    SERVER,
    SERVER_FOR_STRANGERS,
    STRANGER,
    Network,
    open_network,
)
from .served import DEVICE, PORT
from .world import QUESTION

FOUND = f"hdhomerun device {DEVICE} found at {SERVER}\n"
PATHS = (
    "/discover.json",
    "/lineup.json",
    "/lineup.xml",
    "/lineup.m3u",
    "/lineup_status.json",
    "/device.xml",
    "/status.json",
    "/consumers",
    "/telecast/health",
)
STREAMS = ("/auto/v1", "/tuner0/v1", "/Live/stranger")
LIES = (
    {},
    {"X-Forwarded-For": CLIENT},
    {"X-Forwarded-For": f"{CLIENT}, 127.0.0.1", "X-Real-IP": CLIENT},
    {"Forwarded": f"for={CLIENT}", "Via": f"1.1 {CLIENT}"},
)
SEARCH = ssdp.render_search(ssdp.Search(target="upnp:rootdevice"))


@pytest.fixture(name="network", scope="module")
def _network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with open_network(tmp_path_factory.mktemp("engine")) as network:
        yield network


@pytest.fixture(name="stranger")
def _stranger(network: Network) -> Iterator[Network]:
    network.move_to(STRANGER)
    yield network
    network.move_to(CLIENT)


def reply(datagram: bytes) -> DiscoverReply:
    return discovery.parse_reply(packets.parse(datagram))


def test_debians_program_finds_the_tuner_by_broadcast_and_by_address(
    network: Network,
) -> None:
    assert network.config("discover") == FOUND
    assert network.config("discover", SERVER) == FOUND


@pytest.mark.parametrize("tuner", [DEVICE, SERVER])
def test_debians_program_reads_values(network: Network, tuner: str) -> None:
    assert network.config(tuner, "get", "/sys/model") == "hdhomerun5_atsc\n"
    assert network.config(tuner, "get", "/tuner0/status") == (
        "ch=none lock=none ss=0 snq=0 seq=0 bps=0 pps=0\n"
    )
    help_text = network.config(tuner, "get", "help")
    assert help_text.startswith("Supported configuration options:\n")
    assert "/tuner<n>/status\n" in help_text
    assert network.config(tuner, "get", "/sys/nothing") == (
        "ERROR: unknown getset variable\n"
    )


def test_debians_program_locks_a_tuner_and_takes_the_lock_away(
    network: Network,
) -> None:
    network.config(SERVER, "set", "/tuner1/lockkey", "1234")
    assert network.config(SERVER, "get", "/tuner1/lockkey") == f"{CLIENT}\n"
    network.config(SERVER, "set", "/tuner1/lockkey", "force")
    assert network.config(SERVER, "get", "/tuner1/lockkey") == "none\n"


def test_who_asks_by_broadcast_learns_the_address_of_that_network(
    network: Network,
) -> None:
    answer = reply(network.ask(SERVER, packets.PORT, QUESTION))
    assert answer.base_url == f"http://{SERVER}:{PORT}"


@pytest.mark.parametrize("group", GROUPS)
def test_who_asks_a_group_of_ipv6_learns_an_address_of_ipv6(
    network: Network, group: str
) -> None:
    answer = reply(network.ask(group, packets.PORT, QUESTION))
    assert f"{answer.device_id:08X}" == DEVICE
    assert answer.base_url == f"http://[fe80::1]:{PORT}"


def test_who_searches_by_ssdp_is_led_to_the_description(network: Network) -> None:
    answer = network.ask(ssdp.GROUP, ssdp.PORT, SEARCH)
    location = f"\r\nLOCATION: http://{SERVER}:{PORT}/device.xml\r\n".encode()
    assert location in answer


def test_a_stranger_hears_nothing_by_any_way(stranger: Network) -> None:
    assert stranger.config("discover") == "no devices found\n"
    assert stranger.config("discover", SERVER_FOR_STRANGERS) == "no devices found\n"
    assert stranger.config(SERVER_FOR_STRANGERS, "get", "/sys/model") == ""
    assert stranger.ask(ssdp.GROUP, ssdp.PORT, SEARCH) == b""


def test_a_neighbour_reads_what_a_stranger_is_refused(network: Network) -> None:
    origin = f"http://{SERVER}:{PORT}"
    answers = network.read(origin, *((path, {}) for path in PATHS))
    assert {status for status, _ in answers} == {200}
    assert DEVICE in answers[0][1]


@pytest.mark.parametrize("lie", LIES, ids=" ".join)
def test_a_stranger_reads_nothing_whatever_his_proxy_says(
    stranger: Network, lie: dict[str, str]
) -> None:
    origin = f"http://{SERVER_FOR_STRANGERS}:{PORT}"
    answers = stranger.read(origin, *((path, lie) for path in PATHS + STREAMS))
    assert {status for status, _ in answers} == {403}
    assert not any(DEVICE in text or CLIENT in text for _, text in answers)
