"""The work of one set of renditions, until the next set takes over."""

import asyncio
from collections.abc import Callable, Mapping
from typing import override

from ...formats.mpegts import Segment, Segmenter
from ..transcoding.commands import Order
from ..transcoding.pieces import Piece
from ..transcoding.run import Take
from ..transcoding.transcoder import Job
from .plan import Plan
from .track import Track

# Two FFmpegs at once are no more than a transition.
RELIEF_SECONDS = 20.0


class Shift(Job):
    """Has FFmpeg make some renditions, and offers their segments to the tracks."""

    def __init__(
        self,
        names: frozenset[str],
        *,
        plan: Plan,
        tracks: Mapping[str, Track],
        segmenter: Callable[[], Segmenter],
        lags: Callable[[], None],
        before: Shift | None,
    ) -> None:
        """Prepare to relieve the shift `before`, once this one is as far as that."""
        self.names = names
        self._plan = plan
        self._tracks = tracks
        self._segmenter = segmenter
        self._lags = lags
        self._before = before
        # The renditions that are watched already, and in which this one is behind.
        self._behind = {*names & before.names} if before else set()
        self._deadline = asyncio.get_running_loop().time() + RELIEF_SECONDS
        self._task: asyncio.Task[None] | None = None

    def begin(self, task: asyncio.Task[None] | None) -> None:
        """Note the task that does the work; None where there is nothing to make."""
        self._task = task
        if task is None:
            self._relieve()

    def end(self) -> None:
        """End this shift, and the one before it where that has not been relieved yet."""
        self._relieve()
        if self._task:
            self._task.cancel()

    @override
    def order(self, piece: Piece) -> Order:
        """Order what cannot be cut out of the stream as it is."""
        return self._plan.order(self.names, piece)

    @override
    def take(self, piece: Piece, order: Order, *, anew: bool) -> Take:
        """Cut what comes out into segments, and offer them to the tracks.

        After a death the stream is read again: tracks know what they have had.
        """
        tracks = [self._tracks[output.name] for output in order.outputs]
        segmenters = [self._segmenter() for _ in tracks]
        if anew:
            for track in tracks:
                track.break_off()

        async def take(index: int, packets: bytes) -> None:
            for segment in _segments(segmenters[index], packets):
                await self._offer(tracks[index], segment, piece.era)

        return take

    @override
    def lags(self) -> None:
        """Tell that this is too much for the machine."""
        if self._before:
            # Two at once are; there is no way but to let viewers wait for this one.
            self._relieve()
        else:
            self._lags()

    async def _offer(self, track: Track, segment: Segment, era: int) -> None:
        if asyncio.get_running_loop().time() > self._deadline:
            self._relieve()
        relieving = self._before is not None and track.name in self._behind
        if await track.offer(segment, era=era, relieving=relieving):
            self._behind.discard(track.name)
            if not self._behind:
                self._relieve()

    def _relieve(self) -> None:
        if self._before:
            self._before.end()
            self._before = None


def _segments(segmenter: Segmenter, packets: bytes) -> list[Segment]:
    """Answer the segments that end in packets, or with them where there are none."""
    if packets:
        return segmenter.feed(packets)
    last = segmenter.cut()
    return [last] if last else []
