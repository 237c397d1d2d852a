"""AceStream in a real Home Assistant: who shares a playback, and what its engine may do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from typing import Any

import pytest
import pytest_asyncio

from tests.fakes.acestream import AceStreamEngine, Playback
from tests.fakes.transport import Multiplex

from .sessions import sessions_of
from .viewer import Viewer, watching
from .world import World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]

VIDEO = b"".join(Multiplex().seconds(2, frames=5, size=20))
RATE = len(VIDEO) // 2
BACK_SECONDS = 10.0
# The engine is given so long to the first byte; then the answer takes a moment.
DEAD_SECONDS = 35.0
_numbers = count(1)


@pytest_asyncio.fixture(loop_scope="module")
async def peers() -> AsyncIterator[AceStreamEngine]:
    """Run an engine; nothing may be left playing on it."""
    async with AceStreamEngine() as engine:
        yield engine
        await engine.until(lambda: all(map(is_stopped, engine.playbacks)))


def is_stopped(playback: Playback) -> bool:
    """Tell whether a playback was ended as it should be, where there was a way to."""
    if playback.end in {"abandoned", "killed"}:
        return playback.stops == 0
    return playback.over.is_set() and playback.stops == 1


class Peers:
    """An engine as a source of Telecast's."""

    def __init__(self, world: World, name: str, ids: dict[str, int]) -> None:
        self.world = world
        self.name = name
        self._ids = ids

    def watch(self, place: int, player: str) -> Any:
        """Watch the channel at a place of the list as a player of that name."""
        channel = self._ids[f"{self.name} {place}"]
        url = self.world.url(f"/telecast/stream/{channel}.ts")
        return watching(url, player)

    async def numbers(self) -> list[int]:
        """Answer the PIDs of those who watch."""
        return [session["pid"] for session in await sessions_of(self.world.frontend)]

    def entity(self, of: str) -> str:
        """Answer the id of one of the source's entities."""
        kind, _, rest = of.partition(".")
        return f"{kind}.{self.name.lower()}_{rest}"


@asynccontextmanager
async def source(
    world: World, engine: AceStreamEngine, *broadcasts: str, **how: Any
) -> AsyncIterator[Peers]:
    """Add an engine that plays broadcasts; it is gone after the block."""
    name = f"Peers{next(_numbers)}"
    step = await world.add(
        "acestream",
        name=name,
        engine_url=engine.url,
        content_ids="".join(
            f"{one} {name} {place}\n" for place, one in enumerate(broadcasts, 1)
        ),
        **how,
    )
    assert step["type"] == "create_entry", step
    await world.frontend.until(
        f"sensor.{name.lower()}_channels",
        lambda state: state["state"] == str(len(broadcasts)),
    )
    ids = {
        f"{name} {place}": await world.channel_id(f"{name} {place}")
        for place in range(1, len(broadcasts) + 1)
    }
    yield Peers(world, name, ids)
    entry = await world.entry()
    (subentry,) = (
        one["subentry_id"]
        for one in await world.frontend.subentries(entry)
        if one["title"] == name
    )
    await world.frontend.remove_subentry(entry, subentry)


async def test_thirty_viewers_are_one_playback_and_thirty_numbers(
    world: World, peers: AceStreamEngine
) -> None:
    one = peers.broadcast(VIDEO, rate=RATE, first_byte=0.5)
    async with source(world, peers, one) as shared, AsyncExitStack() as sofa:
        viewers: list[Viewer] = await asyncio.gather(
            *(
                sofa.enter_async_context(shared.watch(1, f"player {number}"))
                for number in range(30)
            )
        )
        await asyncio.gather(*(viewer.until_it_plays() for viewer in viewers))
        assert len(peers.playbacks) == 1
        numbers = await shared.numbers()
        assert len(numbers) == len(set(numbers)) == 30


async def test_where_nothing_is_shared_nobody_is_sent_away(
    world: World, peers: AceStreamEngine
) -> None:
    one = peers.broadcast(VIDEO, rate=RATE)
    async with (
        source(world, peers, one, share=False, max_streams=6) as alone,
        AsyncExitStack() as sofa,
    ):
        viewers: list[Viewer] = await asyncio.gather(
            *(
                sofa.enter_async_context(alone.watch(1, f"player {number}"))
                for number in range(6)
            )
        )
        await asyncio.gather(*(viewer.until_it_plays() for viewer in viewers))
        assert len(peers.playbacks) == len(peers.running) == 6
        numbers = await alone.numbers()
        assert {playback.pid for playback in peers.running} == set(map(str, numbers))
        for viewer in viewers:
            viewer.forget()
        await asyncio.gather(*(viewer.until_it_plays() for viewer in viewers))


async def test_a_dead_id_delays_none_of_five_that_live(
    world: World, peers: AceStreamEngine
) -> None:
    dead = peers.broadcast(VIDEO, answer=None)
    live = [peers.broadcast(VIDEO, rate=RATE, first_byte=3.0) for _ in range(5)]
    async with (
        source(world, peers, dead, *live, max_streams=6) as mixed,
        AsyncExitStack() as sofa,
    ):
        clock = asyncio.get_running_loop().time
        began = clock()
        lost = asyncio.ensure_future(status(mixed.watch(1, "unlucky")))
        await peers.until(lambda: len(peers.playbacks) == 1)
        viewers: list[Viewer] = await asyncio.gather(
            *(
                sofa.enter_async_context(mixed.watch(place, f"player {place}"))
                for place in range(2, 7)
            )
        )
        await asyncio.gather(*(viewer.until_it_plays() for viewer in viewers))
        # Starts are spaced by a second, and the dead one is waited for twice as long;
        # then come three seconds to the first byte.
        assert clock() - began < 2 + 5 + 3 + 5
        assert not lost.done()
        assert await lost == 503
        assert clock() - began < DEAD_SECONDS
        for viewer in viewers:
            assert not viewer.ended


async def status(watching: Any) -> int:
    """Answer the status that a viewer gets."""
    async with watching as viewer:
        return int(viewer.status)


async def test_streams_are_back_soon_after_their_engine_is(
    world: World, peers: AceStreamEngine
) -> None:
    some = [peers.broadcast(VIDEO, rate=RATE, first_byte=0.5) for _ in range(2)]
    async with (
        source(world, peers, *some) as both,
        both.watch(1, "first") as first,
        both.watch(2, "second") as second,
    ):
        await asyncio.gather(first.until_it_plays(), second.until_it_plays())
        connected = both.entity("binary_sensor.connected")
        await peers.kill()
        await world.frontend.until(connected, lambda state: state["state"] == "off")
        await peers.restart()
        async with asyncio.timeout(BACK_SECONDS):
            await peers.until(
                lambda: [one.reading for one in peers.running] == [True, True],
                seconds=BACK_SECONDS,
            )
            for viewer in (first, second):
                viewer.forget()
                await viewer.until_it_plays()
        await world.frontend.until(connected, lambda state: state["state"] == "on")
