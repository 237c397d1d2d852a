"""Keeps a part of discovery open; opens it again when what was in the way has gone."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
import errno

from .model import Problem
from .multicast import NoMulticastError


async def for_ever() -> None:
    """Wait until cancelled."""
    await asyncio.Event().wait()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A part that is open."""

    address: tuple[str, int]
    run: Callable[[], Awaitable[None]] = for_ever
    """What it does meanwhile; raises OSError when it cannot do so any more."""


async def keep_open(
    open_part: Callable[[], AbstractAsyncContextManager[Opened]],
    *,
    retry_seconds: float,
    opened: Callable[[Opened], None],
    failed: Callable[[OSError], None],
) -> None:
    """Hold a part open until cancelled.

    Nothing tells when a port becomes free or a network comes back: so it is tried again
    each `retry_seconds`. Each attempt calls `opened` or `failed`.
    """
    while True:
        try:
            async with open_part() as part:
                opened(part)
                await part.run()
        except OSError as err:
            failed(err)
        await asyncio.sleep(retry_seconds)


def problem_of(error: OSError) -> Problem:
    """Answer what an error means to users."""
    if isinstance(error, NoMulticastError):
        return Problem.NO_MULTICAST
    if error.errno == errno.EADDRINUSE:
        return Problem.PORT_TAKEN
    return Problem.REFUSED
