"""The entry is reloaded, removed and added again, and Home Assistant stops, all at will."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from .resources import holds_no_more_than, resources
from .viewer import Viewer, watching
from .world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")

STREAM = "/telecast/stream/1.ts"
VIEWERS = 20


@pytest_asyncio.fixture(loop_scope="module")
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def viewers(world: World, stack: AsyncExitStack, count: int) -> list[Viewer]:
    """Let so many watch, on two channels."""
    tuned = await asyncio.gather(
        *(
            stack.enter_async_context(
                watching(world.url(f"/telecast/stream/{1 + index % 2}.ts"), f"{index}")
            )
            for index in range(count)
        )
    )
    for viewer in tuned:
        await viewer.until_it_plays()
    return tuned


async def ended(tuned: list[Viewer]) -> None:
    """Wait until all streams have come to their end."""
    async with asyncio.timeout(5):
        for viewer in tuned:
            await viewer.until(lambda viewer: viewer.ended)


async def test_reloading_while_streams_run_leaves_nothing_behind(
    world: World, stack: AsyncExitStack
) -> None:
    entry, before = await world.entry(), None
    for _ in range(4):
        tuned = await viewers(world, stack, 4)
        await world.frontend.reload(entry)
        await ended(tuned)
        await stack.aclose()
        await world.provider.until(lambda provider: provider.open == 0)
        # Every source is read again at the start, and holds files until that is over.
        await world.frontend.act("telecast", "refresh", source="Demo")
        # What is opened once and kept is there after the first reload.
        before = before or await resources(world)
    await holds_no_more_than(world, before)


async def test_it_can_be_removed_and_added_while_streams_run(
    world: World, stack: AsyncExitStack
) -> None:
    tuned = await viewers(world, stack, 4)
    await world.frontend.remove(await world.entry())
    await ended(tuned)
    await world.provider.until(lambda provider: provider.open == 0)
    async with watching(world.url(STREAM)) as viewer:
        assert viewer.status == 503
    await world.set_up()
    await viewers(world, stack, 4)


async def test_home_assistant_stops_at_once_with_twenty_viewers(
    world: World, stack: AsyncExitStack
) -> None:
    tuned = await viewers(world, stack, VIEWERS)
    assert await world.home.stop() < 5
    await ended(tuned)
    assert world.home.processes() == []
