"""HLS of one channel: what players can take is cut, the rest is encoded."""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ...formats import hls
from ...formats.ffmpeg import RENDITIONS
from ...formats.mpegts import Segmenter
from ..errors import (
    EncodersBusyError,
    StreamClosedError,
    TelecastError,
    UnknownRenditionError,
)
from ..model import Channel
from ..tasks import open_tasks
from ..transcoding.pieces import Piece, Pieces
from ..transcoding.transcoder import Transcoder, WatchFrom
from .calendar import Calendar
from .demand import Demand
from .grid import Grid
from .ladder import UNWATCHED_SECONDS, Ladder
from .plan import Plan, Way, plan_for
from .playback import Playback
from .shape import Shape
from .storage import Shelf, Storage
from .track import Listed, Track
from .variants import quality_of, variant_of

# Who has asked for nothing in so many target durations may well have left.
_QUIET_TARGETS = 1.5
# Nobody waits longer than that for a better beginning than a single segment.
_PATIENCE_SECONDS = 2.3
_BLOCKING_TARGETS = 3
# Who plays less than that behind the stream waits for the end of each segment.
_CLOSE_SEGMENTS = 2
# That a player has left shows in its silence alone.
ENCODER_PATIENCE_SECONDS = 4.0
_LOOK_SECONDS = 0.25


class Packager:
    """Makes segments for as long as it runs; answers playlists as soon as there are any."""

    def __init__(
        self,
        *,
        channel: Channel,
        shape: Shape,
        storage: Storage,
        watch: WatchFrom,
        transcoder: Transcoder,
    ) -> None:
        """Prepare; `watch` attaches to the stream."""
        self.channel = channel
        self._shape = shape
        self._storage = storage
        self._watch = watch
        self._transcoder = transcoder
        self._calendar = Calendar(lambda: datetime.now(UTC))
        self._tracks: dict[str, Track] = {}
        self._plan: Plan | None = None
        self._piece: Piece | None = None
        self._ladder: Ladder | None = None
        self._planned = asyncio.Event()
        self._now = asyncio.get_running_loop().time
        self._demand = Demand(
            now=self._now, quiet_seconds=_QUIET_TARGETS * shape.target
        )
        self._players: set[Playback] = set()
        self._grid = Grid(
            shape, fine=lambda: any(player.is_close for player in self._players)
        )
        self.folder: Path | None = None
        """Where its segments lie, while it runs."""
        self.error: TelecastError | None = None
        """Why it ended; None while it has not."""
        self.over = asyncio.Event()

    @property
    def tracks(self) -> list[Track]:
        """The renditions that have segments, from the best to the smallest."""
        return [track for track in self._tracks.values() if track.latest]

    def is_watched(self) -> bool:
        """Tell whether players ask as often as they do while somebody watches."""
        return self._demand.is_there

    async def run(self) -> None:
        """Make HLS until the stream is over; what goes wrong is in `error` then."""
        try:
            async with self._storage.shelf(str(self.channel.id)) as shelf:
                self.folder = shelf.folder
                await self._package(shelf)
            self.error = StreamClosedError("The stream has ended")
        except TelecastError as err:
            self.error = err
        finally:
            self.close()

    def close(self) -> None:
        """Let nobody wait any longer for what will not come."""
        self.error = self.error or StreamClosedError("The stream was ended")
        self.over.set()
        self._planned.set()
        for track in self._tracks.values():
            track.close()

    async def master(self) -> str:
        """Answer the master playlist, once the best rendition is known by its segments.

        Raises what keeps the channel from being packaged.
        """
        plan, ladder = await self._until_planned()
        piece = self._piece
        assert piece
        if plan.way(plan.top, piece) is not Way.ENCODE:
            self._ask(plan.top)
            await self._tracks[plan.top].lists(0)
            self._raise_if_over()
        names = [name for name in plan.names if name not in ladder.dropped]
        return hls.render_master(
            hls.MasterPlaylist(
                variants=tuple(
                    variant_of(plan, piece, self._tracks[name]) for name in names
                ),
                independent_segments=True,
            )
        )

    @contextmanager
    def player(self) -> Iterator[Playback]:
        """Count a player in for the block; answer what notes its way."""
        playback = Playback(close_seconds=_CLOSE_SEGMENTS * self._shape.seconds)
        self._players.add(playback)
        try:
            yield playback
        finally:
            self._players.remove(playback)

    async def playlist(
        self,
        name: str,
        *,
        number: int | None = None,
        playback: Playback | None = None,
    ) -> str:
        """Answer a rendition's playlist, once a player can begin, or go on, with it.

        `playback` is what the player has had; without it, it begins here.

        With `number`, once it lists the segment of that number (a blocking reload,
        draft-pantos-hls-rfc8216bis, 6.2.5.2), or soon after that should have been.

        Raises UnknownRenditionError, EncodersBusyError, and what keeps the rendition or
        the channel from being packaged.
        """
        _, ladder = await self._until_planned()
        track = self._track(name)
        await self._ask_patiently(name, playback)
        if number is None:
            await self._begins(track, playback)
        else:
            with suppress(TimeoutError):
                async with asyncio.timeout(_BLOCKING_TARGETS * self._shape.target):
                    await track.lists(number)
            await track.lists(0)
        self._raise_if_over()
        if error := ladder.dropped.get(name):
            raise error
        return track.render()

    def segment(
        self, name: str, number: int, *, playback: Playback | None = None
    ) -> tuple[Path, Listed]:
        """Answer a segment's file, and what is known of it; `playback` gets to know it.

        Raises UnknownRenditionError where it is not there, or not any more, and what
        has ended the packaging.
        """
        self._raise_if_over()
        track = self._track(name)
        listed = track.find(number)
        if listed is None or self.folder is None:
            raise UnknownRenditionError("The segment is not there any more")
        self._ask(name, playback)
        if playback:
            playback.gets(listed, newest=track.listed[-1])
        return self.folder / listed.name, listed

    def qualities(self) -> list[dict[str, Any]]:
        """Answer what is known of the renditions that there are."""
        folder = self.folder
        if not (self._plan and self._piece and folder):
            return []
        plan, piece = self._plan, self._piece
        return [quality_of(plan, piece, track, folder) for track in self.tracks]

    async def _until_planned(self) -> tuple[Plan, Ladder]:
        self._demand.note()
        await self._planned.wait()
        self._raise_if_over()
        assert self._plan and self._ladder
        return self._plan, self._ladder

    def _raise_if_over(self) -> None:
        if self.error:
            raise self.error

    def _track(self, name: str) -> Track:
        if (track := self._tracks.get(name)) is None:
            raise UnknownRenditionError("There is no such rendition")
        return track

    async def _begins(self, track: Track, playback: Playback | None) -> None:
        """Wait until a player can begin with a rendition, or go on with it."""
        if playback is None or playback.end is None:
            asked_at = self._demand.first_asked(track.name)
            await track.playable(by=asked_at + _PATIENCE_SECONDS)
        elif playback.is_close:
            # What it has already, it would load again rather than wait for more (hls.js).
            by = self._now() + _PATIENCE_SECONDS
            await track.reaches(playback.end, by=by)
        else:
            await track.lists(0)

    async def _ask_patiently(self, name: str, playback: Playback | None) -> None:
        """Ask for a rendition; wait a moment where all encoders seem to be watched.

        A viewer who has just left another channel is still thought to be there.
        """
        deadline = self._now() + ENCODER_PATIENCE_SECONDS
        while True:
            try:
                return self._ask(name, playback)
            except EncodersBusyError:
                if self._now() > deadline:
                    raise
            await asyncio.sleep(_LOOK_SECONDS)

    def _ask(self, name: str, playback: Playback | None = None) -> None:
        self._demand.ask(name)
        if self._plan and self._piece and self._ladder:
            way = self._plan.way(name, self._piece)
            if way is not Way.COPY:
                begin = playback.needs_from if playback else None
                self._ladder.ask(name, encodes=way is Way.ENCODE, begin=begin)

    def _ask_on(self, name: str) -> None:
        """Ask on behalf of those who wait for what may be made in another way now."""
        if self._demand.is_asked(name, within=UNWATCHED_SECONDS):
            with suppress(TelecastError):
                self._ask(name)

    async def _package(self, shelf: Shelf) -> None:
        async with self._watch(None) as reader:
            pieces = Pieces(reader)
            if (piece := await pieces.begin()) is None:
                return
            self._plan = plan_for(piece, seconds=self._shape.fine_seconds)
            self._tracks = {
                one: Track(
                    *(one, shelf, self._calendar),
                    list_size=self._shape.list_size,
                    target=self._shape.target,
                )
                for one in (known.name for known in RENDITIONS)
            }
            self._ladder = Ladder(
                channel=self.channel,
                plan=self._plan,
                tracks=self._tracks,
                watch=self._watch,
                transcoder=self._transcoder,
                segmenter=self._segmenter,
                needed=self.is_watched,
            )
            async with open_tasks() as tasks:
                making = tasks.create_task(self._ladder.run())
                await self._cut(pieces, piece)
                making.cancel()

    def _segmenter(self) -> Segmenter:
        return Segmenter(grid=self._grid)

    async def _cut(self, pieces: Pieces, piece: Piece | None) -> None:
        """Cut the best rendition out of the stream, wherever it can be copied."""
        assert self._plan
        top = self._tracks[self._plan.top]
        while piece:
            self._piece = piece
            self._planned.set()
            self._ask_on(top.name)
            if self._plan.way(top.name, piece) is Way.COPY:
                await self._cut_piece(pieces, piece, top)
            else:
                async for _ in pieces.rest():
                    pass
            piece = await pieces.begin()

    async def _cut_piece(self, pieces: Pieces, piece: Piece, track: Track) -> None:
        segmenter = self._segmenter()
        for segment in segmenter.feed(piece.head):
            await track.offer(segment, era=piece.era)
        async with aclosing(pieces.rest()) as blocks:
            async for block in blocks:
                for segment in segmenter.feed(block):
                    await track.offer(segment, era=piece.era)
        if last := segmenter.cut():
            await track.offer(last, era=piece.era)
