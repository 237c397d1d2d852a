"""What a channel of clips shows at any instant, as one would work it out by hand."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from .marks import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One clip that is on."""

    item: int
    """Its number."""
    start: int
    """In milliseconds since 1970, as all that follows."""
    stop: int


class Rounds:
    """Clips one after the other, again and again, since an instant."""

    def __init__(self, start: int, lengths: Sequence[tuple[int, int]]) -> None:
        """Take the numbers of clips and how many milliseconds each is long."""
        self._start = start
        self._items = [item for item, _ in lengths]
        self._stops = list(accumulate(length for _, length in lengths))

    @property
    def length(self) -> int:
        """How long a round is, in milliseconds."""
        return self._stops[-1]

    def at(self, instant: int) -> Shown:
        """Answer what is on."""
        turn, into = divmod(instant - self._start, self.length)
        place = bisect_right(self._stops, into)
        begin = self._start + turn * self.length
        before = self._stops[place - 1] if place else 0
        return Shown(
            item=self._items[place],
            start=begin + before,
            stop=begin + self._stops[place],
        )

    def when(self, mark: Mark, near: float) -> float:
        """Answer the instant at which a mark is shown, the nearest to another one.

        Both are in seconds since 1970.
        """
        place = self._items.index(mark.item)
        before = self._stops[place - 1] if place else 0
        first = self._start + before + mark.time
        turns = round((near * 1000 - first) / self.length)
        return (first + turns * self.length) / 1000
