"""What a test must not leave behind: processes, descriptors, complaints of the loop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
import os

import psutil


@asynccontextmanager
async def leaving_nothing() -> AsyncIterator[None]:
    """Fail where the block leaves anything behind."""
    faults: list[dict[str, object]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, fault: faults.append(fault))
    before = descriptors()
    yield
    # What is closed in the block goes in the loop's next turns.
    for _ in range(3):
        await asyncio.sleep(0)
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
