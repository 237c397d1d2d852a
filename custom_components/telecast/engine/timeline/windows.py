"""When a schedule plays what, week by week: windows without overlap or hole."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from .items import DAY, EARLIEST, LATEST, MINUTE, UNIX_DAY, Item, Live
from .local_time import instant_of, offset_at
from .schedule import Schedule
from .week import Fit, Tile, tiled

# Calendars cannot tell of much later ones.
_LAST_WEEK = (LATEST // DAY + UNIX_DAY) // 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What is played, and how it is made to fit."""

    plays: str | Live | Item | None
    fit: Fit = Fit.WAIT
    whole: int = LATEST
    """How long its block is in an ordinary week, whatever comes between."""
    grid: int = 0
    """In milliseconds; 0 where there is none."""


@dataclass(frozen=True, slots=True)
class Window:
    """A time for which a schedule plays the same, if nothing runs over into it."""

    rule: Rule
    start: int
    stop: int
    limit: int
    """Up to where something may run over."""
    shift: int = 0
    """How far ahead of UTC the clock is whose full hours are meant."""

    def aligned(self, instant: int) -> int:
        """Answer when something may begin, at that instant or next after it."""
        if not self.rule.grid:
            return instant
        return instant + -(instant + self.shift) % self.rule.grid


class Windows:
    """The windows of a schedule, in parts that are called weeks.

    A week begins with its first change, and ends where the next one begins. Without
    blocks there is a single one, which is number 0.
    """

    def __init__(self, schedule: Schedule) -> None:
        self.endless = not schedule.blocks
        """Whether there is a single week."""
        self._zone = schedule.zone
        self._appointments = schedule.appointments
        self._tiles = [(tile, _rule(schedule, tile)) for tile in tiled(schedule.blocks)]
        self._otherwise = Rule(plays=schedule.otherwise, fit=schedule.fit)
        self._starts = [one.start for one in schedule.appointments]
        self._stops = [one.stop for one in schedule.appointments]

    def begins(self, week: int) -> int:
        """Answer when a week begins."""
        if self.endless:
            return LATEST if week else EARLIEST
        if week > _LAST_WEEK:
            return LATEST
        tile, _ = self._tiles[0]
        return self._instant(week, tile.begin)

    def week_of(self, instant: int) -> int:
        """Answer the week that an instant is in."""
        if self.endless:
            return 0
        shown = instant + offset_at(self._zone, instant)
        week = (shown // DAY + UNIX_DAY - 1) // 7
        while instant < self.begins(week):
            week -= 1
        while instant >= self.begins(week + 1):
            week += 1
        return week

    def first_week(self, instant: int) -> int:
        """Answer the week in which what is on at an instant begins."""
        at = bisect_right(self._starts, instant) - 1
        if at >= 0 and instant < self._stops[at]:
            instant = self._starts[at]
        return self.week_of(instant)

    def week(self, number: int) -> Iterator[Window]:
        """Yield the windows that begin in a week."""
        start = self.begins(number)
        if self.endless:
            yield from self._cut(self._otherwise, start, LATEST, 0)
            return
        for tile, rule in self._tiles:
            stop = self._instant(number, tile.end)
            # Clocks that skip the whole of it leave nothing.
            if start < stop:
                shift = offset_at(self._zone, start) if rule.grid else 0
                yield from self._cut(rule, start, stop, shift)
            start = stop

    def _cut(self, rule: Rule, start: int, stop: int, shift: int) -> Iterator[Window]:
        """Yield what appointments leave of a time, and those that begin in it."""
        first = bisect_right(self._stops, start)
        last = bisect_left(self._starts, stop)
        at = start
        for one in self._appointments[first:last]:
            if at < one.start:
                yield Window(rule, at, one.start, one.start, shift)
            if start <= one.start:
                yield Window(Rule(plays=one.plays), one.start, one.stop, one.stop)
            at = one.stop
        if at < stop:
            limit = self._starts[last] if last < len(self._starts) else LATEST
            yield Window(rule, at, stop, limit, shift)

    def _instant(self, week: int, time: int) -> int:
        # The first of all days was a Monday.
        return instant_of(self._zone, 1 + 7 * week, time)


def _rule(schedule: Schedule, tile: Tile) -> Rule:
    whole = tile.end - tile.begin
    if (block := tile.block) is None:
        return Rule(plays=schedule.otherwise, fit=schedule.fit, whole=whole)
    grid = block.grid * MINUTE
    return Rule(plays=block.plays, fit=block.fit, whole=whole, grid=grid)
