"""The running loop's clock, moved ahead by a test: nothing has to be waited for."""

import asyncio


class LoopTime:
    """Goes with the real time, plus what a test adds."""

    def __init__(self) -> None:
        """Take over the clock of the running loop."""
        loop = asyncio.get_running_loop()
        really = loop.time
        self._ahead = 0.0
        loop.time = lambda: really() + self._ahead

    def advance(self, seconds: float) -> None:
        """Let time pass; what has become due happens when the loop comes to it."""
        self._ahead += seconds
