"""One running upstream, shared by all who watch it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Protocol

from ...formats.mpegts import Join
from ..errors import StreamClosedError, TelecastError
from .meter import Meter
from .reader import Reader
from .ring import BURST_SECONDS, Mark, Ring
from .state import StreamState, check_step

# Seconds of good service after which earlier failures are forgotten.
WELL_AFTER_SECONDS = 20.0


class Sink(Protocol):
    """What a feed delivers to, and tells how it fares."""

    def publish(self, block: bytes, joins: Sequence[Join]) -> None:
        """Share a block of whole packets; `joins` are where in it a decoder may begin."""

    def fill(self, block: bytes, joins: Sequence[Join]) -> None:
        """Share what stands in for a picture that does not come."""

    def failing(self, error: TelecastError) -> None:
        """Tell that a try has failed."""

    def retrying(self) -> None:
        """Tell that a further try begins."""


type Feed = Callable[[Sink], Awaitable[None]]
"""Delivers until it ends or raises a TelecastError."""


class Stream:
    """Shares what one feed delivers; ends when nobody has read it for a while."""

    def __init__(
        self,
        *,
        feed: Feed,
        grace_period: float,
        on_idle: Callable[[], None],
        on_active: Callable[[], None],
    ) -> None:
        """Prepare; `on_active` is called once, with the first block."""
        self._feed = feed
        self._grace_period = grace_period
        self._on_idle = on_idle
        self._on_active = on_active
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._grace: asyncio.TimerHandle | None = None
        self._ending = False
        self._closed = asyncio.Event()
        self._active_since = 0.0
        self._accessed = self._loop.time()
        self.started_at = datetime.now(UTC)
        self.state = StreamState.IDLE
        self.ring = Ring()
        self.meter = Meter(self._loop.time)
        """What the feed has delivered; what it filled gaps with does not count."""
        self.readers = 0
        self.error: TelecastError | None = None
        """Why the stream ended; None where that was in order, or has not been."""
        self.error_count = 0
        """How many tries have failed since the feed was last well."""
        self.last_error: TelecastError | None = None
        """What last went wrong, be it that all went well since."""

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self._ending

    @property
    def last_access(self) -> datetime:
        """When a viewer last came, read or left, in UTC."""
        return datetime.now(UTC) - timedelta(seconds=self.idle)

    @property
    def idle(self) -> float:
        """For how many seconds no viewer has come, read or left."""
        return self.now() - self._accessed

    async def run(self) -> None:
        """Share the feed until it ends, fails, or `stop` is called; raises nothing of it."""
        self._task = asyncio.current_task()
        try:
            if not self.over:
                self._become(StreamState.STARTING)
                await self._feed(self)
        except TelecastError as err:
            self.error = err
            if self.state is not StreamState.FAILED:
                self.failing(err)
        finally:
            self._finish()

    def stop(self) -> None:
        """End the stream; `wait_closed` tells when its upstream is closed."""
        if self.over:
            return
        self._end()
        self.wake()
        if self._task:
            self._task.cancel()

    async def wait_closed(self) -> None:
        """Wait until the upstream is closed and its slot given back."""
        await self._closed.wait()

    @contextmanager
    def reader(
        self, *, mark: Mark | None = None, back: float = BURST_SECONDS
    ) -> Iterator[Reader]:
        """Attach a viewer; it begins at the last key frame that is `back` seconds old.

        Where none is, it begins at the oldest one; infinity means that one, for who
        wants to have as much as possible at once. With `mark`, it begins at the last key
        frame that is not after that, if there is one. Raises StreamClosedError.
        """
        if self.over:
            raise StreamClosedError("The stream has ended")
        self.readers += 1
        self.touch()
        if self._grace:
            self._grace.cancel()
            self._grace = None
        try:
            yield Reader(self, mark=mark, back=back)
        finally:
            self.readers -= 1
            self.touch()
            if not self.readers and not self.over:
                self._start_grace()
                self._on_idle()

    async def news(self) -> None:
        """Wait for the next block, or the end."""
        await self._news.wait()

    def wake(self) -> None:
        """Let all readers look whether anything is new."""
        self._news.set()
        self._news.clear()

    def now(self) -> float:
        """Tell the time by which the ring is kept."""
        return self._loop.time()

    def touch(self) -> None:
        """Take note that a viewer is there."""
        self._accessed = self._loop.time()

    # What the feed tells (see Sink); once the stream is ending, nobody listens.

    def publish(self, block: bytes, joins: Sequence[Join]) -> None:
        """Share a block that the upstream delivered."""
        if self._ending:
            return
        now = self._loop.time()
        first = not self.meter.total
        self.ring.append(block, joins, now)
        self.meter.add(len(block))
        if self.state is not StreamState.ACTIVE:
            self._become(StreamState.ACTIVE)
            self._active_since = now
        elif self.error_count and now - self._active_since >= WELL_AFTER_SECONDS:
            self.error_count = 0
        if first:
            self._on_active()
        self.wake()

    def fill(self, block: bytes, joins: Sequence[Join]) -> None:
        """Share what stands in for a picture; the state stays as it is."""
        if not self._ending:
            self.ring.append(block, joins, self._loop.time())
            self.wake()

    def failing(self, error: TelecastError) -> None:
        """Count a failed try."""
        if self._ending:
            return
        self.last_error = error
        self.error_count += 1
        self._become(StreamState.FAILED)

    def retrying(self) -> None:
        """Take note of a further try."""
        if not self._ending:
            self._become(StreamState.STARTING)

    def _start_grace(self) -> None:
        self._grace = self._loop.call_later(self._grace_period, self.stop)

    def _end(self) -> None:
        self._ending = True
        if self.state in (StreamState.STARTING, StreamState.ACTIVE):
            self._become(StreamState.STOPPING)

    def _finish(self) -> None:
        if self._grace:
            self._grace.cancel()
        self._end()
        if self.state is not StreamState.IDLE:
            self._become(StreamState.IDLE)
        self._closed.set()
        self.wake()

    def _become(self, state: StreamState) -> None:
        check_step(self.state, state)
        self.state = state
