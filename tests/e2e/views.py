"""What is seen of a virtual channel through the doors that there are, and how late."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from itertools import groupby
from math import inf
from typing import Self

from tests.marked.doors import Watched, through, through_hls
from tests.marked.screen import Seen, seen

from .sockets import allow_sockets
from .virtual import NEAR, Channel, lags, middle_of_an_item
from .world import World

DOORS = ("tuner", "xtream", "hls")
TRIES = 3
"""Of so many joins, one at least is held up by nothing else on the machine."""

# In which more than one segment ends.
_SEGMENTS_SECONDS = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What was seen through one door."""

    door: str
    watched: Watched
    seen: list[Seen]

    @classmethod
    async def through(cls, door: str, watched: Watched) -> Self:
        """Look at what has been watched through a door."""
        return cls(door=door, watched=watched, seen=await seen(watched.blocks))


def ends_of_segments(shown: list[Seen]) -> list[Seen]:
    """Answer the last picture of each segment: all of it comes at once."""
    return [list(segment)[-1] for _, segment in groupby(shown, lambda one: one.arrived)]


def lateness_of_join(view: View, channel: Channel) -> float:
    """Answer how much later than planned came what was seen first, in seconds.

    A segment has been on when it is over, and is the newest one until the next is.
    """
    if view.door == "hls":
        newest, following, *_ = ends_of_segments(view.seen)
        late = next(lags([newest], channel.rounds), inf)
        return min(late, max(0.0, late - (following.pts - newest.pts)))
    return next(lags(view.seen[:1], channel.rounds), inf)


async def opened(
    door: str, world: World, channel: Channel
) -> AbstractAsyncContextManager[Watched]:
    """Answer what watches a channel through a door for as long as the block lasts."""
    match door:
        case "tuner":
            return through(world.url(f"/auto/v{channel.number}"), door)
        case "xtream":
            return through(world.url(f"/live/{{login}}/{channel.id}.ts"), door)
        case _:
            return through_hls(await world.hls_url(channel.name), door)


async def lateness_of_joins(view: View, world: World, channel: Channel) -> float:
    """Answer the lateness of a view's join, or of the next ones where it is too late.

    Other work on the machine may hold up one of them, and not one after the other.
    """
    allow_sockets()
    for _ in range(1, TRIES):
        if abs(lateness_of_join(view, channel)) <= NEAR:
            break
        await middle_of_an_item(channel)
        async with await opened(view.door, world, channel) as watched:
            await watched.until(0)
            await watched.until(watched.began + _SEGMENTS_SECONDS)
        view = await View.through(view.door, watched)
    return lateness_of_join(view, channel)
