"""Where a rotation goes on after it was changed: after what it played last."""

from collections.abc import Sequence
from dataclasses import replace

from .rotation import Order, Place, Rotation, beginning, names, rows
from .run import Run

type _Name = tuple[str, int]


def resumed(old: Run, number: int, new: Rotation) -> Place:
    """Answer the place in the new rotation, where `number` of the old one was to be next.

    Each series goes on after the last one it played that is still there, and so does a
    shuffled round, in which nothing is played again. Where the order becomes another
    one, it begins, after what was played last.
    """
    if new is old.rotation:
        return old.place(number)
    if old.place(number) == beginning(old.rotation):
        return beginning(new)
    if new.order is not Order.SHUFFLE:
        same = old.rotation.order is new.order
        return (_resumed_rows if same else _begun_rows)(old, number, new)
    if replace(new, items=()) == replace(old.rotation, items=()):
        return _resumed_round(old, number, new)
    return _begun_shuffle(old, number, new)


def _resumed_round(old: Run, number: int, new: Rotation) -> Place:
    if not new.items:
        return beginning(new)
    size = len(old.rotation.items)
    page = (number - 1) // size if new.loop else 0
    played = [old.succession().index(it) for it in range(page * size, number)]
    was, now = names(old.rotation), names(new)
    order = Run(rotation=new, place=beginning(new)).succession()
    begins = page * len(now)
    at = {now[order.index(begins + it)]: it for it in range(len(now))}
    return (begins + _after([was[index] for index in played], at),)


def _begun_shuffle(old: Run, number: int, new: Rotation) -> Place:
    if len(new.items) < 2 or not (last := _last(old, number)):
        return beginning(new)
    first = Run(rotation=new, place=(0,)).succession().index(0)
    return (int(names(new)[first] == last),)


def _resumed_rows(old: Run, number: int, new: Rotation) -> Place:
    whose, *done = old.place(number)
    was, now = names(old.rotation), names(new)
    before, after = rows(old.rotation), rows(new)
    places = dict.fromkeys(after, 0)
    for count, (series, row) in zip(done, before.items(), strict=True):
        if count and series in after:
            played = [
                was[row[it % len(row)]] for it in range(max(0, count - len(row)), count)
            ]
            at = {now[index]: it for it, index in enumerate(after[series])}
            places[series] = _after(played, at)
    order = list(before)
    turn = [series for series in (*order[whose:], *order[:whose]) if series in after]
    return (list(after).index(turn[0]) if turn else 0, *places.values())


def _begun_rows(old: Run, number: int, new: Rotation) -> Place:
    last, now = _last(old, number), names(new)
    found = rows(new)
    whose, done = 0, [0] * len(found)
    for at, row in enumerate(found.values()):
        here = [now[index] for index in row]
        if last in here:
            done[at] = here.index(last) + 1
            whose = (at + 1) % len(done)
    return (whose, *done)


def _last(old: Run, number: int) -> _Name | None:
    """Answer what was played last; None where nothing was."""
    place = old.place(number)
    if old.rotation.order is Order.SHUFFLE:
        index = old.succession().index(number - 1)
    else:
        found = list(rows(old.rotation).values())
        whose = (place[0] - 1) % len(found)
        if not (done := place[1 + whose]):
            return None
        index = found[whose][(done - 1) % len(found[whose])]
    return names(old.rotation)[index]


def _after(played: Sequence[_Name], at: dict[_Name, int]) -> int:
    """Answer what follows the last one played that is still there, or 0."""
    return next((at[name] + 1 for name in reversed(played) if name in at), 0)
