"""Virtual channels as a test sets them out: what is on, what they hold, what they refuse."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import cast

from custom_components.telecast.engine.errors import (
    CircleError,
    InvalidTimelineError,
    NotVirtualError,
    TelecastError,
    UnknownItemError,
)
from custom_components.telecast.engine.virtual.appointed import Appointed
from custom_components.telecast.engine.virtual.channel import VirtualChannel
from custom_components.telecast.engine.virtual.channels import VirtualChannels
from custom_components.telecast.engine.virtual.edits import Booking
from custom_components.telecast.engine.virtual.listing import ListedItem, Listing
from custom_components.telecast.engine.virtual.media import Medium
from custom_components.telecast.engine.virtual.on_air import OnAir

MINUTE = 60_000


class Television:
    """Stands in for the engine's virtual channels; all of them play the same."""

    def __init__(self) -> None:
        self.sources: set[str] | None = None
        """The ids of those that are virtual channels; None for any."""
        self.shows: list[OnAir] = []
        """What is on, one after the other; nothing is on at any other time."""
        self.listed: list[ListedItem] = []
        self.bookings: list[Booking] = []
        self.asked: list[tuple[object, ...]] = []
        """What was asked for, as name and arguments."""
        self.refusal: TelecastError | None = None
        """What is wrong with whatever is asked for."""
        self.plan_error = ""
        """What is wrong with any plan."""
        self.circle = ""
        """The number of the channel that makes any plan go round in a circle."""
        self.told: dict[int, Appointed] = {}
        """What appointments are called, by their begin; others have no title."""

    @property
    def as_engines(self) -> VirtualChannels:
        """The same, as the engine has them."""
        return cast(VirtualChannels, self)

    def of(self, source_id: str) -> VirtualChannel:
        """Answer one of them."""
        if self.sources is not None and source_id not in self.sources:
            raise NotVirtualError("The channel is none that we play ourselves")
        return cast(VirtualChannel, self)

    async def check_plan(
        self, text: str, *, source_id: str = "", number: str = ""
    ) -> None:
        """Judge a plan."""
        self.asked.append(("check_plan", text, source_id, number))
        if self.circle:
            raise CircleError("It goes round in a circle", shown=self.circle)
        if self.plan_error:
            raise InvalidTimelineError(self.plan_error)

    def on(self, source_id: str, instant: int) -> OnAir:
        """Answer what is on; something without a title where nothing is."""
        self.of(source_id)
        for show in self.shows:
            if show.start <= instant < show.stop:
                return show
        after = [show.start for show in self.shows if show.start > instant]
        stop = min(after, default=instant + 1440 * MINUTE)
        return OnAir(title="", subtitle="", start=instant, stop=stop)

    async def medium(self, key: str) -> Medium | None:
        """Answer what lasts as long as the item of that id."""
        for item in self.listed:
            if item.id == int(key):
                return Medium(
                    id=item.id,
                    address=f"file://{item.file}",
                    title=item.title,
                    facts={},
                    duration=item.duration,
                    streams={},
                )
        return None

    async def items(
        self, source_id: str, *, offset: int = 0, limit: int = 100
    ) -> Listing:
        """Answer a part of what is listed."""
        self._do("items", source_id, offset, limit)
        part = tuple(self.listed[offset : offset + limit])
        return Listing(items=part, total=len(self.listed))

    async def add_items(
        self, source_id: str, files: Sequence[str], *, position: int | None = None
    ) -> None:
        """Note it."""
        self._do("add_items", source_id, list(files), position)

    async def remove_items(self, source_id: str, ids: Collection[int]) -> None:
        """Note it."""
        self._do("remove_items", source_id, list(ids))

    async def move_item(self, source_id: str, id: int, position: int) -> None:
        """Note it."""
        self._do("move_item", source_id, id, position)

    async def skip(self, source_id: str) -> None:
        """Note it."""
        self._do("skip", source_id)

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
        """Keep the appointment."""
        self._do("appoint", source_id, start, stop, item, channel, title)
        self.bookings.append(
            Booking(start=start, stop=stop, item=item, channel=channel, title=title)
        )

    async def appointed(self, source_id: str, booking: Booking) -> Appointed:
        """Answer what the appointment is called."""
        self.of(source_id)
        return self.told.get(booking.start, Appointed(title=booking.title))

    def appointments(self, source_id: str) -> tuple[Booking, ...]:
        """Answer those that are kept."""
        self.of(source_id)
        return tuple(self.bookings)

    async def cancel(self, source_id: str, start: int) -> None:
        """Forget the appointment."""
        self._do("cancel", source_id, start)
        if all(one.start != start for one in self.bookings):
            raise UnknownItemError("Nothing is appointed for that time")
        self.bookings = [one for one in self.bookings if one.start != start]

    def _do(self, action: str, source_id: str, *arguments: object) -> None:
        self.of(source_id)
        if self.refusal:
            raise self.refusal
        self.asked.append((action, *arguments))


def item(id: int, title: str, **facts: object) -> ListedItem:
    """Answer an item of 90 minutes."""
    usual = ListedItem(
        id=id,
        title=title,
        series="",
        season=0,
        number=0,
        file=f"/media/{title}.mkv",
        duration=90 * MINUTE,
        error="",
    )
    return replace(usual, **facts)  # type: ignore[arg-type]
