"""What an appointment is called, and what is on meanwhile, as the guide says it."""

from dataclasses import dataclass

from .broadcasts import Broadcasts
from .edits import Booking
from .media import Medium
from .on_air import OnAir, subtitle_of, title_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointed:
    """An appointment, for people to read."""

    title: str
    """Empty for what is not there any more."""
    subtitle: str = ""
    programmes: tuple[OnAir, ...] = ()
    """What is on in that time, one after the other, without a hole."""


def item_appointed(booking: Booking, medium: Medium | None) -> Appointed:
    """Answer the appointment of an item; None for one that is not known any more."""
    title, subtitle = booking.title, ""
    if medium:
        title = title or medium.series or medium.title
        subtitle = medium.title if medium.series else ""
    return _whole(booking, title, subtitle)


def channel_appointed(booking: Booking, name: str, shows: Broadcasts) -> Appointed:
    """Answer the appointment of another channel, which has a name.

    It is called as what that channel shows for most of the time.
    """
    mostly = shows.mostly(booking.start, booking.stop)
    if booking.title:
        return _whole(booking, booking.title, subtitle_of(mostly))
    return Appointed(
        title=title_of(mostly) or name,
        subtitle=subtitle_of(mostly),
        programmes=tuple(
            OnAir(
                title=title_of(programme) or name,
                subtitle=subtitle_of(programme),
                start=start,
                stop=stop,
            )
            for start, stop, programme in shows.between(booking.start, booking.stop)
        ),
    )


def _whole(booking: Booking, title: str, subtitle: str) -> Appointed:
    on = OnAir(title=title, subtitle=subtitle, start=booking.start, stop=booking.stop)
    return Appointed(title=title, subtitle=subtitle, programmes=(on,))
