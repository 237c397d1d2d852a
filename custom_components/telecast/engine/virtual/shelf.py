"""The files of a virtual channel, opened to be played."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path, PurePath
from typing import Protocol

from ..errors import MissingFileError, TelecastError
from ..pipe.supply import path_of
from ..playout import Media, Opened
from ..sources.opening import open_allowed
from ..timeline import Item
from .media import Medium
from .norm import copied_shape
from .reach import Reach

# Streams, without an index.
_LAND_LATE = frozenset({".m2ts", ".mpeg", ".mpg", ".mts", ".ts", ".vob"})


class Stock(Protocol):
    """What a virtual channel knows of its files."""

    @property
    def shapes(self) -> frozenset[str]:
        """The distinct shapes of all that can be played."""

    async def medium(self, key: str) -> Medium | None:
        """Answer a file by its key in the timeline."""

    def report(self, medium_id: int, error: TelecastError) -> None:
        """Hear that a file cannot be played, and why."""

    def found(self) -> None:
        """Hear that files are there again."""


class MediaShelf:
    """Opens the items of one channel; files lie in allowed folders alone."""

    def __init__(
        self,
        stock: Stock,
        *,
        reach: Callable[[Path], Reach],
        allowed_folders: Sequence[Path],
    ) -> None:
        """Prepare; `reach` answers what opens a path.

        Paths lead only into `allowed_folders`, which are resolved.
        """
        self._stock = stock
        self._reach = reach
        self._allowed_folders = tuple(allowed_folders)

    @asynccontextmanager
    async def open(self, item: Item) -> AsyncIterator[Opened]:
        """Open an item's file; raise MissingFileError where there is none.

        Raises PathNotAllowedError and CannotConnectError as well, and SourceTimeoutError
        where its disk does not answer for 3 s.
        """
        medium = await self._stock.medium(item.key)
        if medium is None:
            raise MissingFileError("The item is no longer in the list")
        path = path_of(medium.address)
        async with self._reach(Path(path)).opened(
            lambda: open_allowed(path, self._allowed_folders)
        ) as file:
            self._stock.found()
            yield Opened(descriptor=file.fileno(), media=self._media(medium))

    def broken(self, item: Item, error: TelecastError) -> None:
        """Tell the channel that an item cannot be played, and why."""
        self._stock.report(int(item.key), error)

    def _media(self, medium: Medium) -> Media:
        shape = copied_shape(self._stock.shapes)
        return Media(
            picture=_place(medium, "video"),
            sound=_place(medium, "audio"),
            lands_late=PurePath(medium.address).suffix.casefold() in _LAND_LATE,
            shape=shape if medium.shape == shape else "",
        )


def _place(medium: Medium, kind: str) -> int | None:
    """Answer which of the file's streams of a kind is played; None where it has none."""
    facts = medium.streams.get(kind)
    return facts.get("place", 0) if facts else None
