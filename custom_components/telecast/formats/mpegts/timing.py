"""Follows the time of one stream from frame to frame, where stamps are missing, too."""

from .clocks import CLOCK, dts_of, pcr_of, pts_of, unwrap

LONGEST_JUMP = 10 * CLOCK
"""What frames may lie apart, in ticks of 90 kHz."""

# Frames come in the order of decoding; who stamps badly may go back a little.
_LONGEST_STEP_BACK = CLOCK
# Until two stamps tell, a frame lasts as long as in Europe.
_FRAME = CLOCK // 25


class Timing:
    """Knows when the latest frame is shown, in ticks of 90 kHz that do not wrap."""

    def __init__(self) -> None:
        self.pts = 0
        """Of the latest frame; reckoned where it has no stamp."""
        self.shown = 0
        """The highest PTS since it was last set."""
        self._frame = _FRAME
        self._dts: int | None = None
        self._unstamped = 0

    @property
    def end(self) -> int:
        """When all frames have been shown."""
        return self.shown + self._frame

    def jumps(self, packet: bytes) -> bool:
        """Tell whether the frame that begins here does not follow the latest one."""
        raw = dts_of(packet)
        if raw is None or self._dts is None:
            return False
        step = unwrap(self._dts, raw) - self._dts
        return not -_LONGEST_STEP_BACK <= step <= LONGEST_JUMP

    def follow(self, packet: bytes) -> None:
        """Take the packet in which the next frame begins."""
        raw = dts_of(packet)
        if raw is None:
            self._reckon(packet)
        else:
            self._take(raw)
            self.pts = unwrap(self._dts or 0, pts_of(packet) or 0)
        self.shown = max(self.shown, self.pts)

    def _take(self, raw: int) -> None:
        dts = raw
        if self._dts is not None:
            dts = unwrap(self._dts, raw)
            frame = (dts - self._dts) // (self._unstamped + 1)
            if 0 < frame <= CLOCK:
                self._frame = frame
        self._dts, self._unstamped = dts, 0

    def _reckon(self, packet: bytes) -> None:
        if self._dts is None:
            self._dts = (pcr_of(packet) or 0) // 300
        else:
            self._unstamped += 1
        self.pts = self._dts + self._unstamped * self._frame
