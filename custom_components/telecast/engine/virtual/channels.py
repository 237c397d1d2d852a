"""All virtual channels, and what the user does to them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
import logging
from pathlib import Path

from ..errors import CircleError, NotVirtualError, UnknownItemError
from ..events import Event
from ..guide.guide import Guide
from ..lineup.lineup import InvalidNumberError, Lineup
from ..lineup.overrides import NumberTakenError
from ..settings import VirtualSettings
from ..store.store import Store
from .appointed import Appointed, channel_appointed, item_appointed
from .channel import Clock, VirtualChannel
from .edits import Booking
from .guide import render_guide
from .items import Items
from .keeping import Keeping
from .listing import Listing
from .losses import Losses
from .media import poster
from .neighbours import Neighbours, Revisions
from .on_air import OnAir
from .plan import read_plan

_LOGGER = logging.getLogger(__name__)

_OWN = """
    SELECT id, number FROM channels WHERE source = ? ORDER BY present DESC, id LIMIT 1
"""


class VirtualChannels:
    """Knows each by the id of its source; all instants are milliseconds since 1970 (UTC)."""

    def __init__(
        self,
        *,
        store: Store,
        lineup: Lineup,
        guide: Guide,
        tasks: asyncio.TaskGroup,
        refresh: Callable[[str], Awaitable[None]],
        emit: Callable[[Event], None],
        clock: Clock,
        allowed_folders: Sequence[Path],
    ) -> None:
        """Prepare; `refresh` has a source refreshed, and waits for that."""
        self._store = store
        self._lineup = lineup
        self._tasks = tasks
        self._refresh = refresh
        self._emit = emit
        self._clock = clock
        self._items = Items(
            store=store, refresh=refresh, allowed_folders=allowed_folders
        )
        self._keeping = Keeping(store)
        self._channels: dict[str, VirtualChannel] = {}
        self._neighbours = Neighbours(
            lineup=lineup, guide=guide, channels=self._channels
        )

    def of(self, source_id: str) -> VirtualChannel:
        """Answer the channel of a source; raise NotVirtualError."""
        if (channel := self._channels.get(source_id)) is None:
            raise NotVirtualError("That is no virtual channel")
        return channel

    async def begin(self, settings: VirtualSettings) -> None:
        """Have a channel, as it was when it was last seen."""
        channel = VirtualChannel(
            settings=settings,
            store=self._store,
            lineup=self._lineup,
            losses=Losses(
                store=self._store,
                tasks=self._tasks,
                refresh=self._refresh,
                emit=self._emit,
            ),
            emit=self._emit,
            clock=self._clock,
        )
        await channel.begin()
        self._channels[settings.id] = channel

    async def renew(self, settings: VirtualSettings) -> None:
        """Have a channel play what its settings and its media say now.

        Raises NotVirtualError, InvalidTimelineError and StorageError.
        """
        await self.of(settings.id).renew(settings)

    async def forget(self, source_id: str) -> None:
        """Have a channel no more, and keep nothing of it."""
        if channel := self._channels.pop(source_id, None):
            channel.losses.close()
        await self._keeping.forget(source_id)

    async def all(self) -> set[str]:
        """Answer the ids of all sources of which anything is kept here."""
        return await self._keeping.all()

    def close(self) -> None:
        """End what is looked at, however long a disk takes."""
        for channel in self._channels.values():
            channel.losses.close()

    async def check_plan(
        self, text: str, *, source_id: str = "", number: str = ""
    ) -> None:
        """Raise InvalidTimelineError for a plan (virtual/plan.py) that cannot be followed.

        That is CircleError where the channel would show one that is to show it, be it by
        way of others. `source_id` is its source, if it is there already, and `number`
        the one that it has or is to have.
        """
        plan = read_plan(text, number=number)
        shown = await self._neighbours.numbered(plan.numbers)
        await self._neighbours.check(
            source_id, shown.values(), self._clock(), number=number
        )

    def on(self, source_id: str, instant: int) -> OnAir:
        """Answer what is on at an instant, for people; raise NotVirtualError."""
        return self.of(source_id).on(instant)

    async def guide(self, source_id: str) -> AsyncIterator[bytes]:
        """Write what a channel plays as XMLTV; see `render_guide`. Raises NotVirtualError.

        Once it is written, `on` says the same.
        """
        channel, now = self.of(source_id), self._clock()
        elsewhere = await self._neighbours.look(channel, now)
        async for chunk in render_guide(channel, self._store, now, elsewhere):
            yield chunk
        channel.heard(await asyncio.to_thread(elsewhere.outlined))

    async def others_changed(self, known: Revisions | None) -> Revisions:
        """Wait until other channels may be called, or show, something else.

        Answers what is known then; None is known at first, and waits for nothing.
        """
        return await self._neighbours.changed(known)

    async def follow_numbers(self, source_id: str) -> None:
        """Have a channel show what goes by the planned numbers now; raises as `renew`."""
        await self.of(source_id).follow_numbers()

    async def is_behind(self, source_id: str) -> bool:
        """Tell whether a channel's guide says of others what they no longer say."""
        channel = self.of(source_id)
        return await self._neighbours.is_news(channel, channel.elsewhere, self._clock())

    async def poster(self, medium_id: int) -> str:
        """Answer where the poster of an item is, by its id; empty where it has none."""
        return await self._store.read(lambda connection: poster(connection, medium_id))

    async def items(
        self, source_id: str, *, offset: int = 0, limit: int = 100
    ) -> Listing:
        """Answer a page of a channel's items; raise NotVirtualError."""
        return await self._items.page(self.of(source_id), offset, limit)

    async def add_items(
        self, source_id: str, files: Sequence[str], *, position: int | None = None
    ) -> None:
        """Add files to a channel; raise NotVirtualError, and as Items.add does."""
        await self._items.add(self.of(source_id), files, position)

    async def remove_items(self, source_id: str, ids: Collection[int]) -> None:
        """Play items no more; raise NotVirtualError and UnknownItemError."""
        await self._items.remove(self.of(source_id), ids)

    async def move_item(self, source_id: str, id: int, position: int) -> None:
        """Put an item elsewhere; raise NotVirtualError, and as Items.move does."""
        await self._items.move(self.of(source_id), id, position)

    async def skip(self, source_id: str) -> None:
        """End what is on, where something else may begin; raise NotVirtualError."""
        await self.of(source_id).skip()

    async def appoint(
        self,
        source_id: str,
        *,
        start: int,
        stop: int,
        item: int | None = None,
        channel: int | None = None,
        title: str = "",
    ) -> None:
        """Have an item, or another channel of the line-up by its id, on at a fixed time.

        An item that is over sooner ends the appointment; `title` is what it is called
        instead of its own name. Raises NotVirtualError, UnknownItemError,
        UnknownChannelError, InvalidTimelineError for a time that is none, that is over,
        or in which there is an appointment already, and CircleError for a channel that
        is to show this one, be it by way of others.
        """
        virtual, now = self.of(source_id), self._clock()
        booking = Booking(
            start=start, stop=stop, item=item, channel=channel, title=title
        )
        if item is not None:
            await self._items.check(virtual, [item])
        if channel is not None:
            other = await self._lineup.channel(channel)
            if other.source == source_id:
                raise CircleError("A channel cannot play itself", shown=other.number)
            await self._neighbours.check(source_id, [other], now)
        await virtual.change(lambda edits: edits.booked(booking, now))

    async def cancel(self, source_id: str, start: int) -> None:
        """Cancel the appointment that begins then; where it is on, that is over.

        Raises NotVirtualError, and UnknownItemError where there is none.
        """
        channel = self.of(source_id)
        now = self._clock()
        if all(one.start != start for one in self.appointments(source_id)):
            raise UnknownItemError("Nothing is appointed for that time")
        if start <= now and channel.is_appointed(now):
            await channel.skip()
        else:
            await channel.change(lambda edits: edits.cancelled(start))

    def appointments(self, source_id: str) -> tuple[Booking, ...]:
        """Answer the appointments that are not over, by time; raise NotVirtualError."""
        now = self._clock()
        return tuple(one for one in self.of(source_id).edits.bookings if one.stop > now)

    async def appointed(self, source_id: str, booking: Booking) -> Appointed:
        """Answer what an appointment is called, and what is on meanwhile.

        That is what the guide says. Raises NotVirtualError.
        """
        virtual = self.of(source_id)
        if (key := booking.channel) is None:
            return item_appointed(booking, await virtual.medium(str(booking.item)))
        name, shows = virtual.name_of(key), virtual.elsewhere.of(key)
        return channel_appointed(booking, name, shows)

    async def give_number(self, settings: VirtualSettings) -> None:
        """Give a channel the number that the user wants, where no other has it."""
        own = await self._store.read(
            lambda connection: connection.execute(_OWN, (settings.id,)).fetchone()
        )
        if own is None or own[1] == settings.number:
            return
        try:
            await self._lineup.update(own[0], number=settings.number)
        except (NumberTakenError, InvalidNumberError) as err:
            _LOGGER.warning("%s keeps the number %s: %s", settings.name, own[1], err)
