"""Rotations: lists of items with an order, and where in it they go on."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from .items import Item


class Order(StrEnum):
    """In what order the items of a rotation are played."""

    SEQUENTIAL = "sequential"
    """As they are listed."""
    SHUFFLE = "shuffle"
    """Each once a round, and none again soon after."""
    EPISODES = "episodes"
    """Series take turns, each in the order of its seasons; films are a series too."""


type Place = tuple[int, ...]
"""Where in its order a rotation is.

Of a shuffled one, how many items have been played; of others, which row has its turn,
and how many items of each row have been played.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """Items that are played again and again, or once."""

    items: tuple[Item, ...]
    order: Order = Order.SEQUENTIAL
    loop: bool = True
    """Whether they begin again when all were played."""
    seed: int = 0
    """Of a shuffled rotation: another seed is another order."""


def rows(rotation: Rotation) -> dict[str, list[int]]:
    """Answer the items that follow each other, by index: a row for each series.

    In the order of episodes, rows are in the order in which their series are first
    listed, and an episode without a number stays where it was listed. Any other order
    has a single row, if there are items.
    """
    found: dict[str, list[int]] = {}
    items = rotation.items
    for index, item in enumerate(items):
        series = item.series if rotation.order is Order.EPISODES else ""
        found.setdefault(series, []).append(index)
    if rotation.order is Order.EPISODES:
        for series, row in found.items():
            if series:
                row.sort(key=lambda index: (items[index].season, items[index].number))
    return found


def beginning(rotation: Rotation) -> Place:
    """Answer the place of a rotation of which nothing has been played."""
    if rotation.order is Order.SHUFFLE:
        return (0,)
    return (0, *(0 for _ in rows(rotation)))


def is_place(rotation: Rotation, place: Place) -> bool:
    """Tell whether the rotation can be in such a place."""
    if len(place) != len(beginning(rotation)) or min(place) < 0:
        return False
    if rotation.order is Order.SHUFFLE:
        endless = rotation.loop and rotation.items
        return bool(endless) or place[0] <= len(rotation.items)
    found = list(rows(rotation).values())
    return place[0] < max(1, len(found)) and (
        rotation.loop
        or all(done <= len(row) for done, row in zip(place[1:], found, strict=True))
    )


def names(rotation: Rotation) -> list[tuple[str, int]]:
    """Answer what tells each item from all others: its key, and how often that came before."""
    keys = [item.key for item in rotation.items]
    if len(set(keys)) == len(keys):
        return [(key, 0) for key in keys]
    seen: Counter[str] = Counter()
    found = []
    for key in keys:
        found.append((key, seen[key]))
        seen[key] += 1
    return found
