"""Windows as they are really played: what from when until when, without overlap or hole."""

from collections.abc import Iterator
from functools import cached_property
from typing import Protocol

from .items import LATEST, Cause, Gap, Item, Playing, Showing
from .run import Run
from .week import Fit
from .windows import Window

# Where a rotation never ends, neither do its numbers.
_ENDLESS = 1 << 62


class Stretch(Protocol):
    """What is on from `start` until `stop`; instants given to it lie between them."""

    start: int
    stop: int

    def at(self, instant: int) -> Showing:
        """Answer what is on at an instant."""

    def showings(self, since: int) -> Iterator[Showing]:
        """Yield what is on at an instant, and all that follows."""


class Fixed:
    """A stretch of one item or one channel, or of nothing."""

    def __init__(self, *, item: Playing, start: int, stop: int) -> None:
        self.start = start
        self.stop = stop
        self._showing = Showing(item=item, start=start, stop=stop)

    def at(self, instant: int) -> Showing:
        """Answer what is on at an instant."""
        return self._showing

    def showings(self, since: int) -> Iterator[Showing]:
        """Yield what is on."""
        yield self._showing


class Played:
    """A stretch of a rotation, from one of its numbers on.

    The first item begins with the stretch, also where that is not on the grid: what is
    late already is not made to wait.
    """

    def __init__(
        self,
        *,
        window: Window,
        start: int,
        limit: int,
        run: Run,
        number: int,
    ) -> None:
        """Decide what is played of a window, which begins at `start` or earlier.

        `number` is what is next in the run, and is there. Nothing runs over beyond
        the `limit`.
        """
        self.start = start
        self._window = window
        self._first = number
        self._items = run.rotation.items
        self._succession = run.succession(window.rule.grid)
        self._second = window.aligned(start + self._item(number).duration)
        # When number 0 would have begun, had all been played since.
        self._origin = self._second - self._succession.begins(number + 1)
        self.next, self.stop = self._decided(limit)
        """The number that comes next after the stretch; and its end."""

    def next_at(self, instant: int) -> int:
        """Answer the number that comes next after what is on at an instant."""
        return self.next if instant >= self._closing else self._find(instant) + 1

    def at(self, instant: int) -> Showing:
        """Answer what is on at an instant."""
        return next(self.showings(instant))

    def showings(self, since: int) -> Iterator[Showing]:
        """Yield what is on at an instant, and all that follows."""
        if since < self._closing:
            first = self._find(since)
            start = self._start(first)
            for number in range(first, self.next):
                # What never ends, calendars do end.
                if start >= self.stop:
                    return
                item = self._item(number)
                stop = min(start + item.duration, self.stop)
                if since < stop:
                    yield Showing(item=item, start=start, stop=stop)
                last = number + 1 == self.next
                start = self._closing if last else self._start(number + 1)
                if stop < start:
                    yield Showing(item=Gap(cause=Cause.PADDING), start=stop, stop=start)
        if self._closing < self.stop:
            gap = Gap(cause=self._cause())
            yield Showing(item=gap, start=self._closing, stop=self.stop)

    def _decided(self, limit: int) -> tuple[int, int]:
        """Answer what is next after the window, and when that is over."""
        window, rule = self._window, self._window.rule
        if window.stop == LATEST and self._succession.end is None:
            return _ENDLESS, LATEST
        last = self._find(window.stop - 1)
        duration = self._item(last).duration
        over = self._start(last) + duration
        if over <= window.stop or rule.fit is Fit.CUT:
            return last + 1, window.stop
        too_long = duration > rule.whole
        if too_long or (rule.fit is Fit.RUN_OVER and over <= limit):
            return last + 1, min(over, limit)
        return last, window.stop

    @cached_property
    def _closing(self) -> int:
        """When the last item is over, and its padding."""
        if self.next == self._first:
            return self.start
        if self.next == _ENDLESS:
            return self.stop
        last = self.next - 1
        over = self._start(last) + self._item(last).duration
        return min(self._window.aligned(over), self.stop)

    def _cause(self) -> Cause:
        end = self._succession.end
        return Cause.WAITING if end is None or self.next < end else Cause.OVER

    def _find(self, instant: int) -> int:
        if instant < self._second:
            return self._first
        return self._succession.find(instant - self._origin)

    def _start(self, number: int) -> int:
        if number == self._first:
            return self.start
        return self._origin + self._succession.begins(number)

    def _item(self, number: int) -> Item:
        return self._items[self._succession.index(number)]
