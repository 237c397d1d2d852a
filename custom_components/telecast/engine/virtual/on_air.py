"""What is on a virtual channel, for people to read: as its guide says it."""

from dataclasses import dataclass

from ...formats.xmltv import Programme
from ..timeline import EARLIEST, LATEST, Live, Showing, Timeline
from .broadcasts import Broadcasts, Part


@dataclass(frozen=True, slots=True, kw_only=True)
class OnAir:
    """What is on, for people to read."""

    title: str
    """Of an episode, the series'; empty in a gap."""
    subtitle: str
    start: int
    """In milliseconds since 1970, as `stop`."""
    stop: int
    icon: str = ""
    """As guides have it (films/posters.py); empty where it has none."""


def live_on(
    timeline: Timeline,
    showing: Showing,
    instant: int,
    *,
    name: str,
    shows: Broadcasts,
) -> OnAir:
    """Answer what is on while another channel is shown, which has a name.

    That is a programme of that channel, as far as it is shown here, or, where the user
    gave a title to it, the whole time.
    """
    assert isinstance(showing.item, Live)
    if title := showing.item.title:
        programme = shows.mostly(showing.start, showing.stop)
        return OnAir(
            title=title,
            subtitle=subtitle_of(programme),
            start=showing.start,
            stop=showing.stop,
            icon=_icon_of(programme),
        )
    part = shows.at(instant)
    start, stop = _shown(timeline, showing, part)
    return OnAir(
        title=title_of(part.programme) or name,
        subtitle=subtitle_of(part.programme),
        start=max(part.start, start),
        stop=min(part.stop, stop),
        icon=_icon_of(part.programme),
    )


def title_of(programme: Programme | None) -> str:
    """Answer the title of a programme; empty for none."""
    return programme.titles[0].value if programme and programme.titles else ""


def subtitle_of(programme: Programme | None) -> str:
    """Answer the subtitle of a programme; empty for none."""
    return programme.subtitles[0].value if programme and programme.subtitles else ""


def _icon_of(programme: Programme | None) -> str:
    return programme.icons[0] if programme and programme.icons else ""


def _shown(timeline: Timeline, showing: Showing, part: Part) -> tuple[int, int]:
    """Answer from when to when a channel is shown, at least for as long as a part of it.

    A timeline tells in parts what goes on after a block, or after an edit.
    """
    start, stop = showing.start, showing.stop
    if part.programme is None:
        return start, stop
    while part.start < start > EARLIEST:
        before = timeline.at(start - 1)
        if before.item != showing.item:
            break
        start = before.start
    while stop < min(part.stop, LATEST):
        after = timeline.at(stop)
        if after.item != showing.item:
            break
        stop = after.stop
    return start, stop
