"""Follows a media playlist: which segment is next, and when to look again (RFC 8216 §6.3)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import logging

from ....formats import hls
from ...errors import CannotConnectError, SourceError, SourceTimeoutError
from .loading import Loaded

_LOGGER = logging.getLogger(__name__)

# A playlist that has had nothing new for so long is as good as dead.
STALE_TARGETS = 3
STALE_SECONDS = 10.0
MAX_FAILED_LOADS = 3
# So far what is no broadcast may be ahead of its time.
LEAD_SECONDS = 10.0

type Load = Callable[[], Awaitable[Loaded[hls.MediaPlaylist]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A segment whose turn it is."""

    segment: hls.MediaSegment
    sequence: int
    broken: bool
    """Whether it does not go on from the last one that was due."""
    local: bool
    """Whether its address may lead to this machine."""


class Follower:
    """Knows which segment comes next; each comes once."""

    def __init__(
        self,
        loaded: Loaded[hls.MediaPlaylist],
        load: Load,
        *,
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Begin near the live edge of a playlist just `loaded`; `load` loads it again."""
        self._load = load
        self._now = now
        self._sleep = sleep
        self._loaded = loaded
        self._loaded_at = now()
        self._changed = True
        self._failed_loads = 0
        self._next = loaded.playlist.media_sequence + hls.live_edge(loaded.playlist)
        self._broken = False
        self._dry_since: float | None = None
        self._played_since: float | None = None
        self._played = 0.0

    @property
    def patience(self) -> float:
        """Seconds without anything new after which a stream is as good as dead."""
        target = self._loaded.playlist.target_duration
        return max(STALE_TARGETS * target, STALE_SECONDS)

    async def next(self) -> Due | None:
        """Answer the next segment, once there is one; None when there will be none.

        Raises SourceTimeoutError where the playlist does not go on, and what loading it
        raises several times in a row.
        """
        while (due := self._take()) is None:
            if self._loaded.playlist.ended:
                return None
            await self._look_again()
        self._dry_since = None
        if self._loaded.playlist.ended:
            await self._wait_for_turn(due.segment.duration)
        return due

    def _take(self) -> Due | None:
        playlist = self._loaded.playlist
        index = self._next - playlist.media_sequence
        if index < 0:
            _LOGGER.debug("%d segments went by too fast", -index)
            self._next, self._broken, index = playlist.media_sequence, True, 0
        if index >= len(playlist.segments):
            return None
        segment = playlist.segments[index]
        due = Due(
            segment=segment,
            sequence=self._next,
            broken=self._broken or segment.discontinuity,
            local=self._loaded.local,
        )
        self._next, self._broken = self._next + 1, False
        return due

    async def _look_again(self) -> None:
        """Load the playlist when it is time; one that did not change gets half of it."""
        now = self._now()
        self._dry_since = now if self._dry_since is None else self._dry_since
        if now - self._dry_since > self.patience:
            raise SourceTimeoutError(
                f"The playlist stands still for {self.patience:g} s"
            )
        target = max(1, self._loaded.playlist.target_duration)
        pause = target if self._changed else target / 2
        await self._sleep(max(0.0, self._loaded_at + pause - now))
        self._loaded_at, self._changed = self._now(), False
        try:
            loaded = await self._load()
        except (CannotConnectError, SourceTimeoutError) as err:
            self._fail(err)
        else:
            self._failed_loads = 0
            self._go_on(loaded)

    def _fail(self, error: SourceError) -> None:
        self._failed_loads += 1
        _LOGGER.debug("The playlist cannot be loaded: %s", error)
        if self._failed_loads >= MAX_FAILED_LOADS:
            raise error

    def _go_on(self, loaded: Loaded[hls.MediaPlaylist]) -> None:
        self._loaded = loaded
        playlist = loaded.playlist
        end = playlist.media_sequence + len(playlist.segments)
        # A server behind a balancer may lag; one whose numbers fell far began anew.
        if self._next - end > len(playlist.segments):
            self._next = playlist.media_sequence + hls.live_edge(playlist)
            self._broken = True
        # Signed addresses differ each time: only a new segment is a change.
        self._changed = self._next < end

    async def _wait_for_turn(self, duration: float) -> None:
        """Let what is all there already go by in its own time."""
        if self._played_since is None:
            self._played_since = self._now()
        due = self._played_since + self._played - LEAD_SECONDS
        self._played += duration
        if (early := due - self._now()) > 0:
            await self._sleep(early)
