"""Shuffled rounds: each item once a round, and none again soon after."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
import hashlib
import zlib

_BITS = 64
_MASK = (1 << _BITS) - 1


def marks(names: Iterable[tuple[str, int]]) -> tuple[int, ...]:
    """Answer a number for each name, by which it is shuffled whatever else there is."""
    return tuple(
        zlib.crc32(key.encode("utf-8", "surrogatepass"), count) for key, count in names
    )


class Shuffle:
    """The pages of shuffled items: each is a round in which every item comes once.

    At least a third of all others come between an item and the same one again, also
    from one round to the next; two items take turns. Any round is known without the
    ones before it, and the same in every version of Python. An item that is added or
    removed leaves the others in their order, but for those that move because of the
    seam.
    """

    def __init__(
        self, *, marks: Sequence[int], seed: int, lengths: Sequence[int]
    ) -> None:
        """Prepare; there is at least one item, with a mark and a length for each."""
        self.size = len(marks)
        self.end: int | None = None
        self._marks = marks
        self._seed = seed
        self._total = sum(lengths)

    def begins(self, page: int) -> int:
        """Answer when a round begins; all are of the same length."""
        return page * self._total

    def page_at(self, elapsed: int) -> int:
        """Answer the round that is on."""
        return elapsed // self._total

    def indexes(self, page: int) -> Sequence[int]:
        """Answer the order of a round."""
        if self.size < 3:
            return self._dealt(0)
        dealt = self._dealt(page)
        if not page:
            return dealt
        # What came last in the round before may not come in the first third. Nothing
        # moves into or out of the last third, so that the round before it is enough.
        third = self.size // 3
        recent = set(self._dealt(page - 1)[-third:])
        head, tail = dealt[:-third], dealt[-third:]
        first = [index for index in head if index not in recent][:third]
        chosen = set(first)
        return [*first, *(index for index in head if index not in chosen), *tail]

    def _dealt(self, page: int) -> list[int]:
        factor = _factor(self._seed, page)
        keys = [mark * factor & _MASK for mark in self._marks]
        return sorted(range(self.size), key=keys.__getitem__)


@lru_cache(maxsize=64)
def _factor(seed: int, page: int) -> int:
    # Odd, so that no two marks become the same.
    digest = hashlib.blake2b(f"{seed}/{page}".encode(), digest_size=_BITS // 8)
    return int.from_bytes(digest.digest()) | 1
