"""What a rotation plays from a place on: its items by number."""

from collections.abc import Sequence
from functools import cached_property
from itertools import chain, zip_longest

from .rotation import Order, Place, Rotation, names, rows
from .shuffling import Shuffle, marks
from .succession import Once, Pages, Succession
from .turns import Turns


class Run:
    """The items of a rotation, numbered in the order in which they are played."""

    def __init__(self, *, rotation: Rotation, place: Place) -> None:
        self.rotation = rotation
        self.first = place[0] if rotation.order is Order.SHUFFLE else 0
        """The number of the item that is played first."""
        self._place = place
        self._rows = list(rows(rotation).values())
        self._successions: dict[int, Succession] = {}

    def is_over(self, number: int) -> bool:
        """Tell whether nothing comes as that number, because all were played, or none is there."""
        end = self.succession().end
        return end is not None and number >= end

    def succession(self, grid: int = 0) -> Succession:
        """Answer what comes when.

        With a grid, in milliseconds, an item takes all the time until its next line.
        """
        if (found := self._successions.get(grid)) is None:
            lengths = [item.duration for item in self.rotation.items]
            if grid:
                lengths = [-(-length // grid) * grid for length in lengths]
            found = Succession(pages=self._pages(lengths), lengths=lengths)
            self._successions[grid] = found
        return found

    def place(self, number: int) -> Place:
        """Answer the place at which the item of that number comes next."""
        if self.rotation.order is Order.SHUFFLE:
            return (number,)
        whose, *done = self._place
        if not self.rotation.loop:
            for row, _ in self._once[:number]:
                done[row] += 1
                whose = (row + 1) % len(done)
        elif done:
            turns, more = divmod(number, len(done))
            for row in range(len(done)):
                done[row] += turns + ((row - whose) % len(done) < more)
            whose = (whose + more) % len(done)
        return (whose, *done)

    def _pages(self, lengths: Sequence[int]) -> Pages:
        rotation = self.rotation
        if rotation.order is Order.SHUFFLE and rotation.items:
            shuffle = Shuffle(
                marks=marks(names(rotation)), seed=rotation.seed, lengths=lengths
            )
            return shuffle if rotation.loop else Once(shuffle.indexes(0), lengths)
        if not rotation.loop or not rotation.items:
            return Once([index for _, index in self._once], lengths)
        whose, *done = self._place
        return Turns(
            rows=self._rows[whose:] + self._rows[:whose],
            firsts=done[whose:] + done[:whose],
            lengths=lengths,
        )

    @cached_property
    def _once(self) -> list[tuple[int, int]]:
        """Row and index of each item, where they are played once; a row that is over is left out."""
        whose, *done = self._place
        left = [
            [(number, index) for index in row[before:]]
            for number, (row, before) in enumerate(zip(self._rows, done, strict=True))
        ]
        turns = zip_longest(*left[whose:], *left[:whose])
        return [it for it in chain.from_iterable(turns) if it is not None]
