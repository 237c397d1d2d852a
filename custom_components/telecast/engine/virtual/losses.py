"""What play-out found missing or broken among a virtual channel's files."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
import logging
from pathlib import Path

from ..errors import (
    CannotConnectError,
    EncodingFailedError,
    MissingFileError,
    NoDataError,
    NoPictureError,
    SourceTimeoutError,
    TelecastError,
    UnsupportedStreamError,
)
from ..events import Event, SourceChanged
from ..pipe.supply import path_of
from ..settings import VirtualSettings
from ..store.store import Store
from .folders import Lookout, root_of, roots_of
from .media import Medium, find, is_present

_LOGGER = logging.getLogger(__name__)

# What a file says whose disk has gone, or hangs, or fails.
_AWAY = (CannotConnectError, SourceTimeoutError)
# What says something about the file itself.
_BROKEN = (
    CannotConnectError,
    NoDataError,
    NoPictureError,
    EncodingFailedError,
    UnsupportedStreamError,
)
_MOST_TRIES = 2

# What could not be opened looks the same when it can be: it is looked into again.
_MARK = """
    UPDATE media SET error = ?1, probed = iif(?1 = 'cannot_connect', '', probed)
    WHERE source = ?2 AND id = ?3 AND error = ''
"""


class Losses:
    """Tells folders that have gone from files that have, and from broken ones.

    A folder that has gone is told at once. Where a file has, its folder is looked
    through again, which leaves the file out. One that is broken is marked, and left out
    the next time that items are listed, until it is another file.

    The settings that are told here name all files, those that actions added among them.
    """

    def __init__(
        self,
        *,
        store: Store,
        tasks: asyncio.TaskGroup,
        refresh: Callable[[str], Awaitable[None]],
        emit: Callable[[Event], None],
    ) -> None:
        """Prepare; `refresh` has the folders of a source looked through again."""
        self.missing: tuple[str, ...] = ()
        """The names of folders that are not there, or empty."""
        self._store = store
        self._tasks = tasks
        self._refresh = refresh
        self._emit = emit
        self._lookout = Lookout()
        self._tries: dict[int, int] = {}
        self._at_work: set[asyncio.Task[None]] = set()

    def report(
        self, settings: VirtualSettings, medium_id: int, error: TelecastError
    ) -> None:
        """Hear that a file cannot be played, and why."""
        if isinstance(error, _AWAY):
            has_gone = isinstance(error, MissingFileError)
            self._look(self._look_for(settings, medium_id, has_gone=has_gone))
        if _tells_of_file(error):
            tries = self._tries.get(medium_id, 0) + 1
            self._tries[medium_id] = tries
            if tries == _MOST_TRIES:
                self._work(self._mark(settings, medium_id, error))

    def found(self, settings: VirtualSettings) -> None:
        """Hear that a file is there, and so perhaps its folder again."""
        if self.missing:
            self._look(self._look_again(settings))

    def renewed(self, settings: VirtualSettings, missing: tuple[str, ...]) -> None:
        """Hear which folders are missing now that all have been looked through."""
        self._tries.clear()
        self._lack(settings, missing)

    async def looked(self) -> None:
        """Wait until all that was reported has been looked at."""
        while self._at_work:
            await asyncio.wait(self._at_work)

    def close(self) -> None:
        """End the look at a disk, which may take for ever."""
        for task in self._at_work:
            task.cancel()

    def _look(self, looking: Coroutine[None, None, None]) -> None:
        """Look at the disk, unless that is being done; play-out will report again."""
        if self._at_work:
            looking.close()
        else:
            self._work(looking)

    def _work(self, work: Coroutine[None, None, None]) -> None:
        task = self._tasks.create_task(_quietly(work))
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)

    async def _look_for(
        self, settings: VirtualSettings, medium_id: int, *, has_gone: bool
    ) -> None:
        medium, is_listed = await self._store.read(
            lambda connection: (
                find(connection, settings.id, str(medium_id)),
                is_present(connection, settings.id, medium_id),
            )
        )
        if medium is None:
            return
        # Else that is known, and it is only what was to be on that names it.
        if await self._has_root(settings, medium) and has_gone and is_listed:
            await self._refresh(settings.id)

    async def _has_root(self, settings: VirtualSettings, medium: Medium) -> bool:
        """Tell whether a file's folder is there; say so where it is not."""
        root = root_of(settings, Path(path_of(medium.address)))
        if await self._lookout.is_there(root):
            return True
        if root.name not in self.missing:
            _LOGGER.warning("%s: %s is not there, or empty", settings.name, root.name)
            self._lack(settings, (*self.missing, root.name))
        return False

    async def _look_again(self, settings: VirtualSettings) -> None:
        still = []
        for name in self.missing:
            # Several may be called alike; where a link leads, it is called otherwise.
            named = [root for root in roots_of(settings) if root.name == name]
            roots = dict.fromkeys(named or roots_of(settings))
            if not all([await self._lookout.is_there(root) for root in roots]):
                still.append(name)
        if len(still) < len(self.missing):
            self._lack(settings, tuple(still))
            await self._refresh(settings.id)

    async def _mark(
        self, settings: VirtualSettings, medium_id: int, error: TelecastError
    ) -> None:
        medium = await self._store.read(
            lambda connection: find(connection, settings.id, str(medium_id))
        )
        # A disk that fails says all kinds of things of files that are well.
        if medium is None or not await self._has_root(settings, medium):
            return
        row = (error.code, settings.id, medium_id)
        marked = await self._store.write(
            lambda connection: connection.execute(_MARK, row).rowcount
        )
        if marked:
            _LOGGER.warning(
                "%s: an item cannot be played, and is left out: %s",
                settings.name,
                error,
            )

    def _lack(self, settings: VirtualSettings, missing: tuple[str, ...]) -> None:
        if missing != self.missing:
            self.missing = missing
            self._emit(SourceChanged(source=settings.id))


async def _quietly(looking: Coroutine[None, None, None]) -> None:
    try:
        await looking
    except TelecastError as err:
        _LOGGER.debug("What is lost of a virtual channel is not known: %s", err)


def _tells_of_file(error: TelecastError) -> bool:
    """Tell whether an error says something of a file, and not of who ended FFmpeg."""
    if isinstance(error, EncodingFailedError) and error.was_killed:
        return False
    return isinstance(error, _BROKEN) and not isinstance(error, MissingFileError)
