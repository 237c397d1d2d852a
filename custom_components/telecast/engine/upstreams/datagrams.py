"""MPEG-TS in datagrams: multicast or sent right to us, bare (UDP) or within RTP."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass
import errno
from ipaddress import IPv4Address, IPv6Address, ip_address
import socket
import sys
from urllib.parse import parse_qs, unquote, urlsplit

from ...formats import rtp
from ...formats.mpegts import SYNC
from ..errors import (
    AddressNotAllowedError,
    CannotConnectError,
    SourceError,
    SourceTimeoutError,
    UnsupportedStreamError,
)
from ..model import Candidate
from ..schemes import scheme_of
from .upstream import GATHER_BYTES, GATHER_SECONDS, SILENCE_SECONDS, Upstream

# Fetched in batches: to be woken for each of them costs more than all else together.
# A batch has to fit into what the kernel keeps, however little that is.
DRAIN_SECONDS = 0.02
_KERNEL_BYTES = 4 * 1024 * 1024
_LONGEST_DATAGRAM = 64 * 1024
_SYNC = bytes((SYNC,))
_DEFAULT_PORTS = {"udp": 1234, "rtp": 5004}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where datagrams are to be received."""

    address: IPv4Address | IPv6Address
    port: int
    interface: str = ""
    """An own address (IPv4), or the name of an interface (IPv6), that leads to a group."""
    senders: tuple[IPv4Address, ...] = ()
    """Of a group's senders, those alone that are wanted; empty means all."""


@asynccontextmanager
async def open_datagrams(candidate: Candidate) -> AsyncIterator[Upstream]:
    """Receive what is sent to a group, or to an address of our own.

    Raises AddressNotAllowedError for an address of somebody else, CannotConnectError
    and UnsupportedStreamError; reading raises SourceTimeoutError after a silence of 5 s.
    """
    place = await _place(candidate.url)
    with _open_socket(place) as receiver:
        yield _Datagrams(receiver, carries_rtp=scheme_of(candidate.url) == "rtp")


class _Datagrams:
    """A socket, and what comes to it."""

    def __init__(self, receiver: socket.socket, *, carries_rtp: bool) -> None:
        self._receiver = receiver
        self._buffer = memoryview(bytearray(_LONGEST_DATAGRAM))
        self._carries_rtp = carries_rtp
        self._known = False
        self._order = rtp.Order()
        self._gather = False

    async def read(self) -> bytes:
        """Answer what has come since the last call; there is no end.

        Raises SourceTimeoutError after a silence of 5 s.
        """
        data = await self._gathered() if self._gather else b""
        try:
            async with asyncio.timeout(SILENCE_SECONDS):
                while not data:
                    await self._readable()
                    data = self._drained()
        except TimeoutError as err:
            raise SourceTimeoutError(
                f"No datagram came for {SILENCE_SECONDS:g} s"
            ) from err
        self._gather = True
        return data

    async def _gathered(self) -> bytes:
        data = b""
        for _ in range(round(GATHER_SECONDS / DRAIN_SECONDS)):
            await asyncio.sleep(DRAIN_SECONDS)
            data += self._drained()
            if len(data) >= GATHER_BYTES:
                return data
        # What is missing by now will not come.
        return data or b"".join(self._order.give_up())

    def _drained(self) -> bytes:
        """Answer what the kernel has kept, but never more than is passed on at once."""
        pieces: list[bytes] = []
        size = 0
        with suppress(BlockingIOError, InterruptedError):
            while size < GATHER_BYTES:
                length = self._receiver.recv_into(self._buffer)
                size += length
                pieces += self._carried(bytes(self._buffer[:length]))
        return b"".join(pieces)

    def _carried(self, datagram: bytes) -> list[bytes]:
        bare = datagram[:1] == _SYNC
        packet = None if bare else rtp.parse(datagram)
        if not self._known and (bare or packet):
            # What is named wrongly is received all the same.
            self._known = True
            self._carries_rtp = packet is not None and (
                self._carries_rtp or packet.payload[:1] == _SYNC
            )
        if not self._carries_rtp:
            return [datagram]
        return self._order.take(packet) if packet else []

    async def _readable(self) -> None:
        loop = asyncio.get_running_loop()
        came = asyncio.Event()
        loop.add_reader(self._receiver, came.set)
        try:
            await came.wait()
        finally:
            loop.remove_reader(self._receiver)


async def _place(url: str) -> Place:
    """Read an address as VLC and FFmpeg write it: `udp://sender@group:port?localaddr=…`."""
    try:
        parts = urlsplit(url)
        port = parts.port or _DEFAULT_PORTS[scheme_of(url)]
        query = parse_qs(parts.query)
        senders = tuple(map(IPv4Address, [parts.username] if parts.username else []))
    except ValueError as err:
        raise UnsupportedStreamError(
            "The address of the datagrams is malformed"
        ) from err
    return Place(
        address=await _address(unquote(parts.hostname or "0.0.0.0"), port),
        port=port,
        interface=query.get("localaddr", [""])[0],
        senders=senders,
    )


async def _address(host: str, port: int) -> IPv4Address | IPv6Address:
    with suppress(ValueError):
        return ip_address(host)
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            host, port, type=socket.SOCK_DGRAM
        )
    except (OSError, UnicodeError) as err:
        raise CannotConnectError("The group's name cannot be resolved") from err
    return ip_address(str(found[0][4][0]))


@contextmanager
def _open_socket(place: Place) -> Iterator[socket.socket]:
    family = socket.AF_INET if place.address.version == 4 else socket.AF_INET6
    with closing(socket.socket(family, socket.SOCK_DGRAM)) as receiver:
        receiver.setblocking(False)
        try:
            receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _KERNEL_BYTES)
            if place.address.is_multicast:
                # Others may listen to the group, too; each gets all of it.
                receiver.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            receiver.bind(_bound(place))
            if place.address.is_multicast:
                _join(receiver, place)
        except (OSError, ValueError) as err:
            raise _translated(err) from err
        yield receiver


def _bound(place: Place) -> tuple[str, int] | tuple[str, int, int, int]:
    """Answer what a socket is bound to: a group's own address keeps others' out."""
    address = place.address
    if isinstance(address, IPv4Address):
        return str(address), place.port
    return str(IPv6Address(address.packed)), place.port, 0, _index(place)


def _index(place: Place) -> int:
    """Answer the number of the interface that an address of IPv6 names; 0 for none."""
    address = place.address
    scope = address.scope_id if isinstance(address, IPv6Address) else None
    name = scope or place.interface
    return socket.if_nametoindex(name) if name else 0


def _join(receiver: socket.socket, place: Place) -> None:
    """Tell the network that we want to receive a group."""
    group = place.address
    if isinstance(group, IPv6Address):
        receiver.setsockopt(
            socket.IPPROTO_IPV6,
            socket.IPV6_JOIN_GROUP,
            group.packed + _index(place).to_bytes(4, sys.byteorder),
        )
        return
    interface = IPv4Address(place.interface or 0).packed
    for sender in place.senders:
        receiver.setsockopt(
            socket.IPPROTO_IP,
            socket.IP_ADD_SOURCE_MEMBERSHIP,
            group.packed + interface + sender.packed,
        )
    if not place.senders:
        receiver.setsockopt(
            socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group.packed + interface
        )


def _translated(error: OSError | ValueError) -> SourceError:
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRNOTAVAIL:
        return AddressNotAllowedError(
            "Datagrams come to groups and to our own addresses"
        )
    if number == errno.EADDRINUSE:
        return CannotConnectError("Another program receives at the port")
    return CannotConnectError(f"Nothing can be received ({type(error).__name__})")
