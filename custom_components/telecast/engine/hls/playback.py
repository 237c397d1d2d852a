"""What a player has had of a channel, which tells how far behind the stream it plays."""

from dataclasses import replace
from math import inf

from ...formats.mpegts import CLOCK
from .calendar import Moment, ticks_between
from .track import Listed


class Playback:
    """One player's way through the segments of a channel, whatever their rendition.

    A player plays in real time from the first segment that it asked for, so how far it
    is behind the stream stays as it was then. One that plays close behind has little in
    hand, and nothing but the next segment will do for it.
    """

    def __init__(self, *, close_seconds: float) -> None:
        """Prepare; closer than `close_seconds` behind is close."""
        self._close = close_seconds * CLOCK
        self._lag: float = inf
        self.end: Moment | None = None
        """Where what it has had ends; None where it has had nothing."""

    @property
    def is_close(self) -> bool:
        """Whether it plays close behind the stream."""
        return self._lag < self._close

    @property
    def needs_from(self) -> Moment | None:
        """Where another rendition has to begin for it; None where all is of use to it."""
        if self.is_close:
            return self.end
        # What it has in hand it may drop when it changes renditions (hls.js).
        if self.end is None or self.end.pts is None or self._lag == inf:
            return None
        return replace(self.end, pts=self.end.pts - int(self._lag))

    def gets(self, segment: Listed, *, newest: Listed) -> None:
        """Note a segment that the player asks for, `newest` being the newest there is."""
        begin, end = segment.at, newest.end
        if self.end is None and begin.era == end.era:
            self._lag = ticks_between(begin.pts or 0, end.pts or 0)
        if self.end is None or self.end.is_before(segment.end):
            self.end = segment.end
