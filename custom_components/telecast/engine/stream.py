"""One running upstream, shared by all who watch it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum

from ..formats.mpegts import Join
from .errors import StreamClosedError, TelecastError
from .meter import Meter
from .ring import Ring

# A viewer whose line cannot carry the stream loses seconds at each skip.
MAX_SKIPS = 10


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


type Publish = Callable[[bytes, list[Join]], None]
"""Takes a block of whole packets, and the places in it where a decoder may begin."""

type Feed = Callable[[Publish], Awaitable[None]]
"""Publishes blocks until it ends or raises a TelecastError."""


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
        self._feed = feed
        self._grace_period = grace_period
        self._on_idle = on_idle
        self._on_active = on_active
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._grace: asyncio.TimerHandle | None = None
        self._closed = asyncio.Event()
        self.state = StreamState.IDLE
        self.ring = Ring()
        self.meter = Meter(self._loop.time)
        self.readers = 0
        self.error: TelecastError | None = None
        """Why the stream failed; None while it has not."""

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.state in (StreamState.STOPPING, StreamState.FAILED) or (
            self.state is StreamState.IDLE and self._closed.is_set()
        )

    async def run(self) -> None:
        """Share the feed until it ends, fails, or `stop` is called; raises nothing of it."""
        self._task = asyncio.current_task()
        try:
            if not self.over:
                self._become(StreamState.STARTING)
                await self._feed(self._publish)
        except TelecastError as err:
            self.error = err
            if not self.over:
                self._become(StreamState.FAILED)
        finally:
            self._finish()

    def stop(self) -> None:
        """End the stream; `wait_closed` tells when its upstream is closed."""
        if self.over:
            return
        if self.state is StreamState.IDLE:  # its task has not run yet, and need not
            self._become(StreamState.STARTING)
        self._become(StreamState.STOPPING)
        self.wake()
        if self._task:
            self._task.cancel()

    async def wait_closed(self) -> None:
        """Wait until the upstream is closed and its slot given back."""
        await self._closed.wait()

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """Attach a viewer; it begins at the last key frame that is a second old."""
        if self.over:
            raise StreamClosedError("The stream has ended")
        self.readers += 1
        if self._grace:
            self._grace.cancel()
            self._grace = None
        try:
            yield Reader(self)
        finally:
            self.readers -= 1
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

    def _publish(self, block: bytes, joins: list[Join]) -> None:
        self.ring.append(block, joins, self._loop.time())
        self.meter.add(len(block))
        if self.state is StreamState.STARTING:
            self._become(StreamState.ACTIVE)
            self._on_active()
        self.wake()

    def _start_grace(self) -> None:
        self._grace = self._loop.call_later(self._grace_period, self.stop)

    def _finish(self) -> None:
        if self._grace:
            self._grace.cancel()
        if self.state is not StreamState.FAILED:
            if self.state is not StreamState.STOPPING:
                self._become(StreamState.STOPPING)
            self._become(StreamState.IDLE)
        self._closed.set()
        self.wake()

    def _become(self, state: StreamState) -> None:
        if state not in _TRANSITIONS[self.state]:
            raise RuntimeError(f"A stream cannot go from {self.state} to {state}")
        self.state = state


class Reader:
    """One viewer's place in a stream; a slow one skips, and stalls nobody."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._place: int | None = None
        self._closed = False
        self.skips = 0
        """How often this viewer was too slow and lost some seconds."""

    def __aiter__(self) -> Reader:
        """Read block by block."""
        return self

    async def __anext__(self) -> bytes:
        """Answer the next block, the first one beginning with PAT, PMT and a key frame.

        Ends when the stream or the reader is closed. Raises the error of a stream that
        fails before it has delivered anything, and StreamClosedError where it was ended.
        """
        stream, ring = self._stream, self._stream.ring
        while not self._closed and (self._place or 0) >= ring.end:
            if stream.over:
                self._end()
            await stream.news()
        if self._closed or self.skips > MAX_SKIPS:
            raise StopAsyncIteration
        if self._place is None:
            return self._join(stream.now())
        if self._place < ring.start:
            self.skips += 1
            return self._join(stream.now())
        self._place += 1
        return ring[self._place - 1]

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

    def _join(self, now: float) -> bytes:
        ring = self._stream.ring
        if point := ring.join(now):
            self._place = point.position + 1
            return point.tables + ring[point.position][point.offset :]
        self._place = ring.start + 1
        return ring[ring.start]

    def _end(self) -> None:
        if self._place is None:
            raise self._stream.error or StreamClosedError("The stream was ended")
        raise StopAsyncIteration
