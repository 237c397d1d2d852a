"""A task group whose failure reads like that of a plain call."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from .errors import TelecastError


@asynccontextmanager
async def open_tasks() -> AsyncIterator[asyncio.TaskGroup]:
    """Run tasks until all have ended; one that fails ends the others.

    A TelecastError of a task is raised as it is, the first one where several fail; all
    else comes as the group of errors that it is.
    """
    try:
        async with asyncio.TaskGroup() as tasks:
            yield tasks
    except BaseExceptionGroup as group:
        known = _known(group)
        if known is None:
            raise
        raise known from known.__cause__


def _known(group: BaseExceptionGroup) -> TelecastError | None:
    """Answer the first of the errors, if every one of them is ours."""
    _, others = group.split(TelecastError)
    first: BaseException = group
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return first if others is None and isinstance(first, TelecastError) else None
