"""Cuts a transport stream into segments, as HLS wants them (RFC 8216, 3.2)."""

from collections.abc import Callable

from .clocks import CLOCK
from .discontinuity import breaks
from .scanner import Frame, Scanner
from .segment import Gathering, KeyFrame, Segment
from .timing import Timing

type Grid = Callable[[int], int]
"""Answers the length of the cells in which a segment is cut, by its time stamp; in ticks."""

MAX_BYTES = 32 * 1024 * 1024
LONGEST_GROUP = 20 * CLOCK
"""How long a key frame may keep us waiting, in ticks of 90 kHz."""


class Segmenter:
    """Cuts where a key frame is the first one in a cell of an absolute grid.

    The grid lies on the stream's own clock, so whoever cuts the same stream, or
    another rendition of it, cuts at the same places, whenever he begins. What comes
    before the first key frame is dropped, as is what lies between a break and the next
    one. No other byte is lost, and none is added but the tables.
    """

    def __init__(
        self,
        *,
        grid: Grid,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        """Prepare; a segment of more than `max_bytes` is ended where it is."""
        self._grid = grid
        self._max_bytes = max_bytes
        self._scanner = Scanner()
        self._timing = Timing()
        self._key: KeyFrame | None = None
        self._running: Gathering | None = None
        self._ready: list[Segment] = []
        self._has_begun = False
        self._broken = False
        self.oversized = 0
        """Segments that were ended because no key frame came for too long."""

    def feed(self, block: bytes) -> list[Segment]:
        """Take a block of whole packets; answer the segments that end in it."""
        at = 0
        for offset, frame in self._events(block):
            self._add(block[at:offset])
            if frame:
                self._meet(frame)
            else:
                self._settle()
                self._break_off(self._timing.end)
            at = offset
        self._add(block[at:])
        return self._taken()

    def cut(self) -> Segment | None:
        """End the running segment where the input ends; None where there is none.

        What is fed next counts as a new input.
        """
        if self._running and self._key:
            # Half a key frame is no good beginning.
            self._running.go_on(self._key)
            self._key = None
        self._settle()
        self._break_off(self._timing.end)
        self._scanner = Scanner()
        return next(iter(self._taken()), None)

    def _events(self, block: bytes) -> list[tuple[int, Frame | None]]:
        """List the offsets of frames and of breaks (None), in their order."""
        before = self._scanner.program
        events: list[tuple[int, Frame | None]]
        events = [(frame.offset, frame) for frame in self._scanner.frames(block)]
        places = breaks(block, before)
        if (after := self._scanner.program) is not before:
            places += breaks(block, after)
        if places:
            events += [(place, None) for place in places]
            events.sort(key=lambda event: (event[0], event[1] is not None))
        return events

    def _meet(self, frame: Frame) -> None:
        self._settle()
        end = self._timing.end
        if self._timing.jumps(frame.packet):
            self._break_off(end)
        self._timing.follow(frame.packet)
        pts, running = self._timing.pts, self._running
        if frame.join:
            self._key = KeyFrame(frame.join, pts=pts, end=end)
        elif running and pts - running.key_pts > LONGEST_GROUP:
            self._give_up(end)

    def _add(self, data: bytes) -> None:
        if not data:
            return
        if self._key:
            if self._key.add(data):
                self._settle()
        elif self._running:
            self._running.add(data)
        if self._running and self._running.size > self._max_bytes:
            self._give_up(self._timing.end)

    def _settle(self) -> None:
        """Decide whether the key frame that has come begins a segment."""
        key, self._key = self._key, None
        if not key:
            return
        if (running := self._running) and running.is_broken_by(key):
            self._finish(running, key.end)
            self._broken = True
        elif running and running.is_over_at(key.pts):
            self._finish(running, key.pts)
        if self._running:
            self._running.go_on(key)
        else:
            self._begin(key)

    def _begin(self, key: KeyFrame) -> None:
        self._has_begun = True
        ticks = self._grid(key.pts)
        self._running = Gathering(key, ticks=ticks, discontinuity=self._broken)
        self._broken = False
        self._timing.shown = key.pts

    def _finish(self, running: Gathering, end: int) -> None:
        self._ready.append(running.finished(end))
        self._running = None

    def _give_up(self, end: int) -> None:
        self.oversized += 1
        self._break_off(end)

    def _break_off(self, end: int) -> None:
        """End what runs at `end`; what comes next does not go on from it."""
        if self._running:
            self._finish(self._running, end)
        self._broken = self._has_begun
        self._timing = Timing()

    def _taken(self) -> list[Segment]:
        ready, self._ready = self._ready, []
        return ready
