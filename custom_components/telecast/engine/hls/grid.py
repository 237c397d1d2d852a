"""Where the segments of a channel are cut, the same in all renditions."""

from collections.abc import Callable

from ...formats.mpegts import CLOCK, WRAP
from .shape import Shape

# The first cells are cut fine, so that players can begin.
_EAGER = 2
# Nobody is so many cells behind the one who came first.
_REMEMBERED = 64


class Grid:
    """A grid of cells, each a segment, or several fine ones.

    Whoever comes to a cell first decides, and the others follow: two encoders on one
    rendition must not cut differently, nor renditions of one stream.
    """

    def __init__(self, shape: Shape, *, fine: Callable[[], bool]) -> None:
        """Prepare; `fine` tells whether cells are to be cut fine now."""
        self._ticks = round(shape.seconds * CLOCK)
        self._fine_ticks = round(shape.fine_seconds * CLOCK)
        self._fine = fine
        self._decided: dict[int, int] = {}
        self._count = 0

    def __call__(self, pts: int) -> int:
        """Answer in what grid a segment is cut that begins at a time stamp; all in ticks."""
        cell = pts % WRAP // self._ticks
        if (ticks := self._decided.get(cell)) is None:
            fine = self._count < _EAGER or self._fine()
            ticks = self._decided[cell] = self._fine_ticks if fine else self._ticks
            self._count += 1
            if len(self._decided) > _REMEMBERED:
                del self._decided[next(iter(self._decided))]
        return ticks
