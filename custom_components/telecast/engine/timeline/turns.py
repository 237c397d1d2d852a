"""Rows of items that take turns, each in its own order: several series on one channel."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

# About so many numbers make a page, where there are several rows.
_PAGE = 1024


class _Row:
    """The items of one row, over and over."""

    def __init__(
        self, indexes: Sequence[int], lengths: Sequence[int], first: int
    ) -> None:
        self._indexes = indexes
        self._starts = list(accumulate((lengths[it] for it in indexes), initial=0))
        self._first = first
        self.total = self._starts[-1]
        self.size = len(indexes)
        self._before = self._until(first)

    def indexes(self, turn: int, count: int) -> list[int]:
        """Answer which items it plays in so many turns, from one on."""
        place = (self._first + turn) % self.size
        found = [*self._indexes[place : place + count]]
        while len(found) < count:
            found += self._indexes[: count - len(found)]
        return found

    def taken(self, turns: int) -> int:
        """Answer the milliseconds that so many turns take."""
        return self._until(self._first + turns) - self._before

    def _until(self, number: int) -> int:
        rounds, place = divmod(number, self.size)
        return rounds * self.total + self._starts[place]


class Turns:
    """The pages of rows that take turns.

    A row that has come to its end begins again, whatever the others do. So a short
    series comes as often as a long one, and each of them in its order for ever.
    """

    def __init__(
        self,
        *,
        rows: Sequence[Sequence[int]],
        firsts: Sequence[int],
        lengths: Sequence[int],
    ) -> None:
        """Prepare; `firsts` has how many items of each row have been played before."""
        self._rows = [
            _Row(row, lengths, first) for row, first in zip(rows, firsts, strict=True)
        ]
        # A single row repeats itself, and so does its page.
        alone = len(rows) == 1
        self._turns = len(rows[0]) if alone else max(1, _PAGE // len(rows))
        self.size = self._turns * len(rows)
        self.end: int | None = None

    def begins(self, page: int) -> int:
        """Answer when a page begins: what all rows took before it."""
        turns = page * self._turns
        return sum(row.taken(turns) for row in self._rows)

    def page_at(self, elapsed: int) -> int:
        """Answer the page that is on; it is near where one of middling length would be."""
        middling = sum(row.total / row.size for row in self._rows) * self._turns
        # A row may begin in the middle of its round, and end in another's.
        doubt = 2 * sum(row.total for row in self._rows)
        low = max(0, int((elapsed - doubt) / middling) - 2)
        high = int((elapsed + doubt) / middling) + 3
        found = bisect_right(range(low, high), elapsed, key=self.begins)
        return low + max(0, found - 1)

    def indexes(self, page: int) -> Sequence[int]:
        """Answer what comes on a page, turn by turn."""
        first = page * self._turns
        rows = [row.indexes(first, self._turns) for row in self._rows]
        return [index for turn in zip(*rows, strict=True) for index in turn]
