"""The folders that a virtual channel's files lie in, and whether they are there."""

import asyncio
from collections.abc import Callable, Iterator
import os
from pathlib import Path

from ..settings import VirtualSettings
from .reach import in_thread

PATIENCE_SECONDS = 5.0
"""How long a disk may take to tell what is in a folder."""


def roots_of(settings: VirtualSettings) -> Iterator[Path]:
    """Yield the folders that have to be there."""
    yield from map(Path, settings.folders)
    yield from map(Path, settings.filler)
    yield from (Path(file).parent for file in settings.files)


def root_of(settings: VirtualSettings, path: Path) -> Path:
    """Answer which folder has to be there for a file to be."""
    within = (root for root in roots_of(settings) if path.is_relative_to(root))
    return next(within, path.parent)


def is_filled(folder: Path) -> bool:
    """Tell whether a folder is not as empty as a disk that is not mounted; blocks."""
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is not None
    except OSError:
        return False


class Lookout:
    """Looks whether folders are there; one whose disk does not answer is asked once."""

    def __init__(
        self,
        *,
        look: Callable[[Path], bool] = is_filled,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        """Prepare; `look` blocks, and may do so for ever, `patience` is in seconds."""
        self._look = look
        self._patience = patience
        self._looks: dict[Path, asyncio.Future[bool]] = {}
        """Those that are not over: each holds a thread."""

    async def is_there(self, folder: Path) -> bool:
        """Tell whether a folder is there, and answers soon."""
        looking = self._looks.get(folder) or self._begin(folder)
        await asyncio.wait({looking}, timeout=self._patience)
        return looking.done() and looking.result()

    def _begin(self, folder: Path) -> asyncio.Future[bool]:
        self._looks[folder] = looking = in_thread(lambda: self._look(folder))
        looking.add_done_callback(lambda _: self._looks.pop(folder))
        return looking
