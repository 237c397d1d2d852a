"""Questions that come by datagram: from where, on which interface; and answers to them."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
import socket
import struct

from .door import Address
from .throttle import Throttle

_LONGEST = 2048
# Of a flood no more than this is looked at; the system throws the rest away.
_PER_WINDOW = 200
_WINDOW_SECONDS = 0.1
# So many in one go: then it is others' turn.
_PER_TURN = 32
_ANCILLARY_BYTES = 128

_PACKET_INFO = struct.Struct("@i4s4s")
_PACKET_INFO_6 = struct.Struct("@16sI")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A datagram, and whence it came."""

    data: bytes = field(repr=False)
    sender: tuple[str, int] | tuple[str, int, int, int]
    local: Address
    """Our own address on the interface on which it came."""
    interface: int

    @property
    def address(self) -> str:
        """The address of the sender, without a zone."""
        return self.sender[0].partition("%")[0]


class Listener:
    """Takes what comes to a socket, at a pace that leaves time for all else."""

    def __init__(
        self, receiver: socket.socket, *, ask: Callable[[Question], None]
    ) -> None:
        self._receiver = receiver
        self._ask = ask
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._window_ends = 0.0
        self._left = 0

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Call `ask` with each question inside the block."""
        self._loop.add_reader(self._receiver, self._take)
        try:
            yield
        finally:
            self._loop.remove_reader(self._receiver)
            if self._timer:
                self._timer.cancel()

    def answer(self, question: Question, data: bytes) -> None:
        """Send an answer by the way on which the question came; it may get lost."""
        with suppress(OSError):
            self._receiver.sendmsg([data], [_way(question)], 0, question.sender)

    def _take(self) -> None:
        now = self._loop.time()
        if now >= self._window_ends:
            self._window_ends, self._left = now + _WINDOW_SECONDS, _PER_WINDOW
        for _ in range(_PER_TURN):
            if not self._left:
                self._rest()
                return
            self._left -= 1
            try:
                question = _receive(self._receiver)
            except BlockingIOError, InterruptedError:
                return
            except OSError:
                # What an earlier answer met with comes up here.
                continue
            if question:
                self._ask(question)

    def _rest(self) -> None:
        self._loop.remove_reader(self._receiver)
        self._timer = self._loop.call_at(self._window_ends, self._resume)

    def _resume(self) -> None:
        self._timer = None
        self._loop.add_reader(self._receiver, self._take)


class Gate:
    """Lets in whom the rules allow, and no more often than they may ask."""

    def __init__(
        self, *, is_allowed: Callable[[str], bool], throttle: Throttle
    ) -> None:
        self._is_allowed = is_allowed
        self._throttle = throttle

    def is_allowed(self, question: Question) -> bool:
        """Tell whether the sender may hear anything at all."""
        # Nobody sends from port 0; there is nowhere to answer to.
        return question.sender[1] != 0 and self._is_allowed(question.address)

    def admits(self, question: Question) -> bool:
        """Count an answer to the sender, if it may have one now."""
        return self._throttle.admits(question.address)


@contextmanager
def open_receiver(
    family: socket.AddressFamily, host: str, port: int, *, shared: bool
) -> Iterator[socket.socket]:
    """Open a socket that tells on which interface a datagram came.

    `shared` is for a port that others on this machine listen on, too. Raises OSError.
    """
    with closing(socket.socket(family, socket.SOCK_DGRAM)) as receiver:
        receiver.setblocking(False)
        if shared:
            receiver.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            receiver.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            receiver.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            receiver.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
        else:
            receiver.setsockopt(socket.IPPROTO_IP, socket.IP_PKTINFO, 1)
        receiver.bind((host, port))
        yield receiver


def _receive(receiver: socket.socket) -> Question | None:
    """Read a datagram; None for one that is too long, or came from who knows where."""
    data, ancillary, flags, sender = receiver.recvmsg(_LONGEST, _ANCILLARY_BYTES)
    if flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC):
        return None
    for level, kind, value in ancillary:
        if (level, kind) == (socket.IPPROTO_IP, socket.IP_PKTINFO):
            interface, local, _ = _PACKET_INFO.unpack(value)
            return Question(
                data=data,
                sender=sender,
                local=IPv4Address(local),
                interface=interface,
            )
        if (level, kind) == (socket.IPPROTO_IPV6, socket.IPV6_PKTINFO):
            to, interface = _PACKET_INFO_6.unpack(value)
            local6 = _own_address(IPv6Address(to), sender)
            if local6 is None:
                return None
            return Question(data=data, sender=sender, local=local6, interface=interface)
    return None


def _own_address(to: IPv6Address, sender: tuple[str, int, int, int]) -> Address | None:
    """Answer to what address of ours a datagram came, or with which one we answer it."""
    if not to.is_multicast:
        return to
    try:
        with closing(socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)) as probe:
            probe.connect(sender)  # sends nothing: the system chooses the way
            return ip_address(str(probe.getsockname()[0]).partition("%")[0])
    except OSError:
        return None


def _way(question: Question) -> tuple[int, int, bytes]:
    """Answer what makes the system send from our address, out of the interface."""
    if isinstance(question.local, IPv4Address):
        info = _PACKET_INFO.pack(question.interface, question.local.packed, bytes(4))
        return socket.IPPROTO_IP, socket.IP_PKTINFO, info
    info = _PACKET_INFO_6.pack(question.local.packed, question.interface)
    return socket.IPPROTO_IPV6, socket.IPV6_PKTINFO, info
