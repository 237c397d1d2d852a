"""What all renditions of a stream share: the dates of pictures, and the count of breaks."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ...formats.mpegts import CLOCK, WRAP, unwrap

# Pictures this far from now, by a timeline that we know, belong to another timeline.
_TOLERANCE = timedelta(seconds=60)
_TIMELINES = 4
# No rendition is so many breaks behind the others.
_BREAKS = 64
# Encoders round; what is this close is at the same time (a tenth of a second).
SAME = CLOCK // 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A place in a stream, the same in all renditions."""

    era: int
    """How many breaks the stream had before it (see Reader)."""
    pts: int | None = None
    """In ticks of 90 kHz; None at the very beginning of the era."""

    def is_before(self, other: Moment) -> bool:
        """Tell whether this one is clearly earlier."""
        if self.era != other.era:
            return self.era < other.era
        if self.pts is None or other.pts is None:
            return False
        return ticks_between(other.pts, self.pts) < -SAME


def ticks_between(one: int, other: int) -> int:
    """Answer from one time stamp to another the shortest way, whichever of them wraps."""
    return unwrap(one, other % WRAP) - one


class Calendar:
    """Turns time stamps into dates, and counts the breaks of all renditions together."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Prepare; `now` answers the time of day, in UTC."""
        self._now = now
        self._timelines: deque[tuple[int, int, datetime]] = deque(maxlen=_TIMELINES)
        self._end: datetime | None = None
        self._breaks: deque[Moment] = deque(maxlen=_BREAKS)
        self._count = 0

    def date(self, era: int, pts: int, duration: int) -> datetime:
        """Answer when pictures that last so many ticks began to be on.

        A timeline that is not known yet begins now, or after all that was before.
        """
        now = self._now()
        found = self._known(era, pts, now)
        if found is None:
            found = max(now, self._end or now)
            found = found if found - now < _TOLERANCE else now
        # It moves along with the stream, lest a wrap of the clock be taken for another.
        self._timelines.appendleft((era, pts, found))
        end = found + timedelta(seconds=duration / CLOCK)
        self._end = max(end, self._end or end)
        return found

    def _known(self, era: int, pts: int, now: datetime) -> datetime | None:
        for known in self._timelines:
            known_era, origin, date = known
            found = date + timedelta(seconds=ticks_between(origin, pts) / CLOCK)
            if known_era == era and abs(found - now) < _TOLERANCE:
                self._timelines.remove(known)
                return found
        return None

    def first_epoch(self, moment: Moment) -> int:
        """Answer the epoch of a rendition's first segment, by where that begins."""
        return self._passed(moment)

    def next_epoch(self, epoch: int, moment: Moment, *, broken: Moment | None) -> int:
        """Answer the epoch of a segment, `epoch` being that of the one before it.

        `broken` is where the rendition broke, if it did between the two. Players match
        renditions by their discontinuity sequence numbers (RFC 8216, 6.2.4), so a
        rendition follows the others' breaks, each at the place where it was, or as soon
        as it can, one with each segment.
        """
        if broken and self._passed(moment) <= epoch:
            self._breaks.append(broken)
            self._count += 1
        return epoch + 1 if broken or self._passed(moment) > epoch else epoch

    def _passed(self, moment: Moment) -> int:
        return self._count - sum(moment.is_before(one) for one in self._breaks)
