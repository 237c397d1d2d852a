"""Discovery on loopback and free ports, and those who look for tuners there."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from ipaddress import IPv4Address
import logging
from pathlib import Path
import socket
from typing import Any, override

import pytest

from custom_components.telecast.formats.hdhomerun import control, discovery, packets
from custom_components.telecast.formats.hdhomerun.control import (
    ControlReply,
    ControlRequest,
)
from custom_components.telecast.formats.hdhomerun.discovery import (
    DiscoverReply,
    DiscoverRequest,
)
from custom_components.telecast.formats.hdhomerun.packets import Frames
from custom_components.telecast.servers.discovery import (
    Discovery,
    Door,
    Interface,
    Part,
    Place,
    open_discovery,
)
from custom_components.telecast.servers.hdhomerun_devices import (
    EngineDevices,
    EngineTuners,
)
from tests.fakes.engine import FakeEngine, open_fake_engine

LOOPBACK = Interface(
    index=socket.if_nametoindex("lo"), ipv4=IPv4Address("127.0.0.1"), ipv6=True
)
PLACE = Place(host="127.0.0.1", interfaces=(LOOPBACK,), control_port=0, ssdp_port=0)
DOOR = Door(port=8123)
QUESTION = packets.render(discovery.render_request(DiscoverRequest()))
PATIENCE = 20.0


class World:
    """An engine that can be found."""

    def __init__(
        self, engine: FakeEngine, devices: CountingDevices, found: Discovery
    ) -> None:
        self.engine = engine
        self.found = found
        self._devices = devices

    @property
    def asked(self) -> int:
        """How often somebody wanted to know where the devices are."""
        return self._devices.asked

    @contextmanager
    def asking(
        self, source: str = "127.0.0.1", part: Part = Part.UDP
    ) -> Iterator[Asker]:
        """Ask from an address."""
        family = socket.AF_INET6 if ":" in source else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as asker:
            asker.setblocking(False)
            asker.bind((source, 0))
            yield Asker(asker, self.found.addresses[part])

    @asynccontextmanager
    async def controlling(self, source: str = "127.0.0.1") -> AsyncIterator[Control]:
        """Connect from an address, as a client that reads and changes values."""
        host, port = self.found.addresses[Part.TCP]
        reader, writer = await asyncio.open_connection(
            host, port, local_addr=(source, 0)
        )
        try:
            yield Control(reader, writer)
        finally:
            writer.transport.abort()


class CountingDevices(EngineDevices):
    """Counts how often their address was looked for."""

    asked = 0

    @property
    @override
    def public_url(self) -> str:
        self.asked += 1
        return super().public_url


class Asker:
    """Somebody who looks for tuners."""

    def __init__(self, asker: socket.socket, place: tuple[str, int]) -> None:
        self._asker = asker
        self._place = place

    def send(self, datagram: bytes) -> None:
        """Send to the port."""
        self._asker.sendto(datagram, self._place)

    async def receive(self) -> bytes:
        """Answer what comes next."""
        async with asyncio.timeout(PATIENCE):
            return await asyncio.get_running_loop().sock_recv(self._asker, 65536)

    async def ask(self, **facts: Any) -> DiscoverReply:
        """Ask, and read the answer."""
        request = discovery.render_request(DiscoverRequest(**facts))
        self.send(packets.render(request))
        return discovery.parse_reply(packets.parse(await self.receive()))

    def waiting(self) -> list[bytes]:
        """Answer what has come already."""
        found = []
        try:
            while True:
                found.append(self._asker.recv(65536))
        except BlockingIOError:
            return found


class Control:
    """A control connection."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.reader = reader
        self.writer = writer
        self._frames = Frames()

    async def get(self, name: str) -> str:
        """Answer a value; an error's words where there is none."""
        return _words(await self.request(ControlRequest(name=name)))

    async def set(self, name: str, value: str, lockkey: int | None = None) -> str:
        """Change a value; answer it, or an error's words."""
        request = ControlRequest(name=name, value=value, lockkey=lockkey)
        return _words(await self.request(request))

    async def request(self, request: ControlRequest) -> ControlReply:
        """Send a request, and read the answer."""
        self.writer.write(packets.render(control.render_request(request)))
        return await self.reply()

    async def reply(self) -> ControlReply:
        """Read an answer."""
        async with asyncio.timeout(PATIENCE):
            while (frame := next(self._frames, None)) is None:
                if not (data := await self.reader.read(4096)):
                    raise ConnectionResetError
                self._frames.feed(data)
        return control.parse_reply(frame)

    async def closed(self) -> bool:
        """Wait until the other side closes, without another word."""
        async with asyncio.timeout(PATIENCE):
            try:
                return await self.reader.read(1) == b""
            except ConnectionResetError:
                return True


@asynccontextmanager
async def finding(folder: Path, **facts: Any) -> AsyncIterator[World]:
    """Let an engine be found on loopback."""
    async with open_fake_engine(folder) as engine:
        devices = CountingDevices(engine)
        facts = {
            "devices": devices,
            "tuners": EngineTuners(engine),
            "door": DOOR,
            "place": PLACE,
            **facts,
        }
        async with open_discovery(**facts) as found:
            yield World(engine, devices, found)


def complaints(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was logged that somebody should look at."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.levelno >= logging.WARNING
    ]


def _words(reply: ControlReply) -> str:
    return reply.value if reply.error is None else reply.error
