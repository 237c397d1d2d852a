"""A virtual channel: what it plays, and how that becomes something else."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
import logging
from typing import Any

from ..errors import InvalidTimelineError, TelecastError, UnknownChannelError
from ..events import Event, VirtualChannelChanged
from ..lineup.lineup import Lineup
from ..model import Channel
from ..settings import VirtualSettings
from ..store.store import Store
from ..timeline import EARLIEST, LATEST, Cause, Gap, Live, Showing, Timeline, filled
from . import renewing
from .broadcasts import Elsewhere
from .contents import Contents, Rows, contents_of, read_rows
from .edits import Edits
from .keeping import Keeping, Kept, read_kept, write_kept
from .losses import Losses
from .media import Medium, find
from .on_air import OnAir, live_on
from .plan import Plan, read_plan
from .scheduling import Wishes, schedule_of

_LOGGER = logging.getLogger(__name__)

# An edit that comes too late is made once more, for the item after; not for ever.
_MOST_TRIES = 3

type Clock = Callable[[], int]
"""Tells the time of day, in milliseconds since 1970 (UTC)."""


class VirtualChannel:
    """Answers what is on from memory: the timeline, and titles and icons of items.

    All else of an item is in the database. Changes are made one after the other, each
    written down before it is true.
    """

    def __init__(
        self,
        *,
        settings: VirtualSettings,
        store: Store,
        lineup: Lineup,
        losses: Losses,
        emit: Callable[[Event], None],
        clock: Clock,
    ) -> None:
        """Prepare; `begin` recalls what is kept."""
        self.settings = settings
        self.revision = 0
        """Counts up whenever what is on, or will be, may be another."""
        self.losses = losses
        """What play-out found missing or broken."""
        self.elsewhere = Elsewhere()
        """What the guide says last of other channels, as far as it is remembered."""
        self._store = store
        self._keeping = Keeping(store)
        self._lineup = lineup
        self._emit = emit
        self._clock = clock
        self._kept = Kept()
        self._contents = Contents()
        self._shown: dict[str, int] = {}
        """The ids of the channels that the plan names, by the numbers that it names."""
        self._news = asyncio.Event()
        self._lock = asyncio.Lock()

    @property
    def timeline(self) -> Timeline | None:
        """The timeline, for the event loop alone; None before there is anything to play."""
        return self._kept.timeline

    @property
    def edits(self) -> Edits:
        """What the user changed by actions."""
        return self._kept.edits

    @property
    def files(self) -> tuple[str, ...]:
        """The paths of all files that are items by themselves."""
        return self.files_of(self.settings)

    def files_of(self, settings: VirtualSettings) -> tuple[str, ...]:
        """Answer the paths of all that would be items by themselves with other settings."""
        return tuple(dict.fromkeys((*settings.files, *self.edits.files)))

    @property
    def media_count(self) -> int:
        """How many items can be played."""
        return self._contents.count

    @property
    def shapes(self) -> frozenset[str]:
        """The different shapes of all items and all filler that can be played."""
        return self._contents.shapes

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of folders that are not there, or empty."""
        return self.losses.missing

    def at(self, instant: int) -> Showing:
        """Answer what is on at an instant, in milliseconds; gaps have clips in them."""
        if (timeline := self.timeline) is None:
            gap = Gap(cause=Cause.NOTHING)
            return Showing(item=gap, start=EARLIEST, stop=LATEST, offset=instant)
        showing = timeline.at(instant)
        if isinstance(showing.item, Gap):
            piece = next(filled(showing, self._contents.filler, instant))
            return replace(piece, offset=instant - piece.start)
        return showing

    def on(self, instant: int) -> OnAir:
        """Answer what is on at an instant, for people; of gaps, only that they are."""
        if (timeline := self.timeline) is None:
            return OnAir(title="", subtitle="", start=EARLIEST, stop=LATEST)
        showing = timeline.at(instant)
        if not isinstance(showing.item, Live):
            return self._contents.on_air(showing)
        key = showing.item.channel
        return live_on(
            timeline,
            showing,
            instant,
            name=self.name_of(key),
            shows=self.elsewhere.of(key),
        )

    def is_appointed(self, instant: int) -> bool:
        """Tell whether what is on at an instant was appointed."""
        return bool(self.timeline and self.timeline.appointed(instant))

    def name_of(self, channel_id: int) -> str:
        """Answer what another channel is called that it plays; empty for none that is there."""
        # What has been planned just now, the guide has yet to tell.
        names = {**self._contents.names, **self.elsewhere.names}
        return names.get(channel_id, "")

    def title_at(self, instant: int) -> str:
        """Answer what is on at an instant, in a line; empty for a gap."""
        on = self.on(instant)
        return ": ".join(filter(None, (on.title, on.subtitle)))

    def edited(self) -> Coroutine[Any, Any, None]:
        """Wait for the next edit; none that comes after the call is missed."""
        return _heard(self._news)

    async def changed(self, known: int) -> int:
        """Wait until the revision is another one than is known; answer it."""
        while self.revision == known:
            await self._news.wait()
        return self.revision

    async def medium(self, key: str) -> Medium | None:
        """Answer what is known of an item or a clip, by its key in the timeline."""
        return await self._store.read(
            lambda connection: find(connection, self.settings.id, key)
        )

    def heard(self, elsewhere: Elsewhere) -> None:
        """Hear what the guide says from now on of other channels."""
        before, self.elsewhere = self.elsewhere, elsewhere
        if before.mark != elsewhere.mark:
            self._emit(VirtualChannelChanged(source=self.settings.id))

    def report(self, medium_id: int, error: TelecastError) -> None:
        """Hear from play-out that a file cannot be played, and why."""
        self.losses.report(replace(self.settings, files=self.files), medium_id, error)

    def found(self) -> None:
        """Hear from play-out that a file is there."""
        self.losses.found(replace(self.settings, files=self.files))

    async def begin(self) -> None:
        """Recall what is kept, and go on with it as the settings are now."""
        stored = await self._keeping.get(self.settings.id)
        name = self.settings.name
        self._kept = await asyncio.to_thread(read_kept, stored, name)
        try:
            await self.renew(self.settings)
        except TelecastError as err:
            # Its source meets with the same, and tells the user.
            _LOGGER.warning("%s plays what it played before: %s", name, err)
            _, self._contents = await self._read(self.edits, [])

    async def renew(self, settings: VirtualSettings) -> None:
        """Play what settings and media say now, from the next item on.

        Raises InvalidTimelineError and StorageError; then all is as it was.
        """
        async with self._lock:
            self.settings = settings
            await self._become(self.edits)

    async def follow_numbers(self) -> None:
        """Show the channels that go by the planned numbers now; raises as `renew`."""
        async with self._lock:
            channels = await self._channels(read_plan(self.settings.schedule))
            if _ids(channels) != self._shown:
                await self._become(self.edits)

    async def change(self, alter: Callable[[Edits], Edits]) -> None:
        """Play what the altered edits say, from the next item on; raises as `renew`."""
        async with self._lock:
            edits = alter(self.edits)
            if edits != self.edits:
                await self._become(edits)

    async def skip(self) -> None:
        """Begin with the next item now, where one may begin; raises StorageError."""
        async with self._lock:
            if (timeline := self.timeline) is None:
                return
            now = self._clock()
            fresh = await asyncio.to_thread(renewing.skipped, timeline, now)
            # Else the next edit would bring back the appointment.
            edits = self.edits.cancelled(now)
            await self._use(replace(self._kept, edits=edits, timeline=fresh))

    async def _become(self, edits: Edits) -> None:
        settings = self.settings
        plan = read_plan(settings.schedule)
        channels = await self._channels(plan)
        booked = [one.channel for one in edits.bookings if one.channel is not None]
        shown = [*channels.values(), *await self._named(booked)]
        rows, contents = await self._read(edits, shown)
        wishes = Wishes(
            settings=settings,
            plan=plan,
            media=rows.media,
            edits=edits,
            channels=channels,
        )
        for _ in range(_MOST_TRIES):
            now = self._clock()
            kept = await asyncio.to_thread(_renewed, self._kept, wishes, now)
            await self._keep(kept)
            if not kept.timeline or kept.timeline is self.timeline:
                break
            if not renewing.is_late(kept.timeline, self._clock(), now):
                break
        self._adopt(kept, contents)
        self._shown = _ids(channels)

    async def _read(
        self, edits: Edits, shown: Sequence[Channel]
    ) -> tuple[Rows, Contents]:
        """Answer the media, and what of it is to be remembered."""
        rows = await self._store.read(
            lambda connection: read_rows(connection, self.settings.id)
        )
        contents = await asyncio.to_thread(contents_of, rows, edits.left_out, shown)
        return rows, contents

    async def _use(self, kept: Kept) -> None:
        await self._keep(kept)
        self._adopt(kept, self._contents)

    async def _keep(self, kept: Kept) -> None:
        if kept != self._kept:
            stored = await asyncio.to_thread(write_kept, kept)
            await self._keeping.put(self.settings.id, stored)

    def _adopt(self, kept: Kept, contents: Contents) -> None:
        is_same = kept.timeline is self.timeline and contents == self._contents
        self._kept, self._contents = kept, contents
        if is_same:
            return
        self.revision += 1
        news, self._news = self._news, asyncio.Event()
        news.set()
        self._emit(VirtualChannelChanged(source=self.settings.id))

    async def _channels(self, plan: Plan) -> dict[str, Channel]:
        """Answer the channels that a plan names, as far as they are there."""
        found = {}
        for number in sorted(plan.numbers):
            try:
                channel = await self._lineup.by_number(number)
            except UnknownChannelError:
                _LOGGER.info("%s: there is no channel %s", self.settings.name, number)
                continue
            if channel.source == self.settings.id:
                raise InvalidTimelineError("A channel cannot play itself")
            found[number] = channel
        return found

    async def _named(self, channel_ids: list[int]) -> list[Channel]:
        found = []
        for channel_id in channel_ids:
            try:
                found.append(await self._lineup.channel(channel_id))
            except UnknownChannelError:
                continue
        return found


def _ids(channels: Mapping[str, Channel]) -> dict[str, int]:
    return {number: channel.id for number, channel in channels.items()}


def _renewed(kept: Kept, wishes: Wishes, now: int) -> Kept:
    """Answer what is to be kept; blocks."""
    starts_at = wishes.settings.starts_at
    was = kept.timeline if kept.starts_at == starts_at else None
    schedule = schedule_of(wishes, was.schedule if was else None)
    timeline = (
        renewing.renewed(was, schedule, now)
        if was
        else renewing.started(schedule, starts_at, now)
    )
    return Kept(edits=wishes.edits, timeline=timeline, starts_at=starts_at)


async def _heard(news: asyncio.Event) -> None:
    await news.wait()
