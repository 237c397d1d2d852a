"""The timeline of a virtual channel: what it plays at any instant, and played before."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from ..errors import InvalidTimelineError
from .course import Course, Revision
from .items import DAY, EARLIEST, LATEST, Cause, Gap, Item, Live, Showing
from .rotation import beginning, is_place
from .schedule import Appointment, Schedule

KEPT = 64
"""How many revisions are remembered, lest who changes things all day fills the memory."""
SETTLED = 28 * DAY
"""A course that is older than this is begun anew; see `Timeline.settled`."""


class Timeline:
    """A sequence of revisions, each valid from its start until that of the next one.

    It never changes: an edit answers another timeline. What is being watched never
    jumps: an edit takes effect when the item that is on is over. All instants are in
    milliseconds since 1970 (UTC), and between EARLIEST and LATEST.

    Answers take microseconds, but for the first one about a rotation of thousands of
    items, or about a time long after the newest revision, where there are blocks: some
    milliseconds, and some tens of them for years. Such are had off the event loop.
    """

    def __init__(self, courses: tuple[Course, ...]) -> None:
        """Prepare; see `begun` and `restored`, which make one."""
        self._courses = courses
        self._starts = [course.revision.start for course in courses]

    @property
    def revisions(self) -> tuple[Revision, ...]:
        """All that are remembered, the oldest one first; the last may be yet to come."""
        return tuple(course.revision for course in self._courses)

    @property
    def schedule(self) -> Schedule:
        """The newest schedule, which edits are made of."""
        return self._courses[-1].revision.schedule

    def at(self, instant: int) -> Showing:
        """Answer what is on at an instant, and how far it is."""
        at = self._index(instant)
        if at < 0:
            before = self._before()
            return replace(before, offset=instant - before.start)
        showing = self._courses[at].at(instant)
        stop = min(showing.stop, self._stop(at))
        return replace(showing, stop=stop, offset=instant - showing.start)

    def between(self, start: int, stop: int) -> Iterator[Showing]:
        """Yield what is on at any instant from `start` until before `stop`.

        The first and the last one are told in full, also where they reach beyond.
        """
        stop = min(stop, LATEST)
        if start >= stop:
            return
        at = self._index(start)
        if at < 0:
            yield self._before()
            at, start = 0, self._starts[0]
        while start < stop:
            end = self._stop(at)
            for showing in self._courses[at].showings(start):
                if showing.start >= min(stop, end):
                    break
                yield replace(showing, stop=end) if showing.stop > end else showing
            at, start = at + 1, end

    def next(self, showing: Showing) -> Showing | None:
        """Answer what follows a showing; None where calendars end."""
        if showing.stop >= LATEST:
            return None
        return replace(self.at(showing.stop), offset=0)

    def appointed(self, instant: int) -> Appointment | None:
        """Answer the appointment that is on at an instant; None for all else that is."""
        if (at := self._index(instant)) < 0:
            return None
        return self._courses[at].revision.schedule.appointed(instant)

    def edited(self, schedule: Schedule, now: int) -> Timeline:
        """Answer the timeline with another schedule, as soon as what is on is over.

        A gap is over at once, but where it leads to the full or half hour; so is a
        channel that would be on for ever. An appointment begins on the dot, and at once
        where it should have begun already. Each rotation goes on where the one of the
        same name is; see `resumed`. An edit that had yet to take effect is replaced.
        """
        if (at := self._index(now)) < 0:
            return begun(schedule, self._starts[0])
        if schedule.appointed(now) and not self.appointed(now):
            return self._revised(schedule, at, now, now)
        begins = (one.start for one in schedule.appointments if one.start > now)
        start = min(self._boundary(at, now), next(begins, LATEST))
        return self._revised(schedule, at, now, start)

    def skipped(self, now: int) -> Timeline:
        """Answer the timeline in which the rest of what is on is skipped.

        The next item begins now, if there is one that may. Of an appointment, what
        else is planned for that time begins. A channel that a block plays is not
        skipped, nor is a gap in which nothing may begin.
        """
        if (at := self._index(now)) < 0:
            return self
        yet_to_come = at + 1 < len(self._courses)
        if not (self.appointed(now) or yet_to_come or self._may_skip(at, now)):
            return self
        return self._revised(self.schedule.without(now), at, now, now)

    def settled(self, now: int, keep_from: int) -> Timeline:
        """Answer the same timeline without what was over before `keep_from`.

        Its course begins anew where it is, so that what is played years after the last
        edit is found as fast as on the first day; a gap may be told in two parts. To
        be called, and stored, now and then: each day does no harm.
        """
        at = self._index(now)
        newest = at + 1 == len(self._courses)
        if at >= 0 and newest and now - self._starts[at] >= SETTLED:
            edited = self.edited(self.schedule, now)
            if edited is not self:
                return edited.settled(now, keep_from)
        first = max(0, min(self._index(keep_from), at))
        return Timeline(self._courses[first:]) if first else self

    def _revised(self, schedule: Schedule, at: int, now: int, start: int) -> Timeline:
        """Answer the timeline with a revision after the one of that index."""
        if start >= LATEST:
            return self
        places = self._courses[at].places(now, schedule)
        revision = Revision(start=start, schedule=schedule, places=places)
        kept = [one for one in self._courses[: at + 1] if one.revision.start < start]
        return Timeline((*kept, Course(revision))[-KEPT:])

    def _may_skip(self, at: int, now: int) -> bool:
        item = self._courses[at].at(now).item
        return isinstance(item, Item) or item == Gap(cause=Cause.PADDING)

    def _boundary(self, at: int, now: int) -> int:
        """Answer when an edit takes effect."""
        showing = self._courses[at].at(now)
        match showing.item:
            case Gap(cause=cause) if cause is not Cause.PADDING:
                return now
            case Live() if showing.stop == LATEST:
                return now
            case Gap():
                return showing.stop
        follows = self._courses[at].at(showing.stop)
        padded = follows.item == Gap(cause=Cause.PADDING)
        return follows.stop if padded else showing.stop

    def _index(self, instant: int) -> int:
        """Answer the place of the revision that is valid at an instant; -1 before all."""
        if not EARLIEST <= instant < LATEST:
            raise ValueError(f"No timeline covers the instant {instant}")
        return bisect_right(self._starts, instant) - 1

    def _stop(self, at: int) -> int:
        return self._starts[at + 1] if at + 1 < len(self._starts) else LATEST

    def _before(self) -> Showing:
        gap = Gap(cause=Cause.BEFORE)
        return Showing(item=gap, start=EARLIEST, stop=self._starts[0])


def begun(schedule: Schedule, start: int) -> Timeline:
    """Answer the timeline of a schedule of which nothing was played before `start`."""
    places = {name: beginning(one) for name, one in schedule.rotations.items()}
    return restored((Revision(start=start, schedule=schedule, places=places),))


def restored(revisions: Sequence[Revision]) -> Timeline:
    """Answer a timeline that had these revisions; raise InvalidTimelineError."""
    if not 1 <= len(revisions) <= KEPT:
        raise InvalidTimelineError("A timeline has no revision, or too many")
    for one, other in pairwise(revisions):
        if other.start <= one.start:
            raise InvalidTimelineError("A revision is older than the one before it")
    for one in revisions:
        rotations = one.schedule.rotations
        if not EARLIEST <= one.start < LATEST or one.places.keys() != rotations.keys():
            raise InvalidTimelineError("A revision begins at no time, or nowhere")
        for name, place in one.places.items():
            if not is_place(rotations[name], place):
                raise InvalidTimelineError(f"The rotation {name!r} has no such place")
    return Timeline(tuple(map(Course, revisions)))
