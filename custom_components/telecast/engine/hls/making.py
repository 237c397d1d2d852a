"""Makes the segments of one channel: what players can take is cut, the rest is encoded."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from datetime import UTC, datetime

from ...formats.ffmpeg import RENDITIONS
from ...formats.mpegts import Segmenter
from ..model import Channel
from ..tasks import open_tasks
from ..transcoding.pieces import Piece, Pieces
from ..transcoding.transcoder import Transcoder, WatchFrom
from .calendar import Calendar, Moment
from .grid import Grid
from .ladder import Ladder
from .plan import Plan, Way, plan_for
from .shape import Shape
from .storage import Shelf
from .track import Track


class Making:
    """Cuts the best rendition wherever it can be copied, and has others encoded."""

    def __init__(
        self,
        *,
        channel: Channel,
        shape: Shape,
        watch: WatchFrom,
        transcoder: Transcoder,
        grid: Grid,
        needed: Callable[[], bool],
        begun: Callable[[str], None],
    ) -> None:
        """Prepare; `watch` attaches to the stream, `needed` tells whether anybody watches.

        `begun` is told the best rendition's name whenever a piece of the stream begins:
        from then on it may be made in another way.
        """
        self._channel = channel
        self._shape = shape
        self._watch = watch
        self._transcoder = transcoder
        self._grid = grid
        self._needed = needed
        self._begun = begun
        self._calendar = Calendar(lambda: datetime.now(UTC))
        self.tracks: dict[str, Track] = {}
        """The renditions by name, whether they have segments or not; none before `plan`."""
        self.plan: Plan | None = None
        self.piece: Piece | None = None
        """The piece of the stream that is being made."""
        self.ladder: Ladder | None = None
        self.planned = asyncio.Event()
        """Set once there are all of these, or never will be."""
        self.caught_up = asyncio.Event()
        """Set once all has been cut that was there when it began, or nothing will be."""

    async def run(self, shelf: Shelf) -> None:
        """Make segments until the stream is over; raises what is wrong with it."""
        async with self._watch(None) as reader:
            pieces = Pieces(reader)
            if (piece := await pieces.begin()) is None:
                return
            plan = self.plan = plan_for(piece, seconds=self._shape.fine_seconds)
            self.tracks = {
                known.name: self._track(known.name, shelf) for known in RENDITIONS
            }
            self.ladder = Ladder(
                channel=self._channel,
                plan=plan,
                tracks=self.tracks,
                watch=self._watch,
                transcoder=self._transcoder,
                segmenter=self._segmenter,
                needed=self._needed,
            )
            async with open_tasks() as tasks:
                encoding = tasks.create_task(self.ladder.run())
                await self._cut(pieces, piece, plan)
                encoding.cancel()

    def ask(self, name: str, *, begin: Moment | None) -> None:
        """Have a rendition made, from a moment on, unless it is cut; raises as Ladder.ask."""
        if self.plan and self.piece and self.ladder:
            way = self.plan.way(name, self.piece)
            if way is not Way.COPY:
                self.ladder.ask(name, encodes=way is Way.ENCODE, begin=begin)

    def close(self) -> None:
        """Let nobody wait any longer for what will not come."""
        self.planned.set()
        self.caught_up.set()
        for track in self.tracks.values():
            track.close()

    def _track(self, name: str, shelf: Shelf) -> Track:
        return Track(
            *(name, shelf, self._calendar),
            list_size=self._shape.list_size,
            target=self._shape.target,
        )

    def _segmenter(self) -> Segmenter:
        return Segmenter(grid=self._grid)

    async def _cut(self, pieces: Pieces, piece: Piece | None, plan: Plan) -> None:
        """Cut the best rendition out of the stream, wherever it can be copied."""
        top = self.tracks[plan.top]
        while piece:
            self.piece = piece
            self.planned.set()
            self._begun(top.name)
            if plan.way(top.name, piece) is Way.COPY:
                await self._cut_piece(pieces, piece, top)
            else:
                self.caught_up.set()
                async for _ in pieces.rest():
                    pass
            piece = await pieces.begin()

    async def _cut_piece(self, pieces: Pieces, piece: Piece, track: Track) -> None:
        segmenter = self._segmenter()

        async def cut(data: bytes) -> None:
            for segment in segmenter.feed(data):
                await track.offer(segment, era=piece.era)
            if not pieces.behind:
                self.caught_up.set()

        await cut(piece.head)
        async with aclosing(pieces.rest()) as blocks:
            async for block in blocks:
                await cut(block)
        if last := segmenter.cut():
            await track.offer(last, era=piece.era)
