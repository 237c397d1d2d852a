"""One real Home Assistant for all tests of a module."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.marked.clips import ALIKE, MIXED, make_all

from .sockets import allow_sockets
from .world import World, open_world


@pytest.fixture(autouse=True)
def verify_cleanup() -> None:
    """Replace the harness' look at the loop: these tests share theirs, and its tasks."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where Home Assistant's configuration is; a module may put its own there first."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders of clips whose pictures tell what they are: `mixed` and `alike`."""
    folder = tmp_path_factory.mktemp("clips")
    make_all(folder / "mixed", MIXED)
    make_all(folder / "alike", ALIKE)
    return folder


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def empty_world(folder: Path) -> AsyncIterator[World]:
    """Run Home Assistant without Telecast; its log must be clean in the end."""
    allow_sockets()
    async with open_world(folder) as world:
        yield world
        await world.home.stop()
        world.assert_clean_log()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(empty_world: World) -> World:
    """Set Telecast up on the demo channels."""
    await empty_world.set_up()
    return empty_world
