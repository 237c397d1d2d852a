"""The segments of one rendition, and the playlist that lists the latest of them."""

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from ...formats import hls
from ...formats.mpegts import CLOCK, Segment
from .calendar import SAME, Calendar, Moment, ticks_between
from .storage import Shelf

# Time stamps further apart than this are no overlap, but another timeline.
_OVERLAP = 60 * CLOCK
# From when a segment ends until a player has it.
_MARGIN_SECONDS = 0.3
_STALE_TARGETS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A segment on the shelf."""

    number: int
    name: str
    duration: float
    """In seconds."""
    size: int
    """In bytes."""
    date: datetime
    epoch: int
    """The discontinuity sequence number of its pictures."""
    at: Moment
    """Where it begins."""

    @property
    def end(self) -> Moment:
        """Where it ends."""
        return replace(self.at, pts=(self.at.pts or 0) + round(self.duration * CLOCK))


class Track:
    """Takes segments from whoever makes them, and keeps them while they are listed.

    Two encoders may offer the same pictures while one takes over from the other: cuts
    lie on one grid, so what has been taken already is recognised, and left out.
    """

    def __init__(
        self,
        name: str,
        shelf: Shelf,
        calendar: Calendar,
        *,
        list_size: int,
        target: int,
    ) -> None:
        """Prepare a track without segments.

        `name` is the rendition's, `target` the duration in whole seconds that segments
        should have. One that lasts longer raises the playlist's target duration: a key
        frame that comes late cannot be helped.
        """
        self.name = name
        self._shelf = shelf
        self._calendar = calendar
        self._list_size = list_size
        self._kept: deque[Listed] = deque()
        self._numbers = 0
        self._oldest = 0
        self._taken_at = 0.0
        self._end: Moment | None = None
        self.target = target
        """The duration, in whole seconds, that its playlist promises."""
        self._broken = False
        self._closed = False
        self._news = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._abreast = 0.0
        self._taking = asyncio.Lock()
        self.latest: Segment | None = None
        """The segment that was taken last, without its data."""

    @property
    def playlist_name(self) -> str:
        """The name of its playlist."""
        return hls.playlist_name(self.name)

    @property
    def listed(self) -> list[Listed]:
        """What the playlist lists now."""
        listed = [one for one in self._kept if one.number >= self._oldest]
        first = max(0, len(listed) - self._list_size)
        lasting = sum(one.duration for one in listed[first:])
        # Short segments leave none out before these are enough (RFC 8216, 6.2.2).
        while first and lasting < hls.SHORTEST_WINDOW * self.target:
            first -= 1
            lasting += listed[first].duration
        return listed[first:]

    @property
    def newest(self) -> Listed | None:
        """The segment that was taken last, listed or not; None before the first."""
        return self._kept[-1] if self._kept else None

    @property
    def rate(self) -> tuple[int, int]:
        """The highest and the average rate of the listed segments, in bits per second."""
        listed = self.listed
        if not listed:
            return 0, 0
        seconds = sum(one.duration for one in listed)
        average = sum(one.size for one in listed) * 8 / seconds
        # A beginning shorter than the others says little of the rate.
        whole = [one for one in listed if one.duration * len(listed) > seconds / 2]
        return (
            int(max(one.size * 8 / one.duration for one in whole or listed)),
            int(average),
        )

    async def offer(
        self, segment: Segment, *, era: int, relieving: bool = False
    ) -> bool:
        """Take a segment if its pictures are new; answer whether it is the last one now.

        `era` is that of its pictures: time stamps of one era tell nothing of another.
        With `relieving`, another encoder is still there: what would leave a gap is left
        to that one. Raises StorageFullError.
        """
        async with self._taking:
            at = Moment(era=era, pts=segment.start)
            ahead, later = self._ahead(at), self._eras_to(at)
            if later < 0 or (relieving and (later > 0 or ahead < -SAME)):
                return False
            if SAME < ahead < _OVERLAP and not segment.discontinuity:
                return ahead <= segment.duration + SAME
            broken = self._broken or segment.discontinuity or abs(ahead) > SAME
            if later > 0:
                await self._take(segment, at, broken=Moment(era=era))
            else:
                await self._take(segment, at, broken=at if broken else None)
        return True

    def break_off(self) -> None:
        """Flag the next segment: it comes from another encoder than those before."""
        self._broken = True

    def begin_anew(self) -> None:
        """List no more what nobody has continued for long: it is not what is on now."""
        if self._loop.time() - self._taken_at > _STALE_TARGETS * self.target:
            self._oldest = self._numbers

    async def lists(self, number: int) -> None:
        """Wait until a segment is listed, or none will be any more."""
        while self._numbers <= max(number, self._oldest) and not self._closed:
            await self._news.wait()

    async def reaches(self, end: Moment, *, by: float) -> None:
        """Wait until a segment is listed that ends clearly after `end`, or until `by`.

        `by` is in loop time; a segment there will be in any case, unless it is closed.
        """
        await self.lists(0)
        with suppress(TimeoutError):
            async with asyncio.timeout_at(by):
                while not self._closed and not self._ends_after(end):
                    await self._news.wait()

    async def playable(self, *, by: float) -> None:
        """Wait until a player can begin, and will not soon run dry.

        That is so once the first segment began more than a target duration ago, or two
        of them are listed. Who waits until `by` (loop time) may begin with any segment.
        """
        await self.lists(0)
        with suppress(TimeoutError):
            async with asyncio.timeout_at(min(by, self._abreast)):
                while self._lasts < 2 * self.target and not self._closed:
                    await self._news.wait()

    def close(self) -> None:
        """Let nobody wait any longer."""
        self._closed = True
        self._tell()

    def find(self, number: int) -> Listed | None:
        """Answer a segment that is still on the shelf."""
        index = number - self._numbers + len(self._kept)
        return self._kept[index] if 0 <= index < len(self._kept) else None

    def render(self) -> str:
        """Answer the live playlist (RFC 8216, 6.2.2); there must be a segment."""
        listed = self.listed
        first = listed[0]
        segments = tuple(
            hls.MediaSegment(
                uri=one.name,
                duration=one.duration,
                discontinuity=one.epoch != before.epoch,
                program_date_time=one.date,
            )
            for before, one in zip([first, *listed], listed, strict=False)
        )
        return hls.render_media(
            hls.MediaPlaylist(
                segments=segments,
                target_duration=self.target,
                media_sequence=first.number,
                discontinuity_sequence=first.epoch,
                independent_segments=True,
                blocks_reload=True,
            )
        )

    def _ends_after(self, end: Moment) -> bool:
        return self.newest is not None and end.is_before(self.newest.end)

    def _eras_to(self, at: Moment) -> int:
        return at.era - self._end.era if self._end else 0

    def _ahead(self, at: Moment) -> int:
        """Answer by how many ticks of the same era the track reaches beyond a moment."""
        if not self._end or self._end.era != at.era:
            return 0
        return ticks_between(at.pts or 0, self._end.pts or 0)

    async def _take(
        self, segment: Segment, at: Moment, *, broken: Moment | None
    ) -> None:
        listed = Listed(
            number=self._numbers,
            name=hls.segment_name(self.name, self._numbers),
            duration=segment.duration / CLOCK,
            size=len(segment.data),
            date=self._calendar.date(at.era, segment.start, segment.duration),
            epoch=self._epoch(at, broken),
            at=at,
        )
        # It is written before it is listed: who reads the list may come at once.
        await self._shelf.put(listed.name, segment.data)
        self._kept.append(listed)
        self._numbers += 1
        self._broken = False
        self._taken_at = self._loop.time()
        self._end = replace(at, pts=segment.start + segment.duration)
        self.target = max(self.target, hls.rounded(listed.duration))
        self.latest = replace(segment, data=b"")
        if listed.number == self._oldest:
            began = self._loop.time() - listed.duration
            self._abreast = began + self.target + _MARGIN_SECONDS
        self._tell()
        await self._shelf.publish(self.playlist_name, self.render())
        await self._forget()

    def _epoch(self, at: Moment, broken: Moment | None) -> int:
        if not self._kept:
            return self._calendar.first_epoch(at)
        return self._calendar.next_epoch(self._kept[-1].epoch, at, broken=broken)

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    @property
    def _lasts(self) -> float:
        return sum(one.duration for one in self.listed)

    async def _forget(self) -> None:
        """Drop segments once no player can still be on its way to them (6.2.2)."""
        old: dict[str, int] = {}
        while len(self._kept) > 2 * self._list_size + 1:
            gone = self._kept.popleft()
            old[gone.name] = gone.size
        if old:
            await self._shelf.drop(old)
