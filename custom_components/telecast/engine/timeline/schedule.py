"""What a virtual channel is to play: rotations, blocks, appointments, and what else."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from zoneinfo import ZoneInfo

from ..errors import InvalidTimelineError
from .items import EARLIEST, LATEST, Item, Live
from .rotation import Rotation
from .week import Block, Fit

MAIN = "main"
"""The name of the rotation of a channel that has only one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """What is on at a fixed time, whatever else is planned: a match on another channel."""

    start: int
    stop: int
    plays: Item | Live
    """An item may be longer, and is cut."""

    def __post_init__(self) -> None:
        """Raise InvalidTimelineError where it is over before it begins, or before its end."""
        if not EARLIEST <= self.start < self.stop < LATEST:
            raise InvalidTimelineError("An appointment is over before it begins")
        if isinstance(self.plays, Item) and self.length > self.plays.duration:
            raise InvalidTimelineError("An appointment is longer than its item")

    @property
    def length(self) -> int:
        """How many milliseconds it lasts."""
        return self.stop - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Appointments before blocks, blocks before what else; all checked."""

    zone: ZoneInfo
    """By whose clocks blocks begin and end."""
    rotations: Mapping[str, Rotation] = field(default_factory=dict)
    """By name. Blocks that name the same one go on where the other one left off."""
    blocks: tuple[Block, ...] = ()
    """Where they overlap, the one that is listed first is on."""
    appointments: tuple[Appointment, ...] = ()
    """By time; no two at once."""
    otherwise: str | Live | None = None
    """What is played at all other times; None is a gap."""
    fit: Fit = Fit.WAIT
    """What becomes of an item of that which would not be over when a block begins."""

    def __post_init__(self) -> None:
        """Raise InvalidTimelineError where it contradicts itself."""
        if not self.zone.key:
            raise InvalidTimelineError("The time zone has no name")
        for plays in self.plays:
            if isinstance(plays, str) and plays not in self.rotations:
                raise InvalidTimelineError(f"There is no rotation {plays!r}")
        for one, other in pairwise(self.appointments):
            if other.start < one.stop:
                raise InvalidTimelineError("Two appointments are at the same time")

    @property
    def plays(self) -> Iterator[str | Live | Item | None]:
        """All that is played, each as often as it is named."""
        yield self.otherwise
        yield from (block.plays for block in self.blocks)
        yield from (one.plays for one in self.appointments)

    def appointed(self, instant: int) -> Appointment | None:
        """Answer what is appointed for an instant."""
        on = (one for one in self.appointments if one.start <= instant < one.stop)
        return next(on, None)

    def without(self, instant: int) -> Schedule:
        """Answer the same schedule without what is appointed for an instant."""
        if (on := self.appointed(instant)) is None:
            return self
        kept = tuple(one for one in self.appointments if one is not on)
        return replace(self, appointments=kept)


def single(rotation: Rotation, zone: ZoneInfo) -> Schedule:
    """Answer the schedule of a channel that plays one rotation at all times."""
    return Schedule(zone=zone, rotations={MAIN: rotation}, otherwise=MAIN)
