"""Whose turn it is to deliver, and after what pause."""

import random

from ..errors import StarvedError
from .pace import WINDOW_SECONDS
from .quality import Outcome
from .stream import WELL_AFTER_SECONDS

# A whole round of candidates is tried at once; before each further one we wait longer.
ROUND_DELAYS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
# Many streams of one provider end in one moment, and shall not come back in one.
_RECONNECT_SECONDS = (0.05, 0.5)
_JITTER = (0.8, 1.2)
# Who starves for want of a better one is interrupted every 8 minutes at last.
_MOST_DOUBLED = 5


class Turns:
    """Goes round the candidates; a failed try uses up itself and no other."""

    def __init__(self, count: int) -> None:
        """Begin at the first one of `count`."""
        self._count = count
        self._steps = 0
        self._starved = 0
        self.at = 0
        """The index of whose turn it is."""

    @property
    def starve_seconds(self) -> float:
        """How long whoever comes next may starve: longer with each round that did."""
        rounds = min(self._starved // max(1, self._count), _MOST_DOUBLED)
        return WINDOW_SECONDS * 2**rounds if rounds else 0.0

    def after(self, outcome: Outcome) -> float:
        """Move on after a try that delivered; answer how many seconds to wait."""
        if isinstance(outcome.error, StarvedError):
            # There was something to see: the round is not one of failures.
            self._starved += 1
            self._steps = 0
            self.at = (self.at + 1) % self._count
            return 0.0
        if outcome.served >= WELL_AFTER_SECONDS:
            self._steps = self._starved = 0
            return random.uniform(*_RECONNECT_SECONDS)
        return self.skip()

    def skip(self) -> float:
        """Move on to the next one; answer how many seconds to wait."""
        self.at = (self.at + 1) % self._count
        self._steps += 1
        rounds, within = divmod(self._steps, self._count)
        if within:
            return 0.0
        delay = ROUND_DELAYS[min(rounds, len(ROUND_DELAYS)) - 1]
        return delay * random.uniform(*_JITTER)
