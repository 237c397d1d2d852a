"""The items of virtual channels, as the user adds, removes and orders them."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
import logging
from pathlib import Path

from ..errors import NoMediaError, NotInOrderError, SourceError, UnknownItemError
from ..sources.opening import open_allowed
from ..store.store import Store
from ..timeline import Order
from .channel import VirtualChannel
from .listing import Entry, Listing, entries, page

_LOGGER = logging.getLogger(__name__)


class Items:
    """Lists and edits them; what is edited is played from the next item on."""

    def __init__(
        self,
        *,
        store: Store,
        refresh: Callable[[str], Awaitable[None]],
        allowed_folders: Sequence[Path],
    ) -> None:
        """Prepare; `refresh` has a source refreshed, and waits for that."""
        self._store = store
        self._refresh = refresh
        self._allowed_folders = tuple(allowed_folders)

    async def page(self, channel: VirtualChannel, offset: int, limit: int) -> Listing:
        """Answer a page of a channel's items."""
        source_id, edits = channel.settings.id, channel.edits
        return await self._store.read(
            lambda connection: page(
                connection, source_id, edits, offset=offset, limit=limit
            )
        )

    async def check(self, channel: VirtualChannel, ids: Collection[int]) -> None:
        """Raise UnknownItemError where a channel has not all of these items."""
        _check_known([one.id for one in await self._entries(channel)], ids)

    async def add(
        self, channel: VirtualChannel, files: Sequence[str], position: int | None
    ) -> None:
        """Add files, by their paths, and wait until they have been looked into.

        They come last, or at a position, counted from 0. What is there already, or was
        left out, is put there. Raises NotInOrderError (for a position where there is
        none), PathNotAllowedError, MissingFileError, and NoMediaError for files that
        cannot be played; those are not kept.
        """
        if position is not None:
            _check_order(channel)
        paths = [await asyncio.to_thread(self._checked, file) for file in files]
        await channel.change(lambda edits: edits.having(paths))
        found = await self._looked_into(channel, paths)
        lost = [one for one in paths if one not in found or not found[one].duration]
        ids = [found[path].id for path in paths if path not in lost]
        broken = {found[path].id for path in lost if path in found}
        await channel.change(
            lambda edits: edits.without(broken, lost).wanting({*ids, *broken})
        )
        if position is not None:
            await self._place(channel, ids, position)
        if lost:
            names = ", ".join(Path(path).name for path in lost)
            raise NoMediaError(f"This cannot be played: {names}")

    async def remove(self, channel: VirtualChannel, ids: Collection[int]) -> None:
        """Play items no more; raise UnknownItemError."""
        listed = {one.id: one for one in await self._entries(channel)}
        _check_known(listed, ids)
        paths = {listed[key].path for key in ids}
        await channel.change(lambda edits: edits.without(ids, paths))

    async def move(self, channel: VirtualChannel, id: int, position: int) -> None:
        """Put an item at a position among all, counted from 0.

        Raises UnknownItemError and NotInOrderError.
        """
        _check_order(channel)
        await self.check(channel, [id])
        await self._place(channel, [id], position)

    async def _looked_into(
        self, channel: VirtualChannel, paths: Collection[str]
    ) -> dict[str, Entry]:
        """Answer all entries by their paths, once a refresh has seen these, if any does."""
        found: dict[str, Entry] = {}
        # The first one may have been under way before these were wanted.
        for _ in range(2):
            try:
                await self._refresh(channel.settings.id)
            except SourceError as err:
                # Something else may be wrong with it, and these may be there all the same.
                _LOGGER.debug("Of %s, not all came in: %s", channel.settings.name, err)
            found = {one.path: one for one in await self._entries(channel, hidden=True)}
            if found.keys() >= set(paths):
                break
        return found

    async def _place(
        self, channel: VirtualChannel, ids: Sequence[int], position: int
    ) -> None:
        listed = [one.id for one in await self._entries(channel)]
        await channel.change(lambda edits: edits.placed(listed, ids, position))

    async def _entries(
        self, channel: VirtualChannel, *, hidden: bool = False
    ) -> list[Entry]:
        """Answer the items, as they are listed; with those left out where `hidden`."""
        edits = (
            replace(channel.edits, left_out=frozenset()) if hidden else channel.edits
        )
        return await self._store.read(
            lambda connection: entries(connection, channel.settings.id, edits)
        )

    def _checked(self, file: str) -> str:
        """Answer where a file is, wherever links lead, if it may be read; blocks."""
        open_allowed(file, self._allowed_folders).close()
        return str(Path(file).resolve())


def _check_order(channel: VirtualChannel) -> None:
    if channel.settings.order != Order.SEQUENTIAL:
        raise NotInOrderError("Its items are not played in the order of their list")


def _check_known(known: Collection[int], wanted: Collection[int]) -> None:
    for key in wanted:
        if key not in known:
            raise UnknownItemError(f"The channel has no item {key}")
