"""Compares a programme's own clock with ours, to tell whether it comes fast enough."""

from collections import deque

from ...formats.mpegts import PCR_WRAP, Program, last_pcr

# Over so many seconds a programme must advance by so many of its own, each.
WINDOW_SECONDS = 15.0
LEAST_RATE = 0.9
# Who delivers whole pieces does so at least this often; peaks are compared with peaks.
_BURSTS_SECONDS = 10.0
# What came ahead of time in the beginning lets viewers wait for the rest for so long.
_CREDIT_SECONDS = 60.0
# A piece that was waited for takes a moment to come in.
_HOLD_SECONDS = 1.0
_SAMPLE_SECONDS = 0.5
# A clock that moves further at once, or goes back, was set anew.
_LONGEST_STEP = 60.0
# It comes ten times a second (13818-1, 2.7.2); without it for so long it stands still.
_STANDSTILL_SECONDS = 5.0
_TICKS = 27_000_000


class Pace:
    """Follows one upstream; where the programme has no clock it judges nothing."""

    def __init__(self) -> None:
        self._began: float | None = None
        self._then = 0.0
        self._clock = 0
        self._lead = 0.0
        """Seconds that the programme has gained on us since the beginning."""
        self._peaks: deque[tuple[float, float]] = deque()
        """When a short while began, and the highest lead in it."""
        self._slow_since: float | None = None

    def feed(self, block: bytes, program: Program, now: float) -> None:
        """Take a block of whole packets that came at `now` (seconds of a steady clock)."""
        clock = last_pcr(block, program.pcr_pid)
        passed = now - self._then
        if self._began is None:
            if clock is None:
                return
            self._began = now
        elif clock is not None:
            step = (clock - self._clock) % PCR_WRAP / _TICKS
            self._lead += (step if step <= _LONGEST_STEP else passed) - passed
        elif passed > _STANDSTILL_SECONDS:
            self._lead -= passed
        else:
            return
        self._clock, self._then = self._clock if clock is None else clock, now
        self._remember(now)
        if not self._is_slow(now):
            self._slow_since = None
        elif self._slow_since is None:
            self._slow_since = now

    @property
    def starved(self) -> bool:
        """Whether over the last 15 s the programme came slower than it is shown."""
        since = self._slow_since
        return since is not None and self._then - since >= _HOLD_SECONDS

    @property
    def rate(self) -> float | None:
        """Seconds of programme per second over the last 15 s; None while not known."""
        now = self._then
        before = self._peak(WINDOW_SECONDS + _BURSTS_SECONDS, WINDOW_SECONDS, now)
        lately = self._peak(_BURSTS_SECONDS, 0, now)
        if before is None or lately is None:
            return None
        return 1 + (lately - before) / WINDOW_SECONDS

    def _is_slow(self, now: float) -> bool:
        assert self._began is not None
        if self._lead > 0 and now - self._began < _CREDIT_SECONDS:
            return False
        rate = self.rate
        return rate is not None and rate < LEAST_RATE

    def _peak(self, oldest: float, newest: float, now: float) -> float | None:
        """Answer the highest lead between so many and so many seconds ago."""
        return max(
            (lead for at, lead in self._peaks if newest <= now - at <= oldest),
            default=None,
        )

    def _remember(self, now: float) -> None:
        if self._peaks and now - self._peaks[-1][0] < _SAMPLE_SECONDS:
            at, lead = self._peaks[-1]
            self._peaks[-1] = at, max(lead, self._lead)
        else:
            self._peaks.append((now, self._lead))
        while now - self._peaks[0][0] > WINDOW_SECONDS + _BURSTS_SECONDS:
            self._peaks.popleft()
