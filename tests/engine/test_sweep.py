"""The sweep: what nobody has cleared away is, in time, and no more than that."""

import asyncio
from pathlib import Path

from custom_components.telecast.engine.hls.storage import open_storage
from custom_components.telecast.engine.sweep import sweep
from tests.fakes.loop_time import LoopTime

EVERY = 60.0


class Streams:
    """Counts how often idle ones are ended."""

    def __init__(self) -> None:
        self.swept = 0

    def end_idle(self) -> None:
        """Count."""
        self.swept += 1


async def test_it_sweeps_again_and_again_and_leaves_what_is_in_use(
    tmp_path: Path,
) -> None:
    time, streams = LoopTime(stopped=True), Streams()
    async with (
        open_storage(owner="one", spare=tmp_path, memory=tmp_path) as storage,
        asyncio.TaskGroup() as tasks,
        storage.shelf("1") as shelf,
    ):
        sweeping = tasks.create_task(sweep(streams, storage, every=EVERY))
        stray = storage.folder / "2"
        for turn in range(1, 4):
            stray.mkdir()
            await asyncio.sleep(0)
            time.advance(EVERY - 1)
            await asyncio.sleep(0)
            assert (stray.exists(), streams.swept) == (True, turn - 1)
            time.advance(1)
            # The last sweep may not have known yet that it was over.
            while stray.exists():
                time.advance(1)
                await asyncio.sleep(0)
            assert streams.swept == turn
            assert shelf.folder.exists()
        sweeping.cancel()
