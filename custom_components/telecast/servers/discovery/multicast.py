"""Groups of the network, joined on each interface that has them."""

from collections.abc import Callable, Iterable, Sequence
import errno
from ipaddress import IPv4Address, IPv6Address
import socket
import struct

from .model import Interface


class NoMulticastError(OSError):
    """None of the interfaces carries multicast."""


def join_all(
    receiver: socket.socket, group: str, addresses: Iterable[IPv4Address]
) -> None:
    """Receive a group on the interfaces that have these addresses, where that can be."""

    def join(address: IPv4Address) -> None:
        membership = IPv4Address(group).packed + address.packed
        receiver.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)

    on_any(join, addresses)


def join_all_6(
    receiver: socket.socket, groups: Sequence[str], interfaces: Iterable[Interface]
) -> None:
    """Receive groups on the interfaces, where that can be."""

    def join(interface: Interface) -> None:
        for group in groups:
            membership = struct.pack(
                "@16sI", IPv6Address(group).packed, interface.index
            )
            receiver.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, membership)

    on_any(join, (one for one in interfaces if one.ipv6))


def on_any[T](act: Callable[[T], None], places: Iterable[T]) -> None:
    """Act on each place; raise NoMulticastError where that succeeds on none."""
    succeeded = False
    cause: OSError | None = None
    for place in places:
        try:
            act(place)
        except OSError as err:
            # Two addresses of one interface are one membership.
            succeeded = succeeded or err.errno == errno.EADDRINUSE
            cause = err
        else:
            succeeded = True
    if not succeeded:
        raise NoMulticastError(
            errno.EADDRNOTAVAIL, "No interface carries multicast"
        ) from cause
