"""Lets a stream go by as the clock does: what it shows now is what is on now."""

import asyncio
from collections.abc import Awaitable, Callable
import time

from ...formats.mpegts import CLOCK, WRAP, Counters, Scanner, timed, unwrap
from ..upstreams.basin import Pour
from ..upstreams.remux import Read

# Milliseconds. Players need a little in hand before they show anything.
LEAD = 300
_TICKS = CLOCK // 1000


def now() -> int:
    """Answer the time of day, in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


class Pacer:
    """Pours the pieces of one channel on, each packet when it is due.

    A clock that is set while they play is followed: they wait, or hurry.
    """

    def __init__(
        self,
        pour: Pour,
        *,
        clock: Callable[[], int] = now,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Prepare; `clock` answers the time of day in milliseconds."""
        self._pour = pour
        self._clock = clock
        self._sleep = sleep
        self._counters = Counters()

    async def play(self, read: Read) -> None:
        """Pour what is read until it ends.

        Its clock shows the time of day, as `ticks_at` has it. Raises what reading raises.
        """
        scanner = Scanner()
        while block := await read():
            scanner.scan(block)
            pid = scanner.program.pcr_pid if scanner.program else -1
            for ticks, part in timed(block, pid):
                if ticks is not None:
                    await self._wait(ticks)
                await self._pour(self._counters.counted(part))

    async def relay(self, block: bytes) -> None:
        """Pour a block of another stream at once."""
        await self._pour(self._counters.counted(block))

    async def show(self, due: int, block: bytes) -> None:
        """Pour a block that is due then, in milliseconds since 1970."""
        await self._wait_until(due)
        await self._pour(self._counters.counted(block))

    async def _wait(self, ticks: int) -> None:
        reading = self._clock() * _TICKS
        await self._wait_until(unwrap(reading, ticks, wrap=WRAP) // _TICKS)

    async def _wait_until(self, due: int) -> None:
        if (early := due - LEAD - self._clock()) > 0:
            await self._sleep(early / 1000)
