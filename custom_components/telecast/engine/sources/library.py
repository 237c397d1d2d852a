"""Folders of the user's own films as a source: nothing is fetched, the disk is looked at."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol, override

from ..errors import CannotConnectError
from ..model import SourceStatus
from ..settings import LibrarySettings
from .record import Record
from .source import Source
from .surroundings import Surroundings


class LibrarySurroundings(Surroundings, Protocol):
    """What a source needs that lies on disk."""

    allowed_folders: Sequence[Path]


class LibrarySource(Source):
    """Keeps films and series as they lie in the folders; what is not mounted stays."""

    has_its_name = True  # its groups are called so
    settings: LibrarySettings

    def __init__(
        self, settings: LibrarySettings, record: Record, around: LibrarySurroundings
    ) -> None:
        """Prepare; run() does the work. `record` holds only what is still there."""
        self._allowed_folders = around.allowed_folders
        self._insisted = False
        """Whether somebody asks for what is there, however little that is."""
        super().__init__(settings, record, around)

    @property
    @override
    def status(self) -> SourceStatus:
        """What is known of the source, and how much it holds, right now."""
        record = self._record
        return replace(super().status, films=record.films, series=record.series)

    @override
    async def refresh(self) -> None:
        """Refresh now, and believe that most of the films have gone, if they have."""
        self._insisted = True
        await super().refresh()

    @override
    async def _take_playlist(self) -> None:
        insisted, self._insisted = self._insisted, False
        self._record, found = await self._around.intake.library(
            self.settings,
            self._record,
            self._progressed,
            allowed_folders=self._allowed_folders,
            allow_shrink=insisted,
        )
        await self._around.keep(self.settings.id, self._record)
        if found.missing:
            names = ", ".join(found.missing)
            raise CannotConnectError(f"Not there, or empty: {names}")
