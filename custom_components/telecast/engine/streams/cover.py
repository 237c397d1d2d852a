"""What viewers see while no candidate delivers: a slate, from the first gap that is felt."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from ...formats.mpegts import Loop, Scanner
from ..errors import TelecastError
from .delivery import spliced
from .stream import Sink

# What is over sooner than that is hardly felt.
COVER_AFTER_SECONDS = 3.0
# Players need a little in hand before they show anything.
_AHEAD_SECONDS = 1.0


class Slates(Protocol):
    """Makes slates."""

    async def slate(self, name: str, reason: str) -> Loop | None:
        """Answer the slate of a channel with a reason (a code); None if there is none."""


class NoSlates:
    """Has nothing to show."""

    async def slate(self, name: str, reason: str) -> None:
        """Answer that there is none."""


class Cover:
    """Covers one outage."""

    def __init__(
        self,
        slates: Slates,
        name: str,
        *,
        error: TelecastError,
        clock: Callable[[], int | None],
        on_dark: Callable[[TelecastError], None],
    ) -> None:
        """Prepare; `clock` tells where timestamps should go on, in 90 kHz.

        `on_dark` hears when the outage is long enough to be told, and why it is.
        """
        self._slates = slates
        self._name = name
        self._clock = clock
        self._on_dark = on_dark
        self._hurried = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._lifted = False
        self.error = error
        """What went wrong last."""
        self.showing = False
        """Whether there is anything to see."""

    def hurry(self) -> None:
        """Wait no longer: no candidate is left that could be quick."""
        self._hurried.set()

    def lift(self) -> None:
        """End it: from this call on nothing more is shown."""
        self._lifted = True
        if self._task:
            self._task.cancel()

    async def show(self, sink: Sink) -> None:
        """Fill the stream, once it is time, for ever; return where nothing can be shown."""
        if self._lifted:
            return
        self._task = asyncio.current_task()
        with suppress(TimeoutError):
            async with asyncio.timeout(COVER_AFTER_SECONDS):
                await self._hurried.wait()
        self._on_dark(self.error)
        if loop := await self._slates.slate(self._name, self.error.code):
            await self._play(loop, sink)

    async def _play(self, loop: Loop, sink: Sink) -> None:
        time = asyncio.get_running_loop().time
        began = time() - _AHEAD_SECONDS
        scanner = Scanner()
        for due, piece in loop.play(0.0, start=self._clock()):
            await asyncio.sleep(began + due - time())
            block, joins = piece, scanner.scan(piece)
            if not self.showing:
                block, joins = spliced(block, joins)
                self.showing = True
            sink.fill(block, joins)
