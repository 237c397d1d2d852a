"""What a Home Assistant holds: nothing of it may grow with use."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
import time

from scripts.workbench.home_assistant import CONFIGURATION

from .world import World

# Of what is kept alive between two requests.
_CLOSING_SECONDS = 20.0
_CENSUS = Path(__file__).parent / "integrations" / "census"

type Count = Callable[[World], Awaitable[Counter[str]]]
"""Counts some of what Home Assistant holds."""


async def resources(world: World) -> Counter[str]:
    """Count Home Assistant's threads, open files and processes."""
    return await asyncio.to_thread(_resources, world)


def _resources(world: World) -> Counter[str]:
    process = Path(f"/proc/{world.home.pid}")
    names = _thread_names(process)
    return Counter(
        # Home Assistant's own pool grows as it is used.
        threads=sum(not name.startswith("SyncWorker") for name in names),
        files=len(list(process.glob("fd/*"))),
        processes=len(world.home.processes()),
    )


def _thread_names(process: Path) -> Iterator[str]:
    for name in process.glob("task/*/comm"):
        # It may have ended since it was listed.
        with suppress(OSError):
            yield name.read_text()


async def holds_no_more_than(
    world: World, before: Counter[str], count: Count = resources
) -> None:
    """Fail where a count is above what it was, and stays so: connections close late."""
    ends = time.monotonic() + _CLOSING_SECONDS
    while (more := await count(world) - before) and time.monotonic() < ends:
        await asyncio.sleep(0.1)
    assert not more, (before, more)


def install_census(folder: Path) -> None:
    """Have Home Assistant, before it starts in a folder, count Telecast's tasks."""
    integrations = folder / "custom_components"
    integrations.mkdir(exist_ok=True)
    (integrations / _CENSUS.name).symlink_to(_CENSUS)
    (folder / "configuration.yaml").write_text(f"{CONFIGURATION}{_CENSUS.name}:\n")


async def running_tasks(world: World) -> Counter[str]:
    """Count Telecast's tasks inside Home Assistant, by what they run."""
    answer = await world.frontend.command(
        "call_service",
        domain=_CENSUS.name,
        service="tasks",
        return_response=True,
    )
    return Counter(answer["response"])
