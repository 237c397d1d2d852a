"""What discovery has to know of the rest, and what it says when it cannot work."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One tuner that clients find."""

    device_id: str
    """Eight hexadecimal digits."""
    device_auth: str = field(repr=False)
    tuner_count: int
    path: str = ""
    """What its addresses begin with after host and port."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TunerUse:
    """What one tuner does now."""

    number: str | None = None
    """Of the channel that is watched through it; None where it is idle."""
    name: str = ""
    target: str = ""
    """The address to which it sends."""
    rate: int = 0
    """bit/s"""
    holder: str | None = None
    """The address for which it works or is kept."""


class Devices(Protocol):
    """Who is to be found, and by whom; asked anew for each question."""

    @property
    def allowed_networks(self) -> tuple[str, ...]:
        """Whoever asks from elsewhere hears nothing."""
        ...

    @property
    def public_url(self) -> str:
        """What all clients are told, if it is not empty: no slash at its end."""
        ...

    @property
    def found(self) -> Sequence[Device]:
        """The tuners, the one without a path first."""
        ...


class ControlledTuners(Protocol):
    """What the tuners do, and their locks; errors as of engine.tuners."""

    def uses(self) -> Sequence[TunerUse]:
        """Answer what each tuner does."""
        ...

    def expect(self, index: int, *, address: str, held: int | None) -> None:
        """Raise TunerInUseError where a tuner is held by another than the asker."""
        ...

    def lock(self, index: int, key: int, *, address: str, held: int | None) -> None:
        """Keep a tuner for an address; raise TunerInUseError."""
        ...

    def unlock(self, index: int) -> None:
        """Keep a tuner for nobody."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """A part of the network in which to be found."""

    index: int
    """As the system counts it; 0 if unknown."""
    ipv4: IPv4Address | None = None
    ipv6: bool = False
    """Whether it has an address of IPv6."""


class Part(StrEnum):
    """The ways of being found, each open or not by itself."""

    UDP = "udp"
    UDP6 = "udp6"
    TCP = "tcp"
    SSDP = "ssdp"


class Problem(StrEnum):
    """Why a part does not work."""

    PORT_TAKEN = "port_taken"
    NO_MULTICAST = "no_multicast"
    """The network carries no multicast, or there is no network."""
    REFUSED = "refused"
    """The system does not let us."""
