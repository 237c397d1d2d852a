"""Lets a file go by like a broadcast: a ring that all watch has no room for a whole film."""

import asyncio
from collections.abc import Awaitable, Callable

from ...formats import mpegts
from .basin import Pour

LEAD_SECONDS = 10.0
"""So far a file may be ahead of its own clock: viewers begin at once, and have a reserve."""

# A clock that jumps by more is another one.
_LONGEST_JUMP = 10 * mpegts.CLOCK * 300
_TICKS_PER_SECOND = mpegts.CLOCK * 300


class Throttle:
    """Holds back MPEG-TS whose clock runs ahead of ours."""

    def __init__(
        self,
        *,
        now: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._now = now or asyncio.get_running_loop().time
        self._sleep = sleep
        self._scanner = mpegts.Scanner()
        self._begun = self._now()
        self._played = 0
        """Ticks of 27 MHz that the stream's clock has run since then."""
        self._pcr: int | None = None

    def slowed(self, pour: Pour) -> Pour:
        """Answer what pours on when it is time; it takes whole packets."""

        async def pour_later(block: bytes) -> None:
            self._follow(block)
            early = self._played / _TICKS_PER_SECOND - (self._now() - self._begun)
            if early > LEAD_SECONDS:
                await self._sleep(early - LEAD_SECONDS)
            elif early < 0:
                # What the line could not carry in time is no reason to race later.
                self._begun -= early
            await pour(block)

        return pour_later

    def _follow(self, block: bytes) -> None:
        self._scanner.scan(block)
        program = self._scanner.program
        pcr = mpegts.last_pcr(block, program.pcr_pid) if program else None
        if pcr is None:
            return
        if self._pcr is not None:
            step = mpegts.unwrap(self._pcr, pcr, wrap=mpegts.PCR_WRAP) - self._pcr
            if abs(step) <= _LONGEST_JUMP:
                self._played += step
        self._pcr = pcr
