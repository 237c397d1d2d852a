"""One running upstream, shared by all who watch it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from ...formats.mpegts import Join
from ..errors import StreamClosedError, TelecastError
from .meter import Meter
from .ring import BURST_SECONDS, Mark, Ring

# A viewer whose line cannot carry the stream loses seconds at each skip.
MAX_SKIPS = 10
# Seconds of good service after which earlier failures are forgotten.
WELL_AFTER_SECONDS = 20.0


class StreamState(StrEnum):
    """Where a stream is in its life."""

    IDLE = "idle"
    STARTING = "starting"
    ACTIVE = "active"
    STOPPING = "stopping"
    FAILED = "failed"


_TRANSITIONS: dict[StreamState, frozenset[StreamState]] = {
    StreamState.IDLE: frozenset({StreamState.STARTING}),
    StreamState.STARTING: frozenset(
        {StreamState.ACTIVE, StreamState.FAILED, StreamState.STOPPING}
    ),
    StreamState.ACTIVE: frozenset({StreamState.STOPPING, StreamState.FAILED}),
    StreamState.STOPPING: frozenset({StreamState.IDLE}),
    StreamState.FAILED: frozenset({StreamState.STARTING, StreamState.IDLE}),
}


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
        if state not in _TRANSITIONS[self.state]:
            raise RuntimeError(f"A stream cannot go from {self.state} to {state}")
        self.state = state


class Reader:
    """One viewer's place in a stream; a slow one skips, and stalls nobody."""

    def __init__(self, stream: Stream, *, mark: Mark | None, back: float) -> None:
        self._stream = stream
        self._mark = mark
        self._back = back
        self._place: int | None = None
        self._closed = False
        self.skips = 0
        """How often this viewer was too slow and lost some seconds."""
        self.era = 0
        """How many breaks the stream had before what was read last: the same for all."""

    def __aiter__(self) -> Reader:
        """Read block by block."""
        return self

    async def __anext__(self) -> bytes:
        """Answer the next block, the first one beginning with PAT, PMT and a key frame.

        After a skip it tells decoders, too, that it does not follow the one before. Ends
        when the stream or the reader is closed. Raises the error of a stream that fails
        before it has delivered anything, and StreamClosedError where it was ended.
        """
        stream, ring = self._stream, self._stream.ring
        stream.touch()
        while not self._closed and (self._place or 0) >= ring.end:
            if stream.over:
                self._end()
            await stream.news()
        if self._closed or self.skips > MAX_SKIPS:
            raise StopAsyncIteration
        if self._place is None:
            return self._begin(skipped=False)
        if self._place < ring.start:
            self.skips += 1
            return self._begin(skipped=True)
        return self._take(self._place)

    @property
    def behind(self) -> bool:
        """Whether there is more to read at once."""
        return (self._place or 0) < self._stream.ring.end

    @property
    def end_reason(self) -> str | None:
        """Why the reading ended, as a code; None where the viewer's side ended it."""
        if self.skips > MAX_SKIPS:
            return "too_slow"
        if error := self._stream.error:
            return error.code
        return "stream_ended" if self._stream.over else None

    def close(self) -> None:
        """End the reading, from whatever task; the blocks that are left are not read."""
        self._closed = True
        self._stream.wake()

    def _begin(self, *, skipped: bool) -> bytes:
        ring, now = self._stream.ring, self._stream.now()
        point = None
        if self._mark and not skipped:
            point = ring.join_at(self._mark)
        point = point or ring.join(now, BURST_SECONDS if skipped else self._back)
        if not point:
            return self._take(ring.start)
        head = point.head if skipped else point.tables
        return head + self._take(point.position)[point.offset :]

    def _take(self, place: int) -> bytes:
        self._place = place + 1
        self.era = self._stream.ring.era(place)
        return self._stream.ring[place]

    def _end(self) -> None:
        if self._place is None:
            raise self._stream.error or StreamClosedError("The stream was ended")
        raise StopAsyncIteration
