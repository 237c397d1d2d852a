"""What a test must not leave behind: processes, descriptors, complaints of the loop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
import os

import psutil

# Turns, not seconds: a test may have stopped the clock.
_MOST_TURNS = 5000


@asynccontextmanager
async def leaving_nothing() -> AsyncIterator[None]:
    """Fail where the block leaves anything behind."""
    faults: list[dict[str, object]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, fault: faults.append(fault))
    before = descriptors()
    yield
    # What is closed in the block goes in the loop's next turns; the other end of a
    # connection, once the system has told it.
    for _ in range(_MOST_TURNS):
        await asyncio.sleep(0)
        if descriptors() == before:
            break
    assert not faults
    assert psutil.Process().children(recursive=True) == []
    assert descriptors() == before


def descriptors() -> dict[str, str]:
    """Answer what is open in this process."""
    found: dict[str, str] = {}
    for name in os.listdir("/proc/self/fd"):
        # The listing's own is gone by now.
        with suppress(FileNotFoundError):
            found[name] = os.readlink(f"/proc/self/fd/{name}")
    return found
