"""What the players of a channel ask for, and when they last did."""

from collections.abc import Callable


class Demand:
    """Knows it by their requests alone; all times are of the clock that it is given."""

    def __init__(
        self,
        *,
        now: Callable[[], float],
        quiet_seconds: float,
        unwatched_seconds: float,
    ) -> None:
        """Begin as if somebody had asked; who is quiet for so long may well have left.

        A rendition that nobody has asked for in `unwatched_seconds` is asked for anew.
        """
        self._now = now
        self._quiet_seconds = quiet_seconds
        self._unwatched_seconds = unwatched_seconds
        self._asked_at = now()
        self._asked: dict[str, float] = {}
        self._first_asked: dict[str, float] = {}

    @property
    def is_there(self) -> bool:
        """Whether players ask as often as they do while somebody watches."""
        return self._now() - self._asked_at < self._quiet_seconds

    def note(self) -> None:
        """Take note that somebody asks, whatever for."""
        self._asked_at = self._now()

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
