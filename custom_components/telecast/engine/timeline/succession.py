"""Which item comes at which place, and when; found directly, however many went before."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

# The one that is on, the one before it, the one that follows, and one more.
_KEPT = 4


class Pages(Protocol):
    """An order of items, cut into pages of which each can be had without the ones before."""

    size: int
    """How many numbers a page has."""
    end: int | None
    """How many numbers there are; None where they never end."""

    def begins(self, page: int) -> int:
        """Answer when a page begins, in milliseconds since the first one did."""

    def page_at(self, elapsed: int) -> int:
        """Answer the page that is on so many milliseconds after the first one began."""

    def indexes(self, page: int) -> Sequence[int]:
        """Answer which items are on a page, by their index, in the order they come."""


@dataclass(frozen=True, slots=True)
class _Page:
    begins: int
    ends: int
    indexes: Sequence[int]
    starts: Sequence[int]
    """Of each number on it, and its end."""


class Succession:
    """Items one after another, numbered from 0.

    An answer takes O(log n) for n items, but for the first one on a page, which is O(n).
    """

    def __init__(self, *, pages: Pages, lengths: Sequence[int]) -> None:
        """Prepare; `lengths` has the milliseconds that each index takes, all positive."""
        self.end = pages.end
        """How many numbers there are; None where they never end."""
        self._pages = pages
        self._size = pages.size
        self._lengths = lengths
        self._kept: dict[int, _Page] = {}

    def index(self, number: int) -> int:
        """Answer the index of the item that comes as the given one."""
        page, place = divmod(number, self._size)
        return self._page(page).indexes[place]

    def begins(self, number: int) -> int:
        """Answer when that item begins, in milliseconds since number 0 did.

        That is also answered for the number after the last one.
        """
        page, place = divmod(number, self._size)
        if not place:
            return self._pages.begins(page)
        found = self._page(page)
        return found.begins + found.starts[place]

    def find(self, elapsed: int) -> int:
        """Answer the number that is on then, or the last one where all are over."""
        number = self._page_at(elapsed)
        page = self._page(number)
        place = bisect_right(page.starts, elapsed - page.begins) - 1
        return number * self._size + min(place, len(page.indexes) - 1)

    def _page_at(self, elapsed: int) -> int:
        for number, page in self._kept.items():
            if page.begins <= elapsed < page.ends:
                return number
        return self._pages.page_at(elapsed)

    def _page(self, number: int) -> _Page:
        if (page := self._kept.get(number)) is not None:
            return page
        indexes = self._pages.indexes(number)
        lengths = map(self._lengths.__getitem__, indexes)
        starts = list(accumulate(lengths, initial=0))
        begins = self._pages.begins(number)
        page = _Page(begins, begins + starts[-1], indexes, starts)
        if len(self._kept) == _KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[number] = page
        return page


class Once:
    """The pages of what is played once: a single one."""

    def __init__(self, indexes: Sequence[int], lengths: Sequence[int]) -> None:
        self.size = max(1, len(indexes))
        self.end: int | None = len(indexes)
        self._indexes = indexes
        self._total = sum(lengths[index] for index in indexes)

    def begins(self, page: int) -> int:
        """Answer 0, or the end of it all for the page after the only one."""
        return page * self._total

    def page_at(self, elapsed: int) -> int:
        """Answer the only page."""
        return 0

    def indexes(self, page: int) -> Sequence[int]:
        """Answer all there is."""
        return self._indexes
