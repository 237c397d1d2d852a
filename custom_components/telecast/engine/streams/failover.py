"""The feed of a stream: candidate after candidate, as one unbroken run of blocks."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
import logging

from ..errors import (
    EngineNotFoundError,
    NoDataError,
    SourceError,
    SourceTimeoutError,
    TelecastError,
    TuneFailedError,
)
from ..model import Candidate
from .breakers import Breakers
from .cover import Cover, Slates
from .delivery import Delivery, Readable
from .quality import Outcome, Quality
from .stream import Sink
from .turns import Turns

_LOGGER = logging.getLogger(__name__)

# Viewers who have nothing to see are not kept for longer.
DARK_SECONDS = 30.0
# An AceStream engine is the user's own: it may be asked often whether it is back.
ENGINE_SECONDS = 2.0

type Opener = Callable[[Candidate], AbstractAsyncContextManager[Readable]]


class Failover:
    """Delivers blocks for as long as any candidate does, and a slate in between."""

    def __init__(
        self,
        name: str,
        quality: Quality,
        opener: Opener,
        *,
        breakers: Breakers,
        slates: Slates,
        on_change: Callable[[Candidate, TelecastError], None],
        on_dark: Callable[[TelecastError], None],
    ) -> None:
        """Prepare to open the candidates of the channel called `name`.

        `on_change` hears of each change while viewers watch: from which candidate the
        stream goes on, and what had gone wrong. `on_dark` hears when a gap lasts.
        """
        self._name = name
        self._quality = quality
        self._open = opener
        self._breakers = breakers
        self._slates = slates
        self._on_change = on_change
        self._on_dark = on_dark
        self._turns = Turns(len(quality.candidates))
        self._loop = asyncio.get_running_loop()
        self._clock: Callable[[], int | None] = lambda: None

    async def run(self, sink: Sink) -> None:
        """Deliver for ever; raise when no candidate is left, or there is nothing to see.

        Before the first block every candidate gets one try, so that a viewer soon hears
        of a dead channel; after it the rounds go on, with growing pauses.

        Raises TuneFailedError, NoDataError or what else the last try ended with.
        """
        outcome = await self._begin(sink)
        while outcome.startup is not None:
            outcome = await self._recover(sink, outcome)
        assert outcome.error
        raise _as_viewers_see_it(outcome.error)

    async def _begin(self, sink: Sink) -> Outcome:
        """Try one candidate after the other until one delivers, to its end."""
        outcome = Outcome(error=TuneFailedError("The channel has no address"))
        tried = False
        for candidate in self._quality.candidates:
            if self._breakers.admits(candidate):
                if tried:
                    sink.retrying()
                tried = True
                outcome = await self._try(candidate, sink)
                if outcome.startup is not None:
                    break
            elif not tried:
                outcome = Outcome(error=self._breakers.last_error(candidate))
            self._turns.skip()
        return outcome

    async def _recover(self, sink: Sink, outcome: Outcome) -> Outcome:
        """Bridge a gap until a candidate delivers, to its end; answer how that was.

        An outcome that delivered nothing means that there is no hope left.
        """
        assert outcome.error
        cover = Cover(
            self._slates,
            self._name,
            error=outcome.error,
            clock=self._clock,
            on_dark=self._on_dark,
        )
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(cover.show(sink))
            try:
                return await self._go_round(sink, cover, self._turns.after(outcome))
            finally:
                cover.lift()

    async def _go_round(self, sink: Sink, cover: Cover, pause: float) -> Outcome:
        began, fruitless = self._loop.time(), 0
        while True:
            await asyncio.sleep(pause)
            candidate = self._quality.candidates[self._turns.at]
            if self._breakers.admits(candidate):
                sink.retrying()
                outcome = await self._try(candidate, sink, cover)
                if outcome.startup is not None:
                    return outcome
                cover.error = outcome.error or cover.error
            if not cover.showing and self._loop.time() - began > DARK_SECONDS:
                return Outcome(error=cover.error)
            fruitless += 1
            if fruitless >= len(self._quality.candidates):
                cover.hurry()
            pause = self._turns.skip()
            if isinstance(cover.error, EngineNotFoundError):
                pause = min(pause, ENGINE_SECONDS)

    async def _try(
        self, candidate: Candidate, sink: Sink, cover: Cover | None = None
    ) -> Outcome:
        """Open a candidate and deliver what comes; learn from how it ends."""

        def on_first() -> None:
            self._breakers.succeeded(candidate)
            self._clock = delivery.clock
            if cover:
                cover.lift()
                self._on_change(candidate, cover.error)

        delivery = Delivery(
            sink,
            on_first=on_first,
            after_change=cover is not None,
            starve_seconds=self._turns.starve_seconds,
        )
        error: TelecastError | None = None
        try:
            with self._breakers.trying(candidate):
                async with self._open(candidate) as upstream:
                    await delivery.run(upstream)
        except TelecastError as err:
            error = err
            _LOGGER.debug("Candidate %d failed: %s", self._turns.at + 1, err)
            sink.failing(err)
        finally:
            outcome = delivery.outcome(error)
            self._quality.learn(candidate, outcome)
        return outcome


def _as_viewers_see_it(error: TelecastError) -> TelecastError:
    seen: TelecastError = error
    if isinstance(error, SourceTimeoutError):
        seen = NoDataError(str(error))
    elif isinstance(error, SourceError):
        seen = TuneFailedError(str(error))
    if seen is not error:
        seen.__cause__ = error
    return seen
