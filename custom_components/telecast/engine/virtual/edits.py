"""What the user changed about a virtual channel by actions, apart from its settings."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from ..errors import InvalidTimelineError
from ..timeline.fields import Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """An appointment as the user made it: for an item, or for another channel."""

    start: int
    """In milliseconds since 1970, as `stop`."""
    stop: int
    item: int | None = None
    """The item's id; None for a channel."""
    channel: int | None = None
    """The channel's id; None for an item."""
    title: str = ""
    """What it is called; empty for its own name."""

    def __post_init__(self) -> None:
        """Raise InvalidTimelineError where there is nothing to be kept."""
        if not 0 <= self.start < self.stop:
            raise InvalidTimelineError("An appointment is over before it begins")
        if (self.item is None) is (self.channel is None):
            raise InvalidTimelineError("An appointment is for one item or one channel")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """All that was changed; an edit answers other edits."""

    order: tuple[int, ...] = ()
    """The ids of items as the user put them; empty while nobody did. Others follow."""
    left_out: frozenset[int] = frozenset()
    """The ids of items that are not to be played."""
    files: tuple[str, ...] = ()
    """Absolute paths of items beside those that the settings name."""
    bookings: tuple[Booking, ...] = ()
    """By time; no two at once."""

    def ordered[T](self, things: Sequence[T], id_of: Callable[[T], int]) -> list[T]:
        """Answer what is to be played, in the order in which it is listed."""
        kept = [one for one in things if id_of(one) not in self.left_out]
        if not self.order:
            return kept
        places = {key: place for place, key in enumerate(self.order)}
        # Sorting is stable: what is new stays in its own order.
        return sorted(kept, key=lambda one: places.get(id_of(one), len(places)))

    def placed(self, listed: Sequence[int], ids: Sequence[int], position: int) -> Edits:
        """Answer the edits with some items put where others are, in a list of all.

        `listed` are the ids of all that are listed; `position` counts from 0 among the
        others, and what lies beyond the end is the end.
        """
        others = [one for one in listed if one not in set(ids)]
        place = max(0, position)
        return replace(self, order=(*others[:place], *ids, *others[place:]))

    def without(self, ids: Collection[int], paths: Collection[str]) -> Edits:
        """Answer the edits that leave items out; `paths` is where they are."""
        return replace(
            self,
            order=tuple(one for one in self.order if one not in ids),
            left_out=self.left_out | frozenset(ids),
            files=tuple(path for path in self.files if path not in paths),
        )

    def having(self, files: Sequence[str]) -> Edits:
        """Answer the edits with further files, each once."""
        return replace(self, files=tuple(dict.fromkeys((*self.files, *files))))

    def wanting(self, ids: Collection[int]) -> Edits:
        """Answer the edits that leave these out no more."""
        return replace(self, left_out=self.left_out - frozenset(ids))

    def booked(self, booking: Booking, now: int) -> Edits:
        """Answer the edits with an appointment more, and without those that are over.

        Raises InvalidTimelineError where it is over itself, or another one is then.
        """
        if booking.stop <= now:
            raise InvalidTimelineError("An appointment is over already")
        kept = self._to_come(now)
        if any(one.start < booking.stop and booking.start < one.stop for one in kept):
            raise InvalidTimelineError("Two appointments are at the same time")
        bookings = sorted((*kept, booking), key=lambda one: one.start)
        return replace(self, bookings=tuple(bookings))

    def cancelled(self, instant: int) -> Edits:
        """Answer the edits without the appointment that is on at an instant, if any."""
        kept = tuple(
            one for one in self.bookings if not one.start <= instant < one.stop
        )
        return replace(self, bookings=kept)

    def _to_come(self, now: int) -> list[Booking]:
        return [one for one in self.bookings if one.stop > now]


def as_dict(edits: Edits) -> dict[str, Any]:
    """Answer a document of what JSON has."""
    return {
        "order": list(edits.order),
        "left_out": sorted(edits.left_out),
        "files": list(edits.files),
        "bookings": [
            {
                key: value
                for key, value in asdict(one).items()
                if value not in (None, "")
            }
            for one in edits.bookings
        ],
    }


def read_edits(document: Any) -> Edits:
    """Make the edits again; raise InvalidTimelineError for anything but our own document."""
    fields = Fields(document, "The list of edits")
    edits = Edits(
        order=tuple(fields.take_all("order", int)),
        left_out=frozenset(fields.take_all("left_out", int)),
        files=tuple(fields.take_all("files", str)),
        bookings=tuple(
            _booking(Fields(one, "An appointment"))
            for one in fields.take("bookings", list)
        ),
    )
    fields.end()
    return edits


def _booking(fields: Fields) -> Booking:
    start, stop = fields.take("start", int), fields.take("stop", int)
    # No id is 0.
    item, channel = fields.take("item", int, 0), fields.take("channel", int, 0)
    title = fields.take("title", str, "")
    fields.end()
    return Booking(
        start=start,
        stop=stop,
        item=item or None,
        channel=channel or None,
        title=title,
    )
