"""All ways of being found, open together; one that fails is told, and tried again."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
import logging

from ...engine.tasks import open_tasks
from ...formats import ssdp
from ...formats.hdhomerun import packets
from ..access import is_in
from .announcing import Announcer
from .controlling import Controller
from .datagrams import Gate
from .door import Door
from .finding import Finder
from .keeping import Opened, keep_open, problem_of
from .model import ControlledTuners, Devices, Interface, Part, Problem
from .throttle import Throttle
from .variables import Variables

_LOGGER = logging.getLogger(__name__)

RETRY_SECONDS = 60.0

type OpenPart = Callable[[], AbstractAsyncContextManager[Opened]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where discovery listens."""

    interfaces: Sequence[Interface] = ()
    host: str | None = None
    """The one address of IPv4 to listen on, without multicast beyond it; None for all."""
    control_port: int = packets.PORT
    """Of UDP and TCP; 0 takes a free one for each."""
    ssdp_port: int = ssdp.PORT


class Discovery:
    """What is open now, and what is not."""

    def __init__(self, report: Callable[[], None]) -> None:
        self._report = report
        self.addresses: dict[Part, tuple[str, int]] = {}
        """Where the parts listen that do."""
        self.problems: dict[Part, Problem] = {}
        """Why the others do not."""

    def opened(self, part: Part, opened: Opened) -> None:
        """Note that a part is open."""
        if self.problems.pop(part, None):
            _LOGGER.info("Players can find us by %s again", part)
        self.addresses[part] = opened.address
        self._report()

    def failed(self, part: Part, error: OSError) -> None:
        """Note that a part cannot be opened, or not be held open."""
        self.addresses.pop(part, None)
        problem = problem_of(error)
        if self.problems.get(part) is not problem:
            _LOGGER.warning("Players cannot find us by %s: %s", part, error.strerror)
            self.problems[part] = problem
            self._report()


@asynccontextmanager
async def open_discovery(
    *,
    devices: Devices,
    tuners: ControlledTuners,
    door: Door,
    place: Place,
    on_change: Callable[[Discovery], None] = lambda _: None,
    throttle: Throttle | None = None,
    retry_seconds: float = RETRY_SECONDS,
) -> AsyncIterator[Discovery]:
    """Let clients find the devices; leaving the block closes all sockets.

    The block is entered once each part has been tried. `on_change` is called whenever
    what is open has changed: no failure is raised.
    """

    def is_allowed(address: str) -> bool:
        return is_in(address, devices.allowed_networks)

    gate = Gate(is_allowed=is_allowed, throttle=throttle or Throttle())
    parts = _parts(
        place,
        finder=Finder(devices=devices, door=door, gate=gate),
        announcer=Announcer(devices=devices, door=door, gate=gate),
        controller=Controller(variables=Variables(tuners), is_allowed=is_allowed),
    )
    tried = asyncio.Event()

    def report() -> None:
        if len(discovery.addresses) + len(discovery.problems) == len(parts):
            tried.set()
        on_change(discovery)

    discovery = Discovery(report)
    async with open_tasks() as tasks:
        kept = [
            tasks.create_task(
                keep_open(
                    open_part,
                    retry_seconds=retry_seconds,
                    opened=partial(discovery.opened, part),
                    failed=partial(discovery.failed, part),
                ),
                name=f"discovery by {part}",
            )
            for part, open_part in parts.items()
        ]
        try:
            await tried.wait()
            yield discovery
        finally:
            for task in kept:
                task.cancel()


def _parts(
    place: Place, *, finder: Finder, announcer: Announcer, controller: Controller
) -> dict[Part, OpenPart]:
    port, interfaces = place.control_port, place.interfaces
    parts: dict[Part, OpenPart] = {
        Part.UDP: lambda: finder.open_ipv4(place.host or "0.0.0.0", port),
        Part.TCP: lambda: controller.open(place.host, port),
        Part.SSDP: lambda: announcer.open(interfaces, place.ssdp_port),
    }
    # A network without IPv6 is nothing to complain of.
    if any(one.ipv6 for one in interfaces):
        host = "::1" if place.host else "::"
        parts[Part.UDP6] = lambda: finder.open_ipv6(host, port, interfaces)
    return parts
