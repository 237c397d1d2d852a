"""SSDP: announced while there, searched for and found, and a goodbye at the end."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path
import socket

import pytest

from custom_components.telecast.formats import ssdp
from custom_components.telecast.formats.hdhomerun import unique_device_name
from custom_components.telecast.servers.access import is_in
from custom_components.telecast.servers.discovery import Interface, Part
from custom_components.telecast.servers.discovery.announcing import (
    MOST_WAITING,
    Announcer,
)
from custom_components.telecast.servers.discovery.datagrams import Gate
from custom_components.telecast.servers.discovery.keeping import Opened
from custom_components.telecast.servers.discovery.multicast import NoMulticastError
from custom_components.telecast.servers.discovery.throttle import BURST, Throttle
from custom_components.telecast.servers.hdhomerun_devices import EngineDevices
from tests.fakes.clock import Clock
from tests.fakes.engine import FakeEngine, open_fake_engine
from tests.fakes.loop_time import LoopTime

from .world import DOOR, LOOPBACK, PATIENCE, PLACE, complaints, finding

UDN = unique_device_name("1040A5B2")
MEDIA_SERVER = "urn:schemas-upnp-org:device:MediaServer:1"
TARGETS = ["upnp:rootdevice", UDN, MEDIA_SERVER]


class Ear:
    """Listens to the group on loopback, as everybody in a network can."""

    def __init__(self, ear: socket.socket) -> None:
        self._ear = ear
        self.port = int(ear.getsockname()[1])

    async def hear(self) -> dict[str, str]:
        """Answer the next message's headers, with its first line as "start"."""
        async with asyncio.timeout(PATIENCE):
            data = await asyncio.get_running_loop().sock_recv(self._ear, 4096)
        return headers(data)


def headers(message: bytes) -> dict[str, str]:
    """Answer a message's headers, with its first line as "start"."""
    start, *lines = message.decode().split("\r\n")
    found = dict(line.partition(":")[::2] for line in lines if line)
    return {"start": start} | {name: value.strip() for name, value in found.items()}


@contextmanager
def open_ear() -> Iterator[Ear]:
    """Listen at a port of the group that nobody else uses."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.setblocking(False)
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        ear.bind((ssdp.GROUP, 0))
        membership = socket.inet_aton(ssdp.GROUP) + socket.inet_aton("127.0.0.1")
        ear.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
        yield Ear(ear)


class Searcher:
    """Searches from an address of loopback."""

    def __init__(self, searcher: socket.socket, port: int) -> None:
        self._searcher = searcher
        self._port = port

    def send(self, datagram: bytes) -> None:
        """Send to the group."""
        self._searcher.sendto(datagram, (ssdp.GROUP, self._port))

    def search(self, target: str = "ssdp:all", delay: int = 0) -> None:
        """Search."""
        self.send(ssdp.render_search(ssdp.Search(target=target, delay=delay)))

    async def found(self) -> dict[str, str]:
        """Answer the next answer's headers."""
        async with asyncio.timeout(PATIENCE):
            loop = asyncio.get_running_loop()
            return headers(await loop.sock_recv(self._searcher, 4096))

    def waiting(self) -> int:
        """How many answers have come already."""
        count = 0
        try:
            while self._searcher.recv(4096):
                count += 1
        except BlockingIOError:
            pass
        return count


@contextmanager
def searching(port: int, source: str = "127.0.0.1") -> Iterator[Searcher]:
    """Search from an address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as searcher:
        searcher.setblocking(False)
        searcher.bind((source, 0))
        interface = socket.inet_aton("127.0.0.1")
        searcher.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, interface)
        yield Searcher(searcher, port)


@asynccontextmanager
async def announcing(
    engine: FakeEngine, delays: list[float], port: int = 0
) -> AsyncIterator[Opened]:
    """Announce with delays of which none is random: the longest there may be."""

    def longest(least: float, most: float) -> float:
        delays.append(most)
        return most

    devices = EngineDevices(engine)
    gate = Gate(
        is_allowed=lambda address: is_in(address, devices.allowed_networks),
        throttle=Throttle(clock=Clock()),
    )
    announcer = Announcer(devices=devices, door=DOOR, gate=gate, between=longest)
    async with announcer.open([LOOPBACK], port) as opened:
        yield opened


async def test_a_tuner_is_announced_and_says_goodbye(tmp_path: Path) -> None:
    with open_ear() as ear:
        place = replace(PLACE, ssdp_port=ear.port)
        async with finding(tmp_path, place=place):
            for target in TARGETS:
                told = await ear.hear()
                assert told["start"] == "NOTIFY * HTTP/1.1"
                assert (told["NT"], told["NTS"]) == (target, "ssdp:alive")
                assert told["LOCATION"] == "http://127.0.0.1:8123/device.xml"
        for target in TARGETS:
            told = await ear.hear()
            assert (told["NT"], told["NTS"]) == (target, "ssdp:byebye")


async def test_announcements_are_repeated_while_they_hold(tmp_path: Path) -> None:
    with open_ear() as ear:
        time = LoopTime()
        async with (
            open_fake_engine(tmp_path) as engine,
            announcing(engine, delays := [], ear.port) as opened,
            asyncio.TaskGroup() as tasks,
        ):
            running = tasks.create_task(opened.run())  # type: ignore[arg-type]
            assert (await ear.hear())["NTS"] == "ssdp:alive"
            for seconds in (2, ssdp.MAX_AGE / 2, ssdp.MAX_AGE / 2):
                for _ in TARGETS[1:]:
                    await ear.hear()
                time.advance(seconds)
                assert (await ear.hear())["NTS"] == "ssdp:alive"
            assert set(delays) == {0.5}
            running.cancel()


@pytest.mark.parametrize("target", TARGETS)
async def test_who_searches_for_a_tuner_finds_it(tmp_path: Path, target: str) -> None:
    async with finding(tmp_path) as world:
        with searching(world.found.addresses[Part.SSDP][1]) as searcher:
            searcher.search(target)
            found = await searcher.found()
    assert found["start"] == "HTTP/1.1 200 OK"
    assert found["ST"] == target
    assert found["USN"] == (UDN if target == UDN else f"{UDN}::{target}")
    assert found["LOCATION"] == "http://127.0.0.1:8123/device.xml"


async def test_who_searches_for_everything_finds_each_name_of_it(
    tmp_path: Path,
) -> None:
    async with finding(tmp_path) as world:
        with searching(world.found.addresses[Part.SSDP][1]) as searcher:
            searcher.search()
            assert [(await searcher.found())["ST"] for _ in TARGETS] == TARGETS


async def test_answers_wait_for_as_long_as_the_searcher_allows(tmp_path: Path) -> None:
    time = LoopTime()
    async with (
        open_fake_engine(tmp_path) as engine,
        announcing(engine, delays := []) as opened,
    ):
        port = opened.address[1]
        with searching(port) as patient, searching(port) as hasty:
            patient.search(MEDIA_SERVER, delay=3)
            hasty.search(MEDIA_SERVER)
            await hasty.found()
            assert delays == [3.0, 0.0]
            assert not patient.waiting()
            time.advance(3)
            assert (await patient.found())["ST"] == MEDIA_SERVER


async def test_who_searches_for_others_or_from_outside_hears_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with finding(tmp_path) as world:
        world.engine.settings = replace(
            world.engine.settings, allowed_networks=("127.0.0.2/32",)
        )
        port = world.found.addresses[Part.SSDP][1]
        with searching(port) as stranger, searching(port, "127.0.0.2") as neighbour:
            stranger.search()
            for wrong in (b"\0", bytes(60000), b"M-SEARCH * HTTP/1.1\r\n\r\n"):
                neighbour.send(wrong)
            neighbour.search("urn:dial-multiscreen-org:service:dial:1")
            neighbour.search(MEDIA_SERVER)
            assert (await neighbour.found())["ST"] == MEDIA_SERVER
            assert not neighbour.waiting()
            assert not stranger.waiting()
        assert not complaints(caplog)


async def test_answers_to_a_flood_are_few(tmp_path: Path) -> None:
    async with open_fake_engine(tmp_path) as engine:
        async with announcing(engine, []) as opened:
            port = opened.address[1]
            with searching(port) as greedy, searching(port, "127.0.0.2") as modest:
                answers = 0
                for _ in range(BURST * 2):
                    greedy.search(MEDIA_SERVER)
                    await asyncio.sleep(0)
                    answers += greedy.waiting()
                modest.search(MEDIA_SERVER)
                await modest.found()
                assert answers + greedy.waiting() == BURST


async def test_answers_that_wait_die_with_the_announcer(
    tmp_path: Path,
) -> None:
    async with open_fake_engine(tmp_path) as engine, AsyncExitStack() as stack:
        time = LoopTime()
        opened = await stack.enter_async_context(announcing(engine, []))
        port = opened.address[1]
        with searching(port) as patient, searching(port) as hasty:
            patient.search(delay=5)
            hasty.search(MEDIA_SERVER)
            await hasty.found()
            await stack.aclose()
            time.advance(5)
            await asyncio.sleep(0)
            assert not patient.waiting()


async def test_only_so_many_answers_wait(tmp_path: Path) -> None:
    async with open_fake_engine(tmp_path) as engine, AsyncExitStack() as stack:
        time = LoopTime()
        delays: list[float] = []
        opened = await stack.enter_async_context(announcing(engine, delays))
        port = opened.address[1]
        for number in range(MOST_WAITING + 6):
            source = f"127.0.1.{number}"
            searcher = stack.enter_context(searching(port, source))
            searcher.search(MEDIA_SERVER, delay=5)
        for _ in range(10):
            await asyncio.sleep(0)
        time.advance(5)
        for _ in range(3):
            await asyncio.sleep(0)
        hasty = stack.enter_context(searching(port))
        hasty.search(MEDIA_SERVER)
        await hasty.found()
        assert delays == [5.0] * MOST_WAITING + [0.0]


async def test_a_network_without_multicast_is_an_error(tmp_path: Path) -> None:
    async with open_fake_engine(tmp_path) as engine:
        announcer = Announcer(
            devices=EngineDevices(engine),
            door=DOOR,
            gate=Gate(is_allowed=lambda _: True, throttle=Throttle()),
        )
        nowhere = Interface(index=0, ipv4=IPv4Address("192.0.2.1"))
        for interfaces in ([], [nowhere], [Interface(index=1, ipv6=True)]):
            with pytest.raises(NoMulticastError):
                async with announcer.open(interfaces, 0):
                    pass
        async with announcer.open([nowhere, LOOPBACK], 0):
            pass
