"""Where what is copied begins, of a file that is entered somewhere in its middle."""

from ...formats.mpegts import CLOCK, Scanner, unwrap
from ..errors import NoKeyFrameError

# Milliseconds.
LONGEST_BACK = 8000
"""A key frame that lies further before what is wanted is not begun with."""
LONGEST_WAIT = 2000
"""Nor is one that comes later than that: viewers would see nothing for so long."""
# As exact as containers are.
_EXACT = 50
_TICKS = CLOCK // 1000


class Beginning:
    """Drops what comes before the key frame that is to be begun with."""

    def __init__(self, ticks: int, *, early: bool) -> None:
        """Begin near a time on the stream's clock, in ticks of 90 kHz.

        `early` says whether that may be with a key frame before it.
        """
        self._ticks = ticks
        self._earliest = -LONGEST_BACK if early else -_EXACT
        self._scanner = Scanner()
        self._begun = False
        self._before: int | None = None

    def cut(self, block: bytes) -> bytes:
        """Answer what there is of a block; may be empty.

        Raises NoKeyFrameError where the file is to be entered elsewhere.
        """
        if self._begun:
            return block
        for join in self._scanner.scan(block):
            if join.pts is None or self._may_begin(self._late(join.pts)):
                self._begun = True
                return join.tables + block[join.offset :]
        return b""

    def end(self) -> None:
        """Hear that there is no more; raise NoKeyFrameError where it did not begin."""
        if not self._begun:
            raise _elsewhere(self._before)

    def _may_begin(self, late: int) -> bool:
        if late < self._earliest:
            self._before = late if late >= -LONGEST_BACK else None
            return False
        if late > LONGEST_WAIT:
            raise _elsewhere(late if self._before is None else self._before)
        return True

    def _late(self, pts: int) -> int:
        return (unwrap(self._ticks, pts) - self._ticks) // _TICKS


def _elsewhere(late: int | None) -> NoKeyFrameError:
    return NoKeyFrameError("There is no key frame near to what is on", late=late)
