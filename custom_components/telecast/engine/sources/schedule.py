"""When a source is refreshed next; pure, so that no test has to wait."""

from collections.abc import Callable
import random

# After each failure in a row; the last one holds from then on.
RETRY_SECONDS = (60.0, 300.0, 900.0, 3600.0)
# Providers are not to be asked by everybody at the full hour.
JITTER = 0.05
_HOUR = 3600.0
# A refresh costs minutes of work; more often than this it would never rest.
_SHORTEST = 60.0


class Schedule:
    """Answers how many seconds to wait; knows how often in a row it went wrong."""

    def __init__(
        self, refresh_hours: float, jitter: Callable[[], float] = random.random
    ) -> None:
        """Set the pace; `jitter` answers numbers from 0 to 1."""
        self.refresh_hours = refresh_hours
        self._jitter = jitter
        self._failures = 0

    def succeeded(self) -> float:
        """Answer the wait after a refresh in which nothing was wanting."""
        self._failures = 0
        return self._spread(self._interval)

    def failed(self) -> float:
        """Answer the wait after a refresh that has to be tried again."""
        wait = RETRY_SECONDS[min(self._failures, len(RETRY_SECONDS) - 1)]
        self._failures += 1
        return self._spread(min(wait, self._interval))

    @property
    def _interval(self) -> float:
        return max(_SHORTEST, self.refresh_hours * _HOUR)

    def _spread(self, seconds: float) -> float:
        return seconds * (1 + JITTER * self._jitter())
