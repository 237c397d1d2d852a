"""Datagrams: groups and own addresses, bare and within RTP, on loopback."""

import asyncio
from collections.abc import Iterator
import socket

import pytest

from custom_components.telecast.engine.errors import (
    AddressNotAllowedError,
    CannotConnectError,
    SourceTimeoutError,
    UnsupportedStreamError,
)
from custom_components.telecast.engine.upstreams import Upstream
from custom_components.telecast.formats.rtp import WINDOW
from tests.engine.upstreams.watching import Player
from tests.fakes.loop_time import LoopTime
from tests.fakes.transport import Multiplex

GROUP = "239.255.77.1"
STREAM = b"".join(Multiplex().seconds(1, frames=5, size=14))
PIECES = [STREAM[at : at + 7 * 188] for at in range(0, len(STREAM), 7 * 188)]


class Sender:
    """Sends to one place, from 127.0.0.1."""

    def __init__(self, host: str, port: int, *, source: str = "127.0.0.1") -> None:
        kind = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket = socket.socket(kind, socket.SOCK_DGRAM)
        self._place = (host, port)
        if kind == socket.AF_INET:
            self.socket.bind((source, 0))
            address = socket.inet_aton("127.0.0.1")
            self.socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, address)

    def send(self, *datagrams: bytes) -> None:
        for datagram in datagrams:
            self.socket.sendto(datagram, self._place)


def rtp(
    sequence: int, payload: bytes, *, source: int = 1, kind: int = 33, odd: bool = False
) -> bytes:
    """Make a packet; an `odd` one has all that one can have."""
    first = 0x80 | (0x32 if odd else 0)
    head = bytes((first, kind)) + (sequence & 0xFFFF).to_bytes(2) + bytes(4)
    head += source.to_bytes(4)
    if not odd:
        return head + payload
    extension = b"\xbe\xde\x00\x02" + bytes(8)
    return head + bytes(8) + extension + payload + b"\0\0\x03"


@pytest.fixture(name="port")
def _port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(name="sender")
def _sender(port: int) -> Iterator[Sender]:
    sender = Sender(GROUP, port)
    yield sender
    sender.socket.close()


async def received(upstream: Upstream, size: int = len(STREAM)) -> bytes:
    """Read until so many bytes have come."""
    data = b""
    while len(data) < size:
        data += await upstream.read()
    return data


@pytest.mark.parametrize(
    "url",
    [
        f"udp://@{GROUP}:PORT?localaddr=127.0.0.1",
        f"UDP://{GROUP}:PORT?fifo_size=5000&localaddr=127.0.0.1&overrun_nonfatal=1",
        f"rtp://@{GROUP}:PORT/?localaddr=127.0.0.1",
        f"udp://127.0.0.1@{GROUP}:PORT?localaddr=127.0.0.1",
    ],
)
async def test_what_is_sent_to_a_group_comes_in(
    url: str, player: Player, port: int, sender: Sender
) -> None:
    async with player.open(url.replace("PORT", str(port))) as upstream:
        sender.send(*PIECES)
        assert await received(upstream) == STREAM


@pytest.mark.parametrize(
    "url", ["udp://@[ff15::77%25lo]:PORT", "udp://@[ff15::77]:PORT?localaddr=lo"]
)
async def test_a_group_of_ipv6_is_joined(url: str, player: Player, port: int) -> None:
    async with player.open(url.replace("PORT", str(port))):
        # Few machines have a route for it on loopback.
        pass


async def test_another_sender_than_the_one_that_is_wanted_is_not_heard(
    player: Player, port: int, sender: Sender
) -> None:
    other = Sender(GROUP, port, source="127.0.0.2")
    async with player.open(
        f"udp://127.0.0.1@{GROUP}:{port}?localaddr=127.0.0.1"
    ) as upstream:
        other.send(b"\x47 not wanted")
        sender.send(*PIECES)
        assert await received(upstream) == STREAM
    other.socket.close()


@pytest.mark.parametrize("host", ["", "0.0.0.0", "127.0.0.1", "[::1]"])
async def test_what_is_sent_right_to_us_comes_in(
    host: str, player: Player, port: int
) -> None:
    sender = Sender("::1" if ":" in host else "127.0.0.1", port)
    async with player.open(f"udp://@{host}:{port}", local=True) as upstream:
        sender.send(*PIECES)
        assert await received(upstream) == STREAM
    sender.socket.close()


@pytest.mark.parametrize("scheme", ["rtp", "udp"])
async def test_packets_of_rtp_are_put_in_order_and_taken_apart(
    scheme: str, player: Player, port: int, sender: Sender
) -> None:
    packets = [
        rtp(65_530 + number, piece, odd=number % 3 == 0)
        for number, piece in enumerate(PIECES)
    ]
    mixed = [*packets[:2], packets[3], packets[2], packets[3], *packets[4:], packets[1]]
    async with player.open(
        f"{scheme}://@{GROUP}:{port}?localaddr=127.0.0.1"
    ) as upstream:
        if scheme == "rtp":
            sender.send(rtp(0, b"report", kind=200))
        sender.send(*mixed)
        assert await received(upstream) == STREAM


async def test_a_lost_packet_is_not_waited_for_without_end(
    player: Player, port: int, sender: Sender
) -> None:
    packets = [rtp(number, piece) for number, piece in enumerate(PIECES)]
    assert len(packets) < WINDOW
    del packets[3]
    async with player.open(f"rtp://@{GROUP}:{port}?localaddr=127.0.0.1") as upstream:
        sender.send(*packets)
        whole = b"".join(PIECES[:3] + PIECES[4:])
        assert await received(upstream, len(whole)) == whole


async def test_datagrams_are_taken_together(
    player: Player, port: int, sender: Sender
) -> None:
    async with player.open(f"udp://@{GROUP}:{port}?localaddr=127.0.0.1") as upstream:
        sender.send(PIECES[0])
        assert await upstream.read() == PIECES[0]
        reading = asyncio.ensure_future(upstream.read())
        for piece in PIECES[1:]:
            await asyncio.sleep(0)
            sender.send(piece)
        assert await reading == b"".join(PIECES[1:])


async def test_a_silence_is_noticed(player: Player, port: int, sender: Sender) -> None:
    time = LoopTime()
    async with player.open(f"udp://@{GROUP}:{port}?localaddr=127.0.0.1") as upstream:
        sender.send(*PIECES)
        await received(upstream)
        reading = asyncio.ensure_future(upstream.read())
        await asyncio.sleep(0.12)
        time.advance(5)
        with pytest.raises(SourceTimeoutError):
            await reading


async def test_an_address_of_somebody_else_is_refused(player: Player) -> None:
    with pytest.raises(AddressNotAllowedError):
        async with player.open("udp://192.0.2.1:1234"):
            pass


async def test_a_port_that_is_taken_is_an_error(player: Player, port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", port))
        with pytest.raises(CannotConnectError, match="port"):
            async with player.open(f"udp://127.0.0.1:{port}"):
                pass


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("udp://@239.1.1.1:x", UnsupportedStreamError),
        ("udp://@[::1:1", UnsupportedStreamError),
        ("udp://somebody@239.1.1.1:1", UnsupportedStreamError),
        ("udp://@239.1.1.1:1234?localaddr=nonsense", CannotConnectError),
        ("udp://@239.1.1.1:1234?localaddr=192.0.2.1", CannotConnectError),
        ("udp://@[ff15::77%25nowhere0]:1234", CannotConnectError),
    ],
)
async def test_what_cannot_be_received_is_an_error(
    url: str, error: type[Exception], player: Player
) -> None:
    with pytest.raises(error):
        async with player.open(url):
            pass


async def test_a_name_may_mean_a_group(
    player: Player, port: int, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolve(host: str, *_: object, **__: object) -> list[object]:
        if host != "news.example":
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_DGRAM, 17, "", (GROUP, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    async with player.open(
        f"udp://@news.example:{port}?localaddr=127.0.0.1"
    ) as upstream:
        sender.send(*PIECES)
        assert await received(upstream) == STREAM
    with pytest.raises(CannotConnectError):
        async with player.open(f"udp://@other.example:{port}"):
            pass
