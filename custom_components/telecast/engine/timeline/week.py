"""A week's plan by local time: blocks, and what lies between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from ..errors import InvalidTimelineError
from .items import DAY, HOUR, MINUTE, SECOND, WEEK, Live

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
GRIDS = (0, 5, 10, 15, 20, 30, 60)
"""The minutes at whose multiples items may begin: those that divide an hour; 0 is none."""


class Fit(StrEnum):
    """What becomes of an item that would not be over when its time is.

    Broadcasters keep their times: what comes at eight comes at eight, and whoever plans
    fills the minutes before. So WAIT is what is done unless something else is said.

    An item that is longer than all of its block would wait for ever; it is started when
    it is its turn, and runs over. An appointment begins on the dot, whatever is said:
    what would run into it waits, or is cut where it would wait for ever.
    """

    WAIT = "wait"
    """It is not started; there is a gap, and it is the first one next time."""
    RUN_OVER = "run_over"
    """It is played to its end, and what is next begins late."""
    CUT = "cut"
    """It is cut; next time begins with the one that follows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What is played at certain hours of certain days."""

    days: frozenset[str]
    """On which it begins, of WEEKDAYS."""
    begin: time
    end: time
    """Where it is not after the beginning, it is on the next day."""
    plays: str | Live
    """A rotation, by its name, or a channel."""
    fit: Fit = Fit.WAIT
    grid: int = 0
    """Where not 0, each item but the first begins at a multiple of so many minutes.

    They are counted from midnight, by the clock as it was when the block began.
    """

    def __post_init__(self) -> None:
        """Raise InvalidTimelineError where there is no such time."""
        if not self.days or not self.days <= set(WEEKDAYS):
            raise InvalidTimelineError("A block is on no day of the week")
        if self.grid not in GRIDS:
            raise InvalidTimelineError("The minutes of a block do not divide an hour")
        for given in (self.begin, self.end):
            if given.microsecond or given.tzinfo:
                raise InvalidTimelineError("A block begins and ends at whole seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A part of the week without a change; in milliseconds of local time since its Monday."""

    begin: int
    end: int
    """The last one of a week may go on into the next."""
    block: Block | None
    """None where there is none."""


@dataclass(frozen=True, slots=True)
class _Hours:
    block: Block
    begin: int
    length: int

    def hold(self, place: int) -> bool:
        return (place - self.begin) % WEEK < self.length


def tiled(blocks: Sequence[Block]) -> tuple[Tile, ...]:
    """Answer the tiles of a week in their order, without overlap or hole.

    Where blocks overlap, the one that is listed first is on. There are no tiles where
    there are no blocks. The first tile begins in the week; what comes before it is the
    end of the week before.
    """
    hours = [it for block in blocks for it in _hours(block)]
    ends = {(it.begin + length) % WEEK for it in hours for length in (0, it.length)}
    places = sorted(ends)
    owners = [next((it for it in hours if it.hold(place)), None) for place in places]
    # Where the one before is the same, nothing changes.
    begins = [at for at in range(len(places)) if owners[at] is not owners[at - 1]]
    follow = [places[at] for at in begins[1:]] + [
        WEEK + places[at] for at in begins[:1]
    ]
    return tuple(
        Tile(begin=places[at], end=end, block=owner.block if owner else None)
        for at, end in zip(begins, follow, strict=True)
        for owner in [owners[at]]
    )


def _hours(block: Block) -> Iterator[_Hours]:
    begin, end = _milliseconds(block.begin), _milliseconds(block.end)
    length = end - begin if end > begin else end - begin + DAY
    for day, name in enumerate(WEEKDAYS):
        if name in block.days:
            yield _Hours(block, day * DAY + begin, length)


def _milliseconds(of_day: time) -> int:
    return of_day.hour * HOUR + of_day.minute * MINUTE + of_day.second * SECOND
