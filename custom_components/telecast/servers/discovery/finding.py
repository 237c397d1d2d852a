"""Answers those who look for tuners on UDP port 65001."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
import socket

from ...formats.hdhomerun import discovery, packets
from ...formats.hdhomerun.discovery import DiscoverReply, DiscoverRequest
from ...formats.hdhomerun.packets import PacketError
from .datagrams import Gate, Listener, Question, open_receiver
from .door import Door
from .keeping import Opened
from .model import Device, Devices, Interface
from .multicast import join_all_6

_MOST_TUNERS = 255


class Finder:
    """Tells who asks where our tuners are."""

    def __init__(self, *, devices: Devices, door: Door, gate: Gate) -> None:
        self._devices = devices
        self._door = door
        self._gate = gate

    @asynccontextmanager
    async def open_ipv4(self, host: str, port: int) -> AsyncIterator[Opened]:
        """Answer what comes to the port, by broadcast too where `host` is `0.0.0.0`.

        Answers where it listens. Raises OSError.
        """
        with open_receiver(socket.AF_INET, host, port, shared=False) as receiver:
            listener = Listener(receiver, ask=lambda one: self._ask(listener, one))
            with listener.listening():
                yield Opened(address=receiver.getsockname()[:2])

    @asynccontextmanager
    async def open_ipv6(
        self, host: str, port: int, interfaces: Sequence[Interface]
    ) -> AsyncIterator[Opened]:
        """Answer what comes to the port, and to the groups on the interfaces.

        Answers where it listens. Raises OSError, as NoMulticastError where none of the
        interfaces has the groups.
        """
        with open_receiver(socket.AF_INET6, host, port, shared=False) as receiver:
            join_all_6(receiver, discovery.GROUPS, interfaces)
            listener = Listener(receiver, ask=lambda one: self._ask(listener, one))
            with listener.listening():
                yield Opened(address=receiver.getsockname()[:2])

    def _ask(self, listener: Listener, question: Question) -> None:
        if not self._gate.is_allowed(question):
            return
        try:
            request = discovery.parse_request(packets.parse(question.data))
            replies = self._replies(request, question)
        except PacketError:
            # Not for us; or our own address is so long that no answer can hold it.
            return
        if replies and self._gate.admits(question):
            for reply in replies:
                listener.answer(question, reply)

    def _replies(self, request: DiscoverRequest, question: Question) -> list[bytes]:
        base_url = self._devices.public_url or self._door.url(question.local)
        if not base_url:
            return []
        return [
            _reply(device, f"{base_url}{device.path}")
            for device in self._devices.found
            if request.means(int(device.device_id, 16))
        ]


def _reply(device: Device, base_url: str) -> bytes:
    reply = DiscoverReply(
        device_id=int(device.device_id, 16),
        tuner_count=min(device.tuner_count, _MOST_TUNERS),
        base_url=base_url,
        lineup_url=f"{base_url}/lineup.json",
        device_auth=device.device_auth,
    )
    return packets.render(discovery.render_reply(reply))
