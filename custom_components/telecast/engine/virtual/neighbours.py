"""The channels that virtual channels show: what they are called, what is on, who shows whom."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
import hashlib
from typing import Protocol

from ..errors import CircleError, InvalidTimelineError, UnknownChannelError
from ..guide.feeds import Row
from ..guide.guide import Guide
from ..guide.shelf import Known
from ..lineup.lineup import Lineup
from ..model import Channel
from ..settings import VirtualSettings
from ..tasks import open_tasks
from ..timeline import Live, Timeline
from .broadcasts import Broadcasts, Elsewhere, broadcasts_of
from .edits import Edits
from .guide import times_of
from .plan import Plan, read_plan

type Revisions = tuple[int, int]
"""Of the guide, and of the line-up."""

_SECOND = 1000


class Shower(Protocol):
    """A virtual channel, as far as it shows others."""

    @property
    def settings(self) -> VirtualSettings:
        """What the user chose."""

    @property
    def timeline(self) -> Timeline | None:
        """What it plays; None while there is nothing."""

    @property
    def edits(self) -> Edits:
        """What the user did by actions."""


class Neighbours:
    """Answers from guide and line-up, and knows of virtual channels that show each other."""

    def __init__(
        self, *, lineup: Lineup, guide: Guide, channels: Mapping[str, Shower]
    ) -> None:
        """Prepare; `channels` are all virtual channels by their sources."""
        self._lineup = lineup
        self._guide = guide
        self._channels = channels

    async def changed(self, known: Revisions | None) -> Revisions:
        """Wait until there may be other answers than at that revision; answer the newest."""
        if known is not None:
            guide, lineup = known
            await _first(
                lambda: self._guide.changed(guide), lambda: self._lineup.changed(lineup)
            )
        return self._guide.revision, self._lineup.revision

    async def look(self, channel: Shower, at: int) -> Elsewhere:
        """Answer what others are called and show while a channel shows them.

        `at` counts as now. Of those that show the channel itself, be it by way of others
        or by its guide, only the names: else each of two guides would follow the other.
        """
        names, known = await self._read(channel, at)

        def read() -> dict[int, Broadcasts]:
            return {
                key: broadcasts_of(one.rows, is_ours=one.source in self._channels)
                for key, one in known.items()
            }

        return Elsewhere(
            at=at,
            names=names,
            shows=await asyncio.to_thread(read),
            mark=await asyncio.to_thread(_mark, names, known),
        )

    async def is_news(self, channel: Shower, told: Elsewhere, now: int) -> bool:
        """Tell whether others are called otherwise, or show something else, than was told."""
        if channel.timeline is None or not (told.mark or shown_by(channel.timeline)):
            return False
        names, known = await self._read(channel, told.at or now)
        return await asyncio.to_thread(_mark, names, known) != told.mark

    async def check(
        self, source_id: str, shown: Iterable[Channel], now: int, *, number: str = ""
    ) -> None:
        """Raise CircleError where one of these is to show the channel of a source.

        It has a number, or is to have it. What is over counts no more.
        """

        async def following(source: str) -> Collection[str]:
            return {one.source for one in await self._planned(source, now)}

        def is_end(source: str) -> bool:
            return source == source_id or (
                bool(number) and number in self._plan(source).numbers
            )

        for channel in shown:
            if await _leads([channel.source], is_end, following):
                raise CircleError(
                    f"{channel.name} shows the channel that is to show it",
                    shown=channel.number,
                )

    async def numbered(self, numbers: Iterable[str]) -> dict[str, Channel]:
        """Answer channels by their numbers, as far as they are there."""
        found = {}
        for number in sorted(numbers):
            try:
                found[number] = await self._lineup.by_number(number)
            except UnknownChannelError:
                continue
        return found

    async def _read(
        self, channel: Shower, at: int
    ) -> tuple[dict[int, str], dict[int, Known]]:
        """Answer the names of channels, and what guides say of them."""
        names, known = dict[int, str](), dict[int, Known]()
        if channel.timeline is None or not (ids := shown_by(channel.timeline)):
            return names, known
        times = await asyncio.to_thread(times_of, channel.timeline, at)
        for key in sorted(ids):
            try:
                other = await self._lineup.channel(key)
            except UnknownChannelError:
                names[key] = ""
                continue
            names[key] = other.name
            found = await self._guide.known(
                key, at=at // _SECOND, times=_seconds(times.get(key, ()))
            )
            origins = {other.source, found.source}
            if found.rows and not await self._is_circle(channel, origins, at):
                known[key] = found
        return names, known

    async def _is_circle(
        self, channel: Shower, origins: Collection[str], at: int
    ) -> bool:
        own = channel.settings.id
        return await _leads(
            origins,
            lambda source: source == own,
            lambda source: self._origins(source, at),
        )

    async def _origins(self, source: str, at: int) -> Collection[str]:
        """Answer whose channels, and whose guides, the guide of a source tells of."""
        channel = self._channels.get(source)
        if channel is None or channel.timeline is None:
            return ()
        origins = set()
        for other in await self._there(shown_by(channel.timeline)):
            origins.add(other.source)
            origins.add((await self._guide.known(other.id, at=at // _SECOND)).source)
        return origins

    async def _planned(self, source: str, now: int) -> list[Channel]:
        """Answer the channels that the channel of a source is to show."""
        if (channel := self._channels.get(source)) is None:
            return []
        booked = [
            one.channel
            for one in channel.edits.bookings
            if one.channel is not None and one.stop > now
        ]
        named = await self.numbered(self._plan(source).numbers)
        return [*named.values(), *await self._there(booked)]

    def _plan(self, source: str) -> Plan:
        channel = self._channels.get(source)
        try:
            return read_plan(channel.settings.schedule if channel else "")
        except InvalidTimelineError:
            return Plan()

    async def _there(self, ids: Iterable[int]) -> list[Channel]:
        found = []
        for key in ids:
            try:
                found.append(await self._lineup.channel(key))
            except UnknownChannelError:
                continue
        return found


def shown_by(timeline: Timeline) -> set[int]:
    """Answer the ids of the channels that a timeline shows, showed, or is to show."""
    # Revisions share most of what they have.
    schedules = {id(one.schedule): one.schedule for one in timeline.revisions}
    return {
        plays.channel
        for schedule in schedules.values()
        for plays in schedule.plays
        if isinstance(plays, Live)
    }


async def _leads(
    begin: Iterable[str],
    is_end: Callable[[str], bool],
    following: Callable[[str], Awaitable[Collection[str]]],
) -> bool:
    """Tell whether a way leads from sources to an end."""
    seen, left = set[str](), list(begin)
    while left:
        source = left.pop()
        if is_end(source):
            return True
        if source not in seen:
            seen.add(source)
            left += await following(source)
    return False


async def _first(*waits: Callable[[], Awaitable[object]]) -> None:
    """Wait until one of several waits is over."""

    async def wait(one: Callable[[], Awaitable[object]]) -> None:
        await one()
        over.set()

    over = asyncio.Event()
    async with open_tasks() as tasks:
        waiting = [tasks.create_task(wait(one)) for one in waits]
        await over.wait()
        for task in waiting:
            task.cancel()


def _seconds(times: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Answer times in whole seconds that hold them, none overlapping another one."""
    found = list[tuple[int, int]]()
    for start, stop in times:
        begin = max(start // _SECOND, found[-1][1] if found else 0)
        end = -(-stop // _SECOND)
        if begin < end:
            found.append((begin, end))
    return found


def _mark(names: Mapping[int, str], known: Mapping[int, Known]) -> bytes:
    """Answer what tells others from what they were; empty without any. Blocks."""
    if not names:
        return b""
    digest = hashlib.blake2b(repr(sorted(names.items())).encode(), digest_size=16)
    for key, one in sorted(known.items()):
        digest.update(f"{key}".encode())
        for row in one.rows:
            digest.update(_line(row))
    return digest.digest()


def _line(row: Row) -> bytes:
    return repr(row).encode()
