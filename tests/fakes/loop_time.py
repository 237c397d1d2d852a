"""The running loop's clock, moved ahead by a test: nothing has to be waited for."""

import asyncio
from collections.abc import Callable


class LoopTime:
    """Goes with the real time, plus what a test adds."""

    def __init__(self, *, stopped: bool = False) -> None:
        """Take over the clock of the running loop.

        `stopped` leaves it to the test alone: a slow machine lets no time pass. What
        waits for the world outside, and for no longer than so many seconds, waits for ever.
        """
        self._loop = asyncio.get_running_loop()
        self._really = self._loop.time
        self._began = self._really()
        self._ahead = 0.0
        if stopped:
            self._loop.time = lambda: self._began + self._ahead
        else:
            self._loop.time = lambda: self._really() + self._ahead

    def advance(self, seconds: float) -> None:
        """Let time pass; what has become due happens when the loop comes to it."""
        self._ahead += seconds

    def go_on(self) -> None:
        """Let a clock that was stopped go again: what has to end may need it."""
        self._ahead -= self._really() - self._began
        self._loop.time = lambda: self._really() + self._ahead


async def turns_until(condition: Callable[[], object]) -> None:
    """Wait for what a thread or a process does, also while the clock stands still."""
    while not condition():
        await asyncio.sleep(0)
