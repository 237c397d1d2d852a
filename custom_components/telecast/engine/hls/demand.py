"""What the players of a channel ask for, and when they last did."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

# No player waits longer for an answer (hls.js: 20 s); one that seems to is off the net.
LONGEST_WAIT_SECONDS = 30.0


class Demand:
    """Knows it by their requests alone; all times are of the clock that it is given."""

    def __init__(
        self,
        *,
        now: Callable[[], float],
        quiet_seconds: float,
        seldom_seconds: Callable[[], float],
        unwatched_seconds: float,
    ) -> None:
        """Begin as if somebody had asked.

        Who is quiet for `quiet_seconds` may well have left, unless players ask more
        seldom here, as `seldom_seconds` answers.

        A rendition that nobody has asked for in `unwatched_seconds` is asked for anew.
        """
        self._now = now
        self._quiet_seconds = quiet_seconds
        self._seldom_seconds = seldom_seconds
        self._unwatched_seconds = unwatched_seconds
        self._asked_at = now()
        self._asked: dict[str, float] = {}
        self._first_asked: dict[str, float] = {}
        self._waiting: list[float] = []
        self._in_doubt = False

    @property
    def is_there(self) -> bool:
        """Whether players wait for an answer, or ask as often as while somebody watches."""
        now = self._now()
        if any(now - since < LONGEST_WAIT_SECONDS for since in self._waiting):
            return True
        quiet = self._quiet_seconds
        if not self._in_doubt:
            quiet = max(quiet, self._seldom_seconds())
        return now - self._asked_at < quiet

    @contextmanager
    def request(self) -> Iterator[None]:
        """Take note of a request that is answered inside the block.

        Who is answered is there at that moment, too; who is not may have hung up.
        """
        self.note()
        since = self._asked_at
        self._waiting.append(since)
        try:
            yield
            self.note()
        finally:
            self._waiting.remove(since)

    def note(self) -> None:
        """Take note that somebody asks, whatever for."""
        self._asked_at = self._now()
        self._in_doubt = False

    def doubt(self) -> None:
        """Take note that who was there may have left, until somebody asks again."""
        self._in_doubt = True

    def ask(self, name: str) -> None:
        """Take note that somebody asks for a rendition."""
        self.note()
        if name in self._asked and not self.is_asked(name):
            self._first_asked.pop(name, None)
        self._asked[name] = self._asked_at

    def first_asked(self, name: str) -> float:
        """Answer when a rendition was asked for the first time, if not now.

        What was asked for before a time when nobody did counts no more.
        """
        return self._first_asked.setdefault(name, self._now())

    def is_asked(self, name: str) -> bool:
        """Tell whether somebody has asked for a rendition, and may still watch it."""
        asked_at = self._asked.get(name)
        return asked_at is not None and self._now() - asked_at < self._unwatched_seconds
