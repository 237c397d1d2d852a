"""The last seconds of a stream, read by position: memory does not grow with viewers."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from ...formats.mpegts import CLOCK, Join, Program, discontinuities, starts_anew, unwrap

MAX_BYTES = 16 * 1024 * 1024
MAX_SECONDS = 8.0
# A newcomer gets this much at once, so that its player need not wait to fill its buffer.
BURST_SECONDS = 1.0


# A picture that is so little later is the same: what is encoded anew is rounded.
_SAME = CLOCK // 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place in a stream, by its time stamps."""

    era: int
    """How many breaks the stream had before it (see Reader)."""
    pts: int
    """In ticks of 90 kHz; it need not be one that fits into a time stamp."""


@dataclass(frozen=True, slots=True)
class JoinPoint:
    """Where a newcomer's picture begins."""

    position: int
    offset: int
    tables: bytes
    at: float
    program: Program
    pts: int | None

    @property
    def head(self) -> bytes:
        """What goes in front for a reader whose last packets were not those before."""
        return discontinuities(self.program) + self.tables


class Ring:
    """Keeps blocks until they are too old or too many; positions count from 0 for ever."""

    def __init__(self) -> None:
        self._blocks: deque[tuple[float, bytes, int]] = deque()
        self._joins: deque[JoinPoint] = deque()
        self._era = 0
        self.size = 0
        """Bytes held now."""
        self.end = 0
        """The position of the next block to come."""

    @property
    def start(self) -> int:
        """The position of the oldest block that is still here."""
        return self.end - len(self._blocks)

    def append(self, block: bytes, joins: Iterable[Join], now: float) -> None:
        """Add a block that came at `now` (seconds of any steady clock)."""
        self._joins.extend(
            JoinPoint(self.end, join.offset, join.tables, now, join.program, join.pts)
            for join in joins
        )
        self._era += starts_anew(block)
        self._blocks.append((now, block, self._era))
        self.size += len(block)
        self.end += 1
        self._forget(now)

    def __getitem__(self, position: int) -> bytes:
        """Answer the block at a position from `start` up to `end`."""
        return self._blocks[position - self.start][1]

    def era(self, position: int) -> int:
        """Answer how many blocks up to a position did not go on from the one before."""
        return self._blocks[position - self.start][2]

    def join(self, now: float, back: float = BURST_SECONDS) -> JoinPoint | None:
        """Answer where a viewer who comes at `now` begins; None if no place is known.

        That is at the newest picture which is `back` seconds old, or the oldest there is.
        """
        for point in reversed(self._joins):
            if now - point.at >= back:
                return point
        return self._joins[0] if self._joins else None

    def join_at(self, mark: Mark) -> JoinPoint | None:
        """Answer the newest place that is not after a mark; None if none is known."""
        for point in reversed(self._joins):
            if self.era(point.position) == mark.era and point.pts is not None:
                pts = unwrap(mark.pts, point.pts)
                if pts <= mark.pts + _SAME:
                    return point
        return None

    def _forget(self, now: float) -> None:
        # The newest join stays however old it is, as long as the bytes allow it.
        newest = self._joins[-1].position if self._joins else self.end
        while len(self._blocks) > 1 and (
            self.size > MAX_BYTES
            or (self._blocks[0][0] < now - MAX_SECONDS and self.start < newest)
        ):
            self.size -= len(self._blocks.popleft()[1])
        while self._joins and self._joins[0].position < self.start:
            self._joins.popleft()
