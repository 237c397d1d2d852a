"""Makes the schedule of a virtual channel, of its settings, its media and its edits."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
import hashlib
from pathlib import PurePath
from zoneinfo import ZoneInfo

from ..model import Channel
from ..pipe.supply import path_of
from ..settings import VirtualSettings
from ..timeline import MAIN, Appointment, Block, Item, Live, Order, Rotation, Schedule
from .edits import Booking, Edits
from .media import Medium
from .plan import ALL, FILMS, SERIES, Number, Plan, Plays, Selection, folded

# What plays a channel that is not there plays nothing.
_NOTHING = "nothing"
_SEED_BYTES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """All that a schedule is made of."""

    settings: VirtualSettings
    plan: Plan
    media: Sequence[Medium]
    """The files that are there, filler apart, as folders and files have them in order."""
    edits: Edits
    channels: Mapping[str, Channel] = field(default_factory=dict)
    """Those that the plan names, by number, as far as they are there."""


def schedule_of(wishes: Wishes, before: Schedule | None = None) -> Schedule:
    """Answer the schedule; the one from `before` where it is the same. Blocks.

    What both have in common is shared, so that a timeline of many revisions is small.
    """
    old = before.rotations if before else {}
    known = {item: item for one in old.values() for item in one.items}
    media = [one for one in wishes.media if one.is_playable]
    listed = wishes.edits.ordered(media, lambda one: one.id)
    items = {one.id: _item(one, known) for one in listed}
    rotations = {
        name: _rotation(wishes.settings, [items[one.id] for one in found])
        for name, found in _selected(wishes, listed)
    }
    schedule = Schedule(
        zone=_zone(wishes.settings.zone),
        rotations={
            name: old[name] if old.get(name) == made else made
            for name, made in rotations.items()
        },
        blocks=tuple(_blocks(wishes)),
        appointments=tuple(_appointments(wishes.edits.bookings, items)),
        otherwise=_plays(wishes.plan.otherwise, wishes.channels),
        fit=wishes.plan.fit,
    )
    return before if before and _is_same(schedule, before) else schedule


def filler_of(media: Iterable[Medium]) -> Rotation:
    """Answer the rotation of clips that gaps are filled with; all can be played."""
    return Rotation(items=tuple(_item(one, {}) for one in media))


def _item(medium: Medium, known: Mapping[Item, Item]) -> Item:
    item = Item(
        key=str(medium.id),
        duration=medium.duration,
        series=medium.series,
        season=medium.season,
        number=medium.number,
    )
    return known.get(item, item)


def _rotation(settings: VirtualSettings, items: Sequence[Item]) -> Rotation:
    digest = hashlib.sha256(settings.id.encode()).digest()
    return Rotation(
        items=tuple(items),
        order=Order(settings.order),
        loop=settings.loop,
        seed=int.from_bytes(digest[:_SEED_BYTES]),
    )


def _selected(
    wishes: Wishes, listed: Sequence[Medium]
) -> Iterator[tuple[str, Sequence[Medium]]]:
    """Yield what each rotation holds, by its name."""
    yield MAIN, listed
    yield _NOTHING, ()
    roots = [PurePath(folder) for folder in wishes.settings.folders]
    for name in sorted(one.name for one in wishes.plan.selections):
        if name != ALL:
            found = [one for one in listed if _is_meant(one, name, roots)]
            yield _name(Selection(name)), found


def _is_meant(medium: Medium, name: str, roots: Sequence[PurePath]) -> bool:
    if name == FILMS:
        return not medium.series
    if name == SERIES:
        return bool(medium.series)
    if folded(medium.series) == name:
        return True
    return any(folded(folder.name) == name for folder in _folders(medium, roots))


def _folders(medium: Medium, roots: Sequence[PurePath]) -> list[PurePath]:
    """Answer the folders that a file lies in, as far as they are the user's choice."""
    parents = PurePath(path_of(medium.address)).parents
    own = [one for one in parents if any(map(one.is_relative_to, roots))]
    return own or [parents[0]]


def _name(selection: Selection) -> str:
    # Nobody's word can be the name of one of the other rotations.
    return MAIN if selection.name == ALL else f"= {selection.name}"


def _plays(plays: Plays | None, channels: Mapping[str, Channel]) -> str | Live | None:
    match plays:
        case Selection():
            return _name(plays)
        case Number(number=number) if number in channels:
            return Live(channel=channels[number].id)
        case Number():
            return _NOTHING
    return None


def _blocks(wishes: Wishes) -> Iterator[Block]:
    for hours in wishes.plan.blocks:
        yield Block(
            days=hours.days,
            begin=hours.begin,
            end=hours.end,
            plays=_plays(hours.plays, wishes.channels) or _NOTHING,
            fit=hours.fit,
            grid=hours.grid,
        )


def _appointments(
    bookings: Iterable[Booking], items: Mapping[int, Item]
) -> Iterator[Appointment]:
    for one in bookings:
        if one.channel is not None:
            live = Live(channel=one.channel, title=one.title)
            yield Appointment(start=one.start, stop=one.stop, plays=live)
        elif item := items.get(one.item or 0):
            # When it is over, what else is planned goes on.
            stop = min(one.stop, one.start + item.duration)
            called = replace(item, title=one.title) if one.title else item
            yield Appointment(start=one.start, stop=stop, plays=called)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except KeyError, ValueError, OSError:
        return ZoneInfo("UTC")


def _is_same(one: Schedule, other: Schedule) -> bool:
    # Zones are compared by name: they may have been read twice.
    return one.zone.key == other.zone.key and replace(one, zone=other.zone) == other
