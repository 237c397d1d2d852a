"""The course of a schedule from a beginning on: what is on at any instant after it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .items import LATEST, Cause, Gap, Playing, Showing
from .resuming import resumed
from .rotation import Place, beginning
from .run import Run
from .schedule import Schedule
from .stretch import Fixed, Played, Stretch
from .windows import Window, Windows

# The week that is on, its neighbours, and one more.
_KEPT = 4
ERA_WEEKS = 104
"""So many weeks after a revision, if there is none after it, another era begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A schedule, when it took effect, and where its rotations were then."""

    start: int
    schedule: Schedule
    places: Mapping[str, Place]
    """By rotation, of all that the schedule has."""


@dataclass(frozen=True, slots=True)
class _State:
    """How things stand at the beginning of a week."""

    free: int
    """From when on nothing of the week before is on."""
    numbers: Mapping[str, int]
    """What is next in each rotation."""


@dataclass(frozen=True, slots=True)
class _Step:
    stretch: Stretch
    name: str
    """The rotation it is of; empty where it is of none."""
    numbers: Mapping[str, int]
    """What is next in each rotation as it begins."""


class Course:
    """What a revision's schedule plays, as if there was none after it.

    Without blocks, any instant is found directly. With blocks, where each rotation is at
    the beginning of a week is worked out from the week before, once: some ten
    microseconds a window. That goes back to the beginning of an era only, lest a far
    year take for ever. In an era that is not the first, rotations are where they were
    at the revision's start; nobody sees that, where `Timeline.settled` is called.
    """

    def __init__(self, revision: Revision) -> None:
        self.revision = revision
        schedule = revision.schedule
        self._windows = Windows(schedule)
        self._runs = {
            name: Run(rotation=rotation, place=revision.places[name])
            for name, rotation in schedule.rotations.items()
        }
        self._first = self._windows.first_week(revision.start)
        self._kept: dict[int, tuple[_Step, ...]] = {}
        # Of the era that was asked for last.
        self._era = 0
        self._states = [self._beginning(0)]

    def at(self, instant: int) -> Showing:
        """Answer what is on at an instant, at or after the start."""
        return self._step(instant).stretch.at(instant)

    def showings(self, since: int) -> Iterator[Showing]:
        """Yield what is on at an instant, and all that follows, until calendars end."""
        step = self._step(since)
        yield from step.stretch.showings(since)
        since = step.stretch.stop
        week = self._windows.week_of(step.stretch.start)
        while since < LATEST:
            for step in self._steps(week):
                if step.stretch.start >= since:
                    yield from step.stretch.showings(step.stretch.start)
                    since = step.stretch.stop
            week += 1

    def places(self, instant: int, schedule: Schedule) -> dict[str, Place]:
        """Answer where the rotations of another schedule go on after what is on then."""
        step = self._step(instant)
        numbers = dict(step.numbers)
        if isinstance(step.stretch, Played):
            numbers[step.name] = step.stretch.next_at(instant)
        return {
            name: resumed(self._runs[name], numbers[name], rotation)
            if name in self._runs
            else beginning(rotation)
            for name, rotation in schedule.rotations.items()
        }

    def _step(self, instant: int) -> _Step:
        week = self._windows.week_of(instant)
        while True:
            for step in reversed(self._steps(week)):
                if step.stretch.start <= instant:
                    return step
            # Something that began in a week before is still on.
            week -= 1

    def _steps(self, week: int) -> tuple[_Step, ...]:
        """Answer what is played of the windows that begin in a week."""
        if (steps := self._kept.get(week)) is not None:
            return steps
        era, place = divmod(week - self._first, ERA_WEEKS)
        if era != self._era:
            self._era, self._states = era, [self._beginning(era)]
        while len(self._states) <= place:
            self._steps_of(len(self._states) - 1)
        steps = self._steps_of(place)
        if len(self._kept) == _KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[week] = steps
        return steps

    def _beginning(self, era: int) -> _State:
        """Answer the state at the beginning of an era."""
        numbers = {name: one.first for name, one in self._runs.items()}
        week = self._first + era * ERA_WEEKS
        free = self._windows.begins(week) if era else self.revision.start
        return _State(free, numbers)

    def _steps_of(self, place: int) -> tuple[_Step, ...]:
        """Answer what is played in a week of the era, and keep the state after it."""
        state = self._states[place]
        free, numbers = state.free, state.numbers
        first = self._first + self._era * ERA_WEEKS
        # Nothing runs over into another era.
        limit = min(LATEST, self._windows.begins(first + ERA_WEEKS))
        steps = []
        for window in self._windows.week(first + place):
            start = max(window.start, free)
            if start >= min(window.stop, LATEST):
                continue
            step = self._begun(window, start, min(limit, window.limit), numbers)
            steps.append(step)
            free = step.stretch.stop
            if isinstance(step.stretch, Played):
                numbers = {**numbers, step.name: step.stretch.next}
        if place + 1 == len(self._states):
            self._states.append(_State(free, numbers))
        return tuple(steps)

    def _begun(
        self, window: Window, start: int, limit: int, numbers: Mapping[str, int]
    ) -> _Step:
        item: Playing
        match window.rule.plays:
            case str(name):
                run, number = self._runs[name], numbers[name]
                if not run.is_over(number):
                    played = Played(
                        window=window,
                        start=start,
                        limit=limit,
                        run=run,
                        number=number,
                    )
                    return _Step(played, name, numbers)
                there = run.rotation.items
                item = Gap(cause=Cause.OVER if there else Cause.NOTHING)
            case None:
                item = Gap(cause=Cause.NOTHING)
            case thing:
                item = thing
        return _Step(Fixed(item=item, start=start, stop=window.stop), "", numbers)
