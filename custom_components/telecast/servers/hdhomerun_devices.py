"""The engine as tuners that can be found: which there are, and what they do."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aiohttp import web

from ..engine.errors import UnknownChannelError
from ..formats.hdhomerun import further_device_id
from .discovery import Device, TunerUse

if TYPE_CHECKING:
    from ..engine.engine import Engine
    from ..engine.tuners import Tuner

ANY_DEVICE = "/device{part:[1-9][0-9]{0,5}}"
"""What the paths of a further device begin with."""


class UnknownDeviceError(UnknownChannelError):
    """The line-up is not divided, or has no such part."""

    code = "unknown_device"


class EngineDevices:
    """The engine's tuners, with the settings of the moment."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def allowed_networks(self) -> tuple[str, ...]:
        """The networks in which they are found."""
        return self._engine.settings.allowed_networks

    @property
    def public_url(self) -> str:
        """Where all players reach us, if the user has said so; no slash at its end."""
        return self._engine.settings.public_url.rstrip("/")

    @property
    def found(self) -> Sequence[Device]:
        """The devices that the line-up is divided among; the first one is always there."""
        parts = self._engine.lineup.parts if self._engine.settings.split_lineup else ()
        return [make_device(self._engine, part) for part in sorted({1, *parts})]


class EngineTuners:
    """The engine's tuners, as a control connection sees them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def uses(self) -> Sequence[TunerUse]:
        """Answer what each tuner does."""
        return [tuner_use(self._engine, tuner) for tuner in self._engine.tuners.all]

    def expect(self, index: int, *, address: str, held: int | None) -> None:
        """Raise TunerInUseError where a tuner is held by another than the asker."""
        self._engine.tuners.expect(index, address=address, held=held)

    def lock(self, index: int, key: int, *, address: str, held: int | None) -> None:
        """Keep a tuner for an address; raise TunerInUseError."""
        self._engine.tuners.lock(index, key, address=address, held=held)

    def unlock(self, index: int) -> None:
        """Keep a tuner for nobody."""
        self._engine.tuners.unlock(index)


def make_device(engine: Engine, part: int) -> Device:
    """Answer the device that has a part of the line-up, counted from 1.

    All share the same tuners: each says that it has all of them.
    """
    identity, first = engine.identity, part == 1
    device_id = identity.device_id
    return Device(
        device_id=device_id if first else further_device_id(device_id, part),
        device_auth=identity.device_auth,
        tuner_count=engine.settings.tuner_count,
        path="" if first else f"/device{part}",
    )


def part_of(engine: Engine, request: web.Request) -> int:
    """Answer which device a request is for, by its path; raise UnknownDeviceError."""
    part = int(request.match_info.get("part", 1))
    if part != 1 and not (engine.settings.split_lineup and part in engine.lineup.parts):
        raise UnknownDeviceError("There is no such device")
    return part


def tuner_use(engine: Engine, tuner: Tuner) -> TunerUse:
    """Answer what a tuner does now, and for whom."""
    holder = engine.tuners.holder(tuner.index)
    if tuner.channel is None or tuner.client is None:
        return TunerUse(holder=holder)
    rate = sum(
        session.meter.rate
        for session in engine.sessions.active
        if session.protocol == "hdhomerun"
        and session.client == tuner.client
        and session.channel.id == tuner.channel.id
    )
    return TunerUse(
        number=tuner.channel.number,
        name=tuner.channel.name,
        target=tuner.client.address,
        rate=rate,
        holder=holder,
    )
