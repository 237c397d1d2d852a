"""The right to hold one more upstream of a source."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .errors import SourceBusyError


class Slots:
    """Counts the upstreams of one source; never more than the limit, whatever happens."""

    def __init__(
        self, limit: int, on_change: Callable[[], None] = lambda: None
    ) -> None:
        self.limit = limit
        """How many may be open at once; 0 means any number."""
        self._on_change = on_change
        self._holders: list[Callable[[], str]] = []

    @property
    def in_use(self) -> int:
        """How many are taken."""
        return len(self._holders)

    @property
    def free(self) -> bool:
        """Whether one more may be taken now."""
        return not self.limit or self.in_use < self.limit

    @contextmanager
    def take(
        self, holder: str, *, viewers: Callable[[], str] = lambda: ""
    ) -> Iterator[None]:
        """Hold one slot inside the block.

        Raises SourceBusyError, naming the holders, each with who its `viewers` are then.
        """
        if not self.free:
            holders = ", ".join(name() for name in self._holders)
            raise SourceBusyError(f"In use by {holders}")

        def name() -> str:
            watching = viewers()
            return f"{holder} ({watching})" if watching else holder

        self._holders.append(name)
        self._on_change()
        try:
            yield
        finally:
            self._holders.remove(name)
            self._on_change()
