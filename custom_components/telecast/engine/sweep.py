"""The periodic look for what no event has cleared away."""

import asyncio
import logging

from .hls.storage import Storage
from .streams.stream_manager import StreamManager

_LOGGER = logging.getLogger(__name__)


async def sweep(streams: StreamManager, storage: Storage, *, every: float) -> None:
    """End idle streams and delete folders that no stream owns, every so many seconds."""
    while True:
        await asyncio.sleep(every)
        streams.end_idle()
        if left_over := await storage.sweep():
            _LOGGER.info("Deleted %d left-over folders of segments", left_over)
