"""A folder of video becomes a virtual channel: what listing it, and looking into it, takes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import os
from pathlib import Path
import subprocess
import time
from typing import Any

import psutil

from custom_components.telecast.engine.films.films import Films
from custom_components.telecast.engine.guide.guide import open_guide
from custom_components.telecast.engine.imports.importer import Importer
from custom_components.telecast.engine.imports.results import MediaResult
from custom_components.telecast.engine.lineup.lineup import Lineup
from custom_components.telecast.engine.settings import VirtualSettings
from custom_components.telecast.engine.store.store import open_store

from .processes import forget_highest_memory, memory
from .stopwatch import stopwatch
from .table import Table

_TIMEOUT = 3 * 3600.0
_LOOK_SECONDS = 0.05
_WHEN = 1_790_000_000
_EPISODES = 20
_CLIP = (
    *("ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi"),
    *("-i", "testsrc2=size=64x36:rate=5", "-f", "lavfi", "-i", "sine", "-t", "2"),
    *("-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "16k"),
    *("-f", "matroska", "-"),
)


@dataclass(slots=True, kw_only=True)
class _Scan:
    """What one scan took."""

    result: MediaResult
    seconds: float
    steps: list[float] = field(repr=False)
    """How long tasks held the loop, each time (s)."""
    child: float
    """The highest memory of the child, its probers apart, and how much we grew (MiB)."""
    grown: float


async def measure(files: int, folder: Path) -> Table:
    """List a folder of so many files, look into them all, and scan it once more."""
    await asyncio.to_thread(_lay_out, folder / "media", files)
    async with _open_importer(folder) as importer:
        scans = [
            await _scan(importer, folder / "media", seconds=seconds)
            for seconds in (0.0, _TIMEOUT, _TIMEOUT)
        ]
    with stopwatch() as control:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_idle(scans[-1].seconds))
    return _table(files, scans, control)


def _lay_out(folder: Path, files: int) -> None:
    """Make series of short episodes, all from one clip, each of another time."""
    clip = subprocess.run(_CLIP, capture_output=True, check=True).stdout
    for number in range(files):
        show, episode = divmod(number, _EPISODES)
        path = folder / f"Show {show}" / "Season 1" / f"S01E{episode + 1:02} - Name.mkv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(clip)
        os.utime(path, (_WHEN + number, _WHEN + number))


@asynccontextmanager
async def _open_importer(folder: Path) -> AsyncIterator[Importer]:
    async def ask(*_: Any) -> None:
        """Know nothing of films."""

    async with (
        open_store(folder / "telecast.db") as store,
        open_guide(store=store, folder=folder / "guides") as guide,
    ):
        yield Importer(
            store=store,
            lineup=Lineup(store),
            guide=guide,
            films=Films(store=store, ask=ask),
            folder=folder,
        )


async def _scan(importer: Importer, folder: Path, *, seconds: float) -> _Scan:
    settings = VirtualSettings(
        id="bench", name="Bench", folders=(str(folder),), starts_at=0
    )
    before, _ = memory(os.getpid())
    forget_highest_memory(os.getpid())
    sizes: list[float] = []
    began = time.monotonic()
    with stopwatch() as steps:
        async with asyncio.TaskGroup() as tasks:
            watching = tasks.create_task(_watch(sizes))
            result = await tasks.create_task(
                importer.media(
                    settings, files=(), allowed_folders=[folder], seconds=seconds
                )
            )
            watching.cancel()
    took = time.monotonic() - began
    return _Scan(
        result=result,
        seconds=took,
        steps=steps,
        child=max(sizes, default=0.0),
        grown=memory(os.getpid())[1] - before,
    )


async def _watch(sizes: list[float]) -> None:
    """Note how large the child is, again and again."""
    while True:
        sizes.append(await asyncio.to_thread(_child_memory))
        await asyncio.sleep(_LOOK_SECONDS)


def _child_memory() -> float:
    try:
        return max(
            (memory(one.pid)[1] for one in psutil.Process().children()), default=0
        )
    except OSError, KeyError, psutil.Error:
        return 0.0


async def _idle(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        await asyncio.sleep(_LOOK_SECONDS)


def _table(files: int, scans: list[_Scan], control: list[float]) -> Table:
    table = Table(
        f"A folder of {files:,} files as a virtual channel",
        ("", "listed", "looked into", "again", "bar"),
    )
    table.add("took, s", *(f"{one.seconds:.1f}" for one in scans))
    table.add("  a file, ms", *(f"{one.seconds / files * 1e3:.2f}" for one in scans))
    table.add("can be played", *(f"{one.result.items}" for one in scans))
    table.add("left to look into", *(f"{one.result.unprobed}" for one in scans))
    longest = (f"{max(one.steps) * 1e3:.1f}" for one in scans)
    table.add("loop held longest, ms of CPU", *longest, "20")
    alone = f"{max(control) * 1e3:.1f}"
    table.add("  by a task that only waits, ms of CPU", "", "", alone)
    table.add("child's highest memory, MiB", *(f"{one.child:.0f}" for one in scans))
    table.add("our own grown by at most, MiB", *(f"{one.grown:.1f}" for one in scans))
    return table
