"""Announces our tuners by SSDP, and answers those who search by it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing, suppress
from ipaddress import IPv4Address
import random
import socket

from ...formats import hdhomerun, ssdp
from .datagrams import Gate, Listener, Question, open_receiver
from .door import Address, Door
from .keeping import Opened
from .model import Devices, Interface
from .multicast import join_all, on_any

MOST_WAITING = 64
"""Answers that may wait for their time at once; who searches then is not heard."""
SERVER = "HDHomeRun/1.0 UPnP/1.0"

# Datagrams get lost: the first announcement comes twice.
_AGAIN_SECONDS = 2.0
# Those that hold for MAX_AGE are repeated well before, and not by all devices at once.
_EVERY = (0.3, 0.5)
_TTL = 2


class Announcer:
    """Tells the network of our tuners, and whoever searches for them."""

    def __init__(
        self,
        *,
        devices: Devices,
        door: Door,
        gate: Gate,
        between: Callable[[float, float], float] = random.uniform,
    ) -> None:
        """Prepare; `between` answers a random number between two."""
        self._devices = devices
        self._door = door
        self._gate = gate
        self._between = between
        self._waiting: set[asyncio.TimerHandle] = set()

    @asynccontextmanager
    async def open(
        self, interfaces: Sequence[Interface], port: int = ssdp.PORT
    ) -> AsyncIterator[Opened]:
        """Answer searches on the interfaces; running it announces the tuners.

        Leaving the block says goodbye. Raises OSError, as NoMulticastError where no
        interface carries multicast; so does running it.
        """
        addresses = [one.ipv4 for one in interfaces if one.ipv4]
        with (
            open_receiver(socket.AF_INET, ssdp.GROUP, port, shared=True) as receiver,
            closing(_open_sender()) as sender,
        ):
            join_all(receiver, ssdp.GROUP, addresses)
            place = ssdp.GROUP, int(receiver.getsockname()[1])
            listener = Listener(receiver, ask=lambda one: self._ask(listener, one))

            async def run() -> None:
                pause = _AGAIN_SECONDS
                while True:
                    self._tell(sender, addresses, ssdp.alive, place)
                    await asyncio.sleep(pause)
                    pause = ssdp.MAX_AGE * self._between(*_EVERY)

            try:
                with listener.listening():
                    yield Opened(address=place, run=run)
            finally:
                for timer in self._waiting:
                    timer.cancel()
                self._waiting.clear()
                with suppress(OSError):
                    self._tell(sender, addresses, ssdp.byebye, place)

    def _ask(self, listener: Listener, question: Question) -> None:
        if not self._gate.is_allowed(question):
            return
        if (search := ssdp.parse(question.data)) is None:
            return
        answers = [
            answer
            for device in self._found(question.local)
            for answer in ssdp.answers(device, search)
        ]
        if (
            answers
            and len(self._waiting) < MOST_WAITING
            and self._gate.admits(question)
        ):
            self._answer_later(listener, question, search, answers)

    def _answer_later(
        self,
        listener: Listener,
        question: Question,
        search: ssdp.Search,
        answers: list[bytes],
    ) -> None:
        def answer() -> None:
            self._waiting.discard(timer)
            for data in answers:
                listener.answer(question, data)

        # All who are searched for would answer at the same moment (UPnP 1.3.3).
        delay = self._between(0.0, float(search.delay))
        timer = asyncio.get_running_loop().call_later(delay, answer)
        self._waiting.add(timer)

    def _tell(
        self,
        sender: socket.socket,
        addresses: Sequence[IPv4Address],
        words: Callable[[ssdp.Device], list[bytes]],
        place: tuple[str, int],
    ) -> None:
        def tell(address: IPv4Address) -> None:
            sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, address.packed)
            for device in self._found(address):
                for message in words(device):
                    sender.sendto(message, place)

        on_any(tell, addresses)

    def _found(self, local: Address) -> list[ssdp.Device]:
        """Answer our tuners with addresses for those who reach us at `local`."""
        base_url = self._devices.public_url or self._door.url(local)
        if not base_url:
            return []
        return [
            ssdp.Device(
                udn=hdhomerun.unique_device_name(device.device_id),
                type=hdhomerun.DEVICE_TYPE,
                location=f"{base_url}{device.path}/device.xml",
                server=SERVER,
            )
            for device in self._devices.found
        ]


def _open_sender() -> socket.socket:
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.setblocking(False)
    sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, _TTL)
    return sender
