"""The time of day in a recording of a virtual channel: who pauses misses nothing of it."""

import asyncio

from ..upstreams.basin import Pour


class ReplayClock:
    """Goes on from a time in the past, and stands while the viewer takes nothing."""

    def __init__(self, begin: int) -> None:
        """Show `begin` now, in milliseconds since 1970."""
        self._time = asyncio.get_running_loop().time
        self._begin = begin
        self._started = self._time()
        """When it would have shown that, had it never stood."""
        self._stands_since: float | None = None

    def now(self) -> int:
        """Answer what it shows, in milliseconds since 1970."""
        time = self._time() if self._stands_since is None else self._stands_since
        return self._begin + round((time - self._started) * 1000)

    def stood_by(self, pour: Pour) -> Pour:
        """Answer what pours, and has the clock stand for as long as there is no room.

        One at a time may pour.
        """

        async def poured(data: bytes) -> None:
            self._stands_since = since = self._time()
            try:
                await pour(data)
            finally:
                self._started += self._time() - since
                self._stands_since = None

        return poured
