"""What another channel shows while a virtual channel shows it, by that channel's guide."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

from ...formats.xmltv import Programme, XmltvError, parse_children
from ..guide.feeds import Row
from ..schemes import on_the_web
from ..timeline import EARLIEST, LATEST

_SECOND = 1000


class Part(NamedTuple):
    """A time of another channel, in milliseconds since 1970."""

    start: int
    stop: int
    programme: Programme | None
    """None where its guide says nothing."""


@dataclass(frozen=True, slots=True)
class Broadcasts:
    """What one channel shows, in order; no two at once."""

    parts: tuple[Part, ...] = ()
    """None of them without a programme."""

    def between(self, start: int, stop: int) -> Iterator[Part]:
        """Yield all that is on in a time, no more than that, and without a hole."""
        at = start
        first = bisect_right(self.parts, start, key=lambda part: part.stop)
        last = bisect_left(self.parts, stop, key=lambda part: part.start)
        for part in self.parts[first:last]:
            if at < part.start:
                yield Part(at, part.start, None)
            at = min(part.stop, stop)
            yield Part(max(part.start, start), at, part.programme)
        if at < stop:
            yield Part(at, stop, None)

    def at(self, instant: int) -> Part:
        """Answer what is on at an instant, in full."""
        first = bisect_right(self.parts, instant, key=lambda part: part.stop)
        before = self.parts[first - 1].stop if first else EARLIEST
        if first == len(self.parts):
            return Part(before, LATEST, None)
        part = self.parts[first]
        return part if part.start <= instant else Part(before, part.start, None)

    def mostly(self, start: int, stop: int) -> Programme | None:
        """Answer what is on for at least half of a time; None where nothing is."""
        told = [part for part in self.between(start, stop) if part.programme]
        longest = max(told, key=_length, default=None)
        if longest is None or 2 * _length(longest) < stop - start:
            return None
        return longest.programme


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """What other channels are called and show, as far as a virtual channel shows them."""

    at: int = 0
    """When that was looked up, in milliseconds since 1970."""
    names: Mapping[int, str] = field(default_factory=dict)
    """By the channels' ids; empty for one that is not in the line-up."""
    shows: Mapping[int, Broadcasts] = field(default_factory=dict)
    """By the channels' ids, of those of which a guide knows anything."""
    mark: bytes = b""
    """The same as long as others are called the same, and show the same."""

    def of(self, channel: int) -> Broadcasts:
        """Answer what a channel shows."""
        return self.shows.get(channel, _NOTHING)

    def outlined(self) -> Elsewhere:
        """Answer the same with titles and icons alone: what is to be remembered."""
        return replace(
            self,
            shows={key: _outlined(shows) for key, shows in self.shows.items()},
        )


_NOTHING = Broadcasts()


def broadcasts_of(rows: Iterable[Row], *, is_ours: bool) -> Broadcasts:
    """Read what a guide says of a channel, by begin; blocks.

    Where two are on at once, the one that begins later ends the other. Pictures have to
    be on the web, unless the guide is one of our own.
    """
    told = [part for row in rows if (part := _part(row, is_ours=is_ours))]
    cut = [
        one._replace(stop=min(one.stop, other.start)) for one, other in pairwise(told)
    ]
    return Broadcasts(tuple(part for part in (*cut, *told[-1:]) if _length(part) > 0))


def _part(row: Row, *, is_ours: bool) -> Part | None:
    start, stop, children = row
    try:
        programme = parse_children(children, channel="", start=start, stop=stop)
    except XmltvError:
        return None
    if not programme.titles:
        return None
    if not is_ours:
        icons = tuple(one for one in programme.icons if on_the_web(one))
        programme = replace(programme, icons=icons)
    return Part(start * _SECOND, stop * _SECOND, programme)


def _outlined(shows: Broadcasts) -> Broadcasts:
    parts = (
        part._replace(programme=part.programme and _outline(part.programme))
        for part in shows.parts
    )
    return Broadcasts(tuple(parts))


def _outline(programme: Programme) -> Programme:
    return Programme(
        channel="",
        start=programme.start,
        stop=programme.stop,
        titles=programme.titles[:1],
        subtitles=programme.subtitles[:1],
        icons=programme.icons[:1],
    )


def _length(part: Part) -> int:
    return part.stop - part.start
