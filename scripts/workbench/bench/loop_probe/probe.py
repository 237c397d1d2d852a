"""How long an event loop is held, whatever it is that does so."""

from asyncio import AbstractEventLoop
import time

_INTERVAL = 0.005


class Probe:
    """Asks to be called every 5 ms and notes how much later it was."""

    def __init__(self, loop: AbstractEventLoop) -> None:
        self._loop = loop
        self._due = loop.time()
        self._busy_before = time.thread_time()
        self.lags: list[float] = []
        self.busy: list[float] = []
        """Processor time of the loop's thread between two calls."""

    def tick(self) -> None:
        """Note the lag, and ask again."""
        busy = time.thread_time()
        self.busy.append(busy - self._busy_before)
        self._busy_before = busy
        now = self._loop.time()
        self.lags.append(now - self._due)
        self._due = now + _INTERVAL
        self._loop.call_at(self._due, self.tick)

    def report(self) -> dict[str, float]:
        """Answer milliseconds since the last report, and forget them."""
        lags, busy = sorted(self.lags), sorted(self.busy)
        self.lags, self.busy = [], []
        return {
            "max": lags[-1] * 1e3,
            "p99": lags[len(lags) * 99 // 100] * 1e3,
            "busy_max": busy[-1] * 1e3,
            "over_20": sum(lag > 0.02 for lag in lags),
            "samples": len(lags),
        }
