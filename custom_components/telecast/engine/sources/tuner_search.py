"""Asks the network which HDHomeRun tuners there are, as libhdhomerun does."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address
import socket

from yarl import URL

from ...formats.hdhomerun import discovery, packets
from ...formats.hdhomerun.discovery import DiscoverReply, DiscoverRequest
from ...formats.hdhomerun.packets import PacketError

# A question may get lost, so it is asked twice.
QUESTIONS = 2
BETWEEN_SECONDS = 0.2
PATIENCE_SECONDS = 0.5

_QUESTION = packets.render(
    discovery.render_request(DiscoverRequest(types=(discovery.TUNER,)))
)
_LONGEST = 2048
_MOST_FOUND = 64
_PER_TURN = 32

type Place = tuple[str, int] | tuple[str, int, int, int]
"""Where to ask: an address, of IPv4 or IPv6, as sockets take it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTuner:
    """A device that answered."""

    device_id: str
    """Eight hexadecimal digits, in capitals."""
    host: str
    """Whence it answered, and its port where that is not 80."""
    tuner_count: int


async def find_tuners(
    places: Iterable[Place],
    *,
    is_own: Callable[[str], bool] = lambda _: False,
    patience: float = PATIENCE_SECONDS,
) -> list[FoundTuner]:
    """Ask at all places at once; answer who is there, sorted by id, but for our own.

    Takes 0.2 s and `patience` (seconds after the last question). Where nothing can be
    asked, nobody is found; nothing is raised.
    """
    search, asked = _Search(is_own), list(places)
    with ExitStack() as stack:
        for family in (socket.AF_INET, socket.AF_INET6):
            here = [one for one in asked if _family(one) is family]
            # A machine may well have no IPv6.
            with suppress(OSError):
                if here:
                    stack.enter_context(search.asking(family, here))
        if not search.askers:
            return []
        for question in range(QUESTIONS):
            if question:
                await asyncio.sleep(BETWEEN_SECONDS)
            search.ask()
        await asyncio.sleep(patience)
    return [search.found[device_id] for device_id in sorted(search.found)]


class _Search:
    """Collects who answers; the first answer of each counts, IPv4 before IPv6."""

    def __init__(self, is_own: Callable[[str], bool]) -> None:
        self.found: dict[str, FoundTuner] = {}
        self.askers: list[tuple[socket.socket, list[Place]]] = []
        self._is_own = is_own
        self._loop = asyncio.get_running_loop()

    @contextmanager
    def asking(
        self, family: socket.AddressFamily, places: list[Place]
    ) -> Iterator[None]:
        """Be ready to ask, and to hear answers, inside the block; raise OSError."""
        with socket.socket(family, socket.SOCK_DGRAM) as asker:
            asker.setblocking(False)
            if family == socket.AF_INET:
                asker.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            self._loop.add_reader(asker, self._take, asker)
            self.askers.append((asker, places))
            try:
                yield
            finally:
                self._loop.remove_reader(asker)

    def ask(self) -> None:
        """Send the question to all places; some networks may be down."""
        for asker, places in self.askers:
            for place in places:
                with suppress(OSError):
                    asker.sendto(_QUESTION, place)

    def _take(self, asker: socket.socket) -> None:
        for _ in range(_PER_TURN):
            try:
                data, sender = asker.recvfrom(_LONGEST)
            except BlockingIOError, InterruptedError:
                return
            except OSError:
                # What a question met with comes up here.
                continue
            with suppress(PacketError, ValueError):
                self._hear(discovery.parse_reply(packets.parse(data)), str(sender[0]))

    def _hear(self, reply: DiscoverReply, sender: str) -> None:
        device_id = f"{reply.device_id:08X}"
        if self._is_own(device_id) or len(self.found) >= _MOST_FOUND:
            return
        known = self.found.get(device_id)
        host = _host(reply, sender)
        if host and (not known or known.host.startswith("[")):
            self.found[device_id] = FoundTuner(
                device_id=device_id, host=host, tuner_count=reply.tuner_count
            )


def _host(reply: DiscoverReply, sender: str) -> str | None:
    """Answer where a device is reached; None for an address of the link alone.

    Whence the answer came is believed, and of what it says the port alone.
    """
    address = ip_address(sender)
    if address.version == 6:
        if address.is_link_local:
            return None
        sender = f"[{sender}]"
    port = URL(reply.base_url).port if reply.base_url else None
    return sender if port in {None, 80} else f"{sender}:{port}"


def _family(place: Place) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in place[0] else socket.AF_INET
