"""Encoders that need no proof: software alone."""

import asyncio
from collections.abc import Callable

from custom_components.telecast.engine.encoders.choice import EncoderChoice
from custom_components.telecast.engine.encoders.encoders import Encoders
from custom_components.telecast.engine.events import Event
from custom_components.telecast.engine.processes.process import Programs


def software(
    *,
    tasks: asyncio.TaskGroup,
    programs: Programs,
    limit: int = 0,
    emit: Callable[[Event], None] = lambda event: None,
) -> Encoders:
    """Make encoders that prove nothing: they are closed from the beginning."""
    encoders = Encoders(
        tasks=tasks,
        programs=programs,
        choice=EncoderChoice("none", asyncio.get_running_loop().time),
        limit=limit,
        emit=emit,
        device="",
    )
    encoders.close()
    return encoders
