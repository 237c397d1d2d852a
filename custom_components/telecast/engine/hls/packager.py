"""HLS of one channel, as its players ask for it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ...formats import hls
from ..errors import (
    EncodersBusyError,
    StreamClosedError,
    TelecastError,
    UnknownRenditionError,
)
from ..model import Channel
from ..transcoding.transcoder import Transcoder, WatchFrom
from .demand import Demand
from .grid import Grid
from .ladder import UNWATCHED_SECONDS, Ladder
from .making import Making
from .plan import Plan, Way
from .playback import Playback
from .shape import Shape
from .storage import Storage
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
        self._now = asyncio.get_running_loop().time
        self._demand = Demand(
            now=self._now,
            quiet_seconds=_QUIET_TARGETS * shape.target,
            seldom_seconds=lambda: self.quiet_seconds,
            unwatched_seconds=UNWATCHED_SECONDS,
        )
        self._players: set[Playback] = set()
        self._making = Making(
            channel=channel,
            shape=shape,
            watch=watch,
            transcoder=transcoder,
            grid=Grid(
                shape, fine=lambda: any(player.is_close for player in self._players)
            ),
            needed=self.is_watched,
            begun=self._ask_on,
        )
        self.folder: Path | None = None
        """Where its segments lie, while it runs."""
        self.error: TelecastError | None = None
        """Why it ended; None while it has not."""
        self.over = asyncio.Event()

    @property
    def tracks(self) -> list[Track]:
        """The renditions that have segments, from the best to the smallest."""
        return [track for track in self._making.tracks.values() if track.latest]

    @property
    def quiet_seconds(self) -> float:
        """For how long players may ask for nothing while somebody watches.

        They ask about once a target duration, which grows with the longest segment.
        """
        targets = [track.target for track in self._making.tracks.values()]
        return _QUIET_TARGETS * max([self._shape.target, *targets])

    def is_watched(self) -> bool:
        """Tell whether players wait, or ask as often as they do while somebody watches."""
        return self._demand.is_there

    def doubt(self) -> None:
        """Hear that one of its players began with another channel, as one does who zaps.

        However seldom players ask here, that one has left if it does not ask soon.
        """
        self._demand.doubt()

    async def run(self) -> None:
        """Make HLS until the stream is over; what goes wrong is in `error` then."""
        try:
            async with self._storage.shelf(str(self.channel.id)) as shelf:
                self.folder = shelf.folder
                await self._making.run(shelf)
            self.error = StreamClosedError("The stream has ended")
        except TelecastError as err:
            self.error = err
        finally:
            self.close()

    def close(self) -> None:
        """Let nobody wait any longer for what will not come."""
        self.error = self.error or StreamClosedError("The stream was ended")
        self.over.set()
        self._making.close()

    async def master(self) -> str:
        """Answer the master playlist, once the best rendition is known by its segments.

        Raises what keeps the channel from being packaged.
        """
        with self._demand.request():
            return await self._master()

    async def _master(self) -> str:
        plan, ladder = await self._until_planned()
        piece = self._making.piece
        assert piece
        encoded = plan.way(plan.top, piece) is Way.ENCODE
        if not encoded and plan.top not in ladder.dropped:
            self._ask(plan.top)
            await self._making.tracks[plan.top].lists(0)
            self._raise_if_over()
        names = [name for name in plan.names if name not in ladder.dropped]
        return hls.render_master(
            hls.MasterPlaylist(
                variants=tuple(
                    variant_of(plan, piece, self._making.tracks[name]) for name in names
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
        with self._demand.request():
            track = await self._ready_track(name, number, playback)
            return track.render()

    async def _ready_track(
        self, name: str, number: int | None, playback: Playback | None
    ) -> Track:
        _, ladder = await self._until_planned()
        track = self._track(name)
        await self._ask_patiently(name, playback)
        if number is None:
            await self._begins(track, playback)
        else:
            with suppress(TimeoutError):
                async with asyncio.timeout(_BLOCKING_TARGETS * self._shape.target):
                    await track.lists(number)
        # Meanwhile it may have been left alone, and begun anew.
        await track.lists(0)
        self._raise_if_over()
        if error := ladder.dropped.get(name):
            raise error
        return track

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
            # What was left alone lists nothing, and still has it.
            playback.gets(listed, newest=track.newest or listed)
        return self.folder / listed.name, listed

    def qualities(self) -> list[dict[str, Any]]:
        """Answer what is known of the renditions that there are."""
        folder = self.folder
        if not (self._making.plan and self._making.piece and folder):
            return []
        plan, piece = self._making.plan, self._making.piece
        return [quality_of(plan, piece, track, folder) for track in self.tracks]

    async def _until_planned(self) -> tuple[Plan, Ladder]:
        await self._making.planned.wait()
        self._raise_if_over()
        assert self._making.plan and self._making.ladder
        return self._making.plan, self._making.ladder

    def _raise_if_over(self) -> None:
        if self.error:
            raise self.error

    def _track(self, name: str) -> Track:
        if (track := self._making.tracks.get(name)) is None:
            raise UnknownRenditionError("There is no such rendition")
        return track

    async def _begins(self, track: Track, playback: Playback | None) -> None:
        """Wait until a player can begin with a rendition, or go on with it."""
        if playback is None or playback.end is None:
            by = self._demand.first_asked(track.name) + _PATIENCE_SECONDS
            with suppress(TimeoutError):
                async with asyncio.timeout_at(by):
                    await self._making.caught_up.wait()
            await track.playable(by=by)
        elif playback.is_close:
            # What it has already, it would load again rather than wait for more (hls.js).
            by = self._now() + _PATIENCE_SECONDS
            await track.reaches(playback.end, by=by)

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
        self._making.ask(name, begin=playback.needs_from if playback else None)

    def _ask_on(self, name: str) -> None:
        """Ask on behalf of those who wait for what may be made in another way now."""
        if self._demand.is_asked(name):
            with suppress(TelecastError):
                self._ask(name)
