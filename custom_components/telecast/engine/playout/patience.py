"""How long what is read may let wait."""

import asyncio

from ..errors import SourceTimeoutError
from ..upstreams.remux import Read

STALL_SECONDS = 3.0
"""What is being played, and brings nothing for so long, hangs."""


def impatient(read: Read, start: float) -> Read:
    """Read, but wait for the first bytes no longer than that, nor 3 s for any others.

    `start` is a time of the event loop. Reading raises SourceTimeoutError.
    """
    loop = asyncio.get_running_loop()
    deadline = start

    async def soon() -> bytes:
        nonlocal deadline
        began = loop.time()
        latest = max(deadline, began + STALL_SECONDS)
        deadline = 0
        try:
            async with asyncio.timeout_at(latest):
                return await read()
        except TimeoutError as err:
            raise silent(latest - began) from err

    return soon


def silent(seconds: float) -> SourceTimeoutError:
    """Answer the error to raise where nothing came for so long."""
    return SourceTimeoutError(f"Nothing came for {seconds:.0f} s")
