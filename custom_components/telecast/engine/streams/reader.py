"""One viewer's place in a stream."""

from typing import Protocol

from ..errors import StreamClosedError, TelecastError
from .ring import BURST_SECONDS, Mark, Ring

# A viewer whose line cannot carry the stream loses seconds at each skip.
MAX_SKIPS = 10
TOO_SLOW = "too_slow"
"""Why the reading of one ended who has skipped more often."""


class Readable(Protocol):
    """What is read: a stream, as far as its readers need to know."""

    ring: Ring
    error: TelecastError | None
    """Why it ended; None where that was in order, or has not been."""

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""

    async def news(self) -> None:
        """Wait for the next block, or the end."""

    def wake(self) -> None:
        """Let all readers look whether anything is new."""

    def now(self) -> float:
        """Tell the time by which the ring is kept."""

    def touch(self) -> None:
        """Take note that a viewer is there."""


class Reader:
    """One viewer's place in a stream; a slow one skips, and stalls nobody."""

    def __init__(self, stream: Readable, *, mark: Mark | None, back: float) -> None:
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
            return TOO_SLOW
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
