"""Counts bytes, and says how fast they come."""

from collections.abc import Awaitable, Callable

_WINDOW_SECONDS = 5.0


class Meter:
    """A total, and the rate over the last few seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.total = 0
        """Bytes counted since the beginning."""
        self._before = (clock(), 0)
        self._mark = self._before

    def add(self, count: int) -> None:
        """Count some bytes."""
        self.total += count

    @property
    def rate(self) -> int:
        """Bits per second over the last five to ten seconds, or since the beginning."""
        now = self._clock()
        if now - self._mark[0] >= _WINDOW_SECONDS:
            self._before, self._mark = self._mark, (now, self.total)
        since, count = self._before
        return int((self.total - count) * 8 / max(now - since, 0.001))


def metered(
    read: Callable[[], Awaitable[bytes]], meter: Meter
) -> Callable[[], Awaitable[bytes]]:
    """Answer what reads the same, and counts it."""

    async def counted() -> bytes:
        data = await read()
        meter.add(len(data))
        return data

    return counted
