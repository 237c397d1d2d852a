"""The guide of a virtual channel: its timeline, told as XMLTV."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import batched, islice

from ...formats.xmltv import (
    FOOTER,
    Channel,
    PreviouslyShown,
    Programme,
    Text,
    render_channel,
    render_header,
    render_programme,
    render_time,
)
from ..store.store import Store
from ..timeline import EARLIEST, LATEST, Gap, Item, Live, Playing, Showing, Timeline
from .addresses import ARCHIVE_DAYS
from .broadcasts import Elsewhere
from .channel import VirtualChannel
from .describing import borrowed, described
from .media import Medium, some
from .renewing import copied

AHEAD_DAYS = 14
MOST_PROGRAMMES = 20_000
"""Of what is near more is told than of what is far."""
SHORT_GAP = 5 * 60 * 1000
"""A gap that is no longer is part of what comes before it, in milliseconds."""

_SECOND = 1000
_DAY = 24 * 60 * 60 * 1000
_BATCH = 500
_GENERATOR = "Telecast"
_NOTHING = Elsewhere()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is told of one showing, or of one with the short gap after it."""

    item: Playing
    start: int
    """In milliseconds since 1970, as `stop` and `shown`."""
    stop: int
    shown: int | None = None
    """When the same was on before; None where the guide does not tell of that."""
    programme: Programme | None = None
    """What another channel shows; None where that is not known."""


async def render_guide(
    channel: VirtualChannel, store: Store, now: int, elsewhere: Elsewhere
) -> AsyncIterator[bytes]:
    """Write what the channel plays from its archive's beginning to AHEAD_DAYS from now.

    `elsewhere` says of other channels what they show meanwhile. Nothing where there is no timeline. The guide's channel has no name, lest another one
    of the line-up that is called alike be taken for it.
    """
    if (timeline := channel.timeline) is None:
        return
    told = await asyncio.to_thread(_told, timeline, now, elsewhere)
    words = _Words(
        channel=channel.settings.id, name=channel.settings.name, names=elsewhere.names
    )
    yield (render_header(_GENERATOR) + render_channel(Channel(words.channel))).encode()
    for batch in batched(told, _BATCH, strict=False):
        keys = {one.item.key for one in batch if isinstance(one.item, Item)}
        media = await store.read(partial(some, source_id=words.channel, keys=keys))
        yield await asyncio.to_thread(words.rendered, batch, media)
    yield FOOTER.encode()


def told_of(
    timeline: Timeline, now: int, elsewhere: Elsewhere = _NOTHING
) -> list[Told]:
    """Answer what is told, in order and without a hole; blocks."""
    begin, end = _time_of(now)
    past = deque[Told](maxlen=MOST_PROGRAMMES)
    ahead: list[Told] = []
    showings = timeline.between(begin, end)
    told = _laid_out(_merged(_clipped(showings, begin, end)), elsewhere)
    for one in _marked(_parted(_joined(told))):
        if one.stop <= now:
            past.append(one)
        else:
            ahead.append(one)
        if len(ahead) == MOST_PROGRAMMES:
            break
    half = MOST_PROGRAMMES // 2
    ahead = ahead[: max(half, MOST_PROGRAMMES - len(past))]
    left = MOST_PROGRAMMES - len(ahead)
    return [*islice(past, max(0, len(past) - left), None), *ahead]


def times_of(timeline: Timeline, now: int) -> dict[int, list[tuple[int, int]]]:
    """Answer when the guide tells of other channels, by their ids; blocks.

    Times are in milliseconds since 1970, in order, and none overlaps another one.
    """
    begin, end = _time_of(now)
    times: dict[int, list[tuple[int, int]]] = {}
    for one in _merged(_clipped(copied(timeline).between(begin, end), begin, end)):
        if isinstance(one.item, Live):
            times.setdefault(one.item.channel, []).append((one.start, one.stop))
    return times


def _told(timeline: Timeline, now: int, elsewhere: Elsewhere) -> list[Told]:
    return told_of(copied(timeline), now, elsewhere)


def _time_of(now: int) -> tuple[int, int]:
    """Answer from when to when the guide tells what is on."""
    return (
        max(EARLIEST, now - ARCHIVE_DAYS * _DAY),
        min(LATEST, now + AHEAD_DAYS * _DAY),
    )


def _clipped(showings: Iterable[Showing], begin: int, end: int) -> Iterator[Told]:
    """Yield showings; what may last for years is told for the guide's time only."""
    for one in showings:
        if isinstance(one.item, Item):
            yield Told(item=one.item, start=one.start, stop=one.stop)
        else:
            start, stop = max(one.start, begin), min(one.stop, end)
            yield Told(item=one.item, start=start, stop=stop)


def _merged(told: Iterable[Told]) -> Iterator[Told]:
    """Yield what is told, with another channel in one for as long as it is shown."""
    last: Told | None = None
    for one in told:
        if last and isinstance(one.item, Live) and last.item == one.item:
            last = replace(last, stop=one.stop)
            continue
        if last:
            yield last
        last = one
    if last:
        yield last


def _laid_out(told: Iterable[Told], elsewhere: Elsewhere) -> Iterator[Told]:
    """Yield what is told, with what other channels show in the place of these."""
    for one in told:
        if not isinstance(one.item, Live):
            yield one
            continue
        shows = elsewhere.of(one.item.channel)
        if one.item.title:
            yield replace(one, programme=shows.mostly(one.start, one.stop))
            continue
        for start, stop, programme in shows.between(one.start, one.stop):
            yield replace(one, start=start, stop=stop, programme=programme)


def _joined(told: Iterable[Told]) -> Iterator[Told]:
    """Yield what is told, with all gaps in one, and short ones in what is before."""
    last: Told | None = None
    gap: Told | None = None
    for one in told:
        if isinstance(one.item, Gap):
            gap = replace(gap, stop=one.stop) if gap else one
            continue
        if gap:
            if last and gap.stop - gap.start <= SHORT_GAP:
                last = replace(last, stop=gap.stop)
            else:
                yield from filter(None, (last,))
                last = gap
            gap = None
        if last and _is_same(last, one):
            last = replace(last, stop=one.stop)
            continue
        yield from filter(None, (last,))
        last = one
    yield from filter(None, (last, gap))


def _is_same(one: Told, other: Told) -> bool:
    """Tell whether that is another channel that goes on, of which nothing more is known."""
    is_known = one.programme or other.programme
    return isinstance(one.item, Live) and one.item == other.item and not is_known


def _parted(told: Iterable[Told]) -> Iterator[Told]:
    """Yield what is told, day by day where it is longer: no guide has endless programmes."""
    for one in told:
        rest = one
        while not isinstance(one.item, Item) and rest.stop - rest.start > _DAY:
            # The same days, whenever that is told.
            midnight = (rest.start // _DAY + 1) * _DAY
            yield replace(rest, stop=midnight)
            rest = replace(rest, start=midnight)
        yield rest


def _marked(told: Iterable[Told]) -> Iterator[Told]:
    """Yield what is told, repeats as such."""
    shown: dict[str, int] = {}
    for one in told:
        if not isinstance(one.item, Item):
            yield one
            continue
        before = shown.get(one.item.key)
        shown[one.item.key] = one.start
        yield one if before is None else replace(one, shown=before)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """Tells what is on in words."""

    channel: str
    """The channel's id in the guide."""
    name: str
    names: Mapping[int, str]
    """What other channels are called, by their ids."""

    def rendered(self, batch: Iterable[Told], media: Mapping[str, Medium]) -> bytes:
        programmes = (
            render_programme(self._programme(one, media))
            for one in batch
            # Of what is over within a second, a guide cannot tell.
            if one.start // _SECOND < one.stop // _SECOND
        )
        return "".join(programmes).encode()

    def _programme(self, told: Told, media: Mapping[str, Medium]) -> Programme:
        plain = Programme(
            channel=self.channel,
            start=told.start // _SECOND,
            stop=told.stop // _SECOND,
            titles=(Text(self.name),),
        )
        match told.item:
            case Item(key=key) if medium := media.get(key):
                programme = described(plain, medium)
            case Live() if told.programme:
                programme = borrowed(plain, told.programme)
            case Live(channel=channel) if name := self.names.get(channel):
                programme = replace(plain, titles=(Text(name),))
            case _:
                programme = plain
        match told.item:
            case Item(title=title) | Live(title=title) if title:
                programme = replace(programme, titles=(Text(title),))
        if told.shown is not None:
            shown = PreviouslyShown(render_time(told.shown // _SECOND))
            programme = replace(programme, previously_shown=shown)
        return programme
