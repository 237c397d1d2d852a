"""A virtual channel as a source: files are listed, and what is played of them is planned."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import replace
import logging
from pathlib import Path
from typing import Protocol, override

from ..errors import CannotConnectError, NoMediaError
from ..model import SourceStatus
from ..settings import VirtualSettings
from ..tasks import open_tasks
from ..virtual.channels import VirtualChannels
from ..virtual.neighbours import Revisions
from .opening import Address
from .record import Record, document_id
from .source import Source
from .surroundings import Surroundings

_LOGGER = logging.getLogger(__name__)

FIRST_SECONDS = 10.0
"""How long files are looked into before the channel begins to play those."""
# Each round takes twice as long as the one before: an edit waits until it is over.
_MOST_SECONDS = 80.0
# Many guides that come in one after the other are followed once.
FOLLOW_SECONDS = 5.0
"""How long it takes at least until the guide follows other channels' guides again."""
_TIMELINE = "timeline"


class VirtualSurroundings(Surroundings, Protocol):
    """What a source needs that is played by ourselves."""

    allowed_folders: Sequence[Path]
    virtual: VirtualChannels


class VirtualSource(Source):
    """Keeps a channel's items as they lie in the folders, and its guide as it will play."""

    burst = 0.3  # the rest of what players need is given ahead of its time
    has_its_name = True  # its channel is called so
    settings: VirtualSettings

    def __init__(
        self, settings: VirtualSettings, record: Record, around: VirtualSurroundings
    ) -> None:
        """Prepare; run() does the work. The channel has begun already."""
        self._allowed_folders = around.allowed_folders
        self._virtual = around.virtual
        self._channel = around.virtual.of(settings.id)
        self._told = self._channel.revision
        """Up to which revision of the channel the guide is told."""
        self._stale = True
        """Whether the guide is to be told anew all the same: days have gone by."""
        self._telling = asyncio.Lock()
        super().__init__(settings, record, around)

    @property
    @override
    def status(self) -> SourceStatus:
        """What is known of the source and of its items right now."""
        return replace(
            super().status,
            items=self._channel.media_count,
            missing=self._channel.missing,
        )

    @override
    async def run(self) -> None:
        """Refresh whenever it is time, and tell what is edited or changed, for ever."""
        async with open_tasks() as tasks:
            tasks.create_task(self._follow_edits())
            tasks.create_task(self._follow_others())
            await super().run()

    @override
    def _guides(self) -> dict[str, Address]:
        return {document_id(self.settings.id, _TIMELINE): Address(url=_TIMELINE)}

    @override
    async def _take_playlist(self) -> None:
        seconds, unprobed = FIRST_SECONDS, 0
        while True:
            self._record, found = await self._around.intake.media(
                self.settings,
                self._record,
                self._progressed,
                files=self._channel.files_of(self.settings),
                allowed_folders=self._allowed_folders,
                seconds=seconds,
            )
            await self._around.keep(self.settings.id, self._record)
            self._stale = True
            await self._virtual.renew(self.settings)
            self._channel.losses.renewed(self.settings, found.missing)
            await self._give_number()
            self._around.lineup_came_in()
            # Those that cannot be looked into now are tried again soon: somebody may be
            # copying them.
            self._rounds.unfinished = found.unprobed > 0
            if not found.unprobed or found.unprobed == unprobed:
                break
            await self._tell()
            seconds, unprobed = min(2 * seconds, _MOST_SECONDS), found.unprobed
        if found.missing:
            names = ", ".join(found.missing)
            raise CannotConnectError(f"Not there, or empty: {names}")
        if not self._channel.media_count:
            raise NoMediaError("There is nothing that could be played")

    @override
    async def _take_guide(self, address: Address) -> None:
        await self._tell()

    async def _give_number(self) -> None:
        """Give the channel the number that is wanted, unless that was done before."""
        if self._record.number != self.settings.number:
            await self._virtual.give_number(self.settings)
            self._record = replace(self._record, number=self.settings.number)
            await self._around.keep(self.settings.id, self._record)

    async def _follow_edits(self) -> None:
        while True:
            await self._channel.changed(self._told)
            await self._follow(self._tell())

    async def _follow_others(self) -> None:
        """Tell what channels are called and show that the channel shows, when that changes."""
        known: Revisions | None = None
        while True:
            known = await self._virtual.others_changed(known)
            await self._follow(self._tell_others())
            await asyncio.sleep(FOLLOW_SECONDS)

    async def _follow(self, telling: Coroutine[None, None, None]) -> None:
        if err := await self._attempt(telling):
            # The next refresh tries again.
            _LOGGER.info("The guide of %s did not follow: %s", self._name, err)

    async def _tell_others(self) -> None:
        # Where it comes to show others, that is told as an edit is.
        await self._virtual.follow_numbers(self.settings.id)
        if await self._virtual.is_behind(self.settings.id):
            self._stale = True
            await self._tell()

    async def _tell(self) -> None:
        """Have the guide say what the channel plays, if it does not."""
        async with self._telling:
            channel = self._channel
            if self._told == channel.revision and not self._stale:
                return
            # Before anything can go wrong, lest an edit be followed for ever.
            self._told, self._stale = channel.revision, False
            if channel.timeline is None:
                return
            source_id = self.settings.id
            await self._around.intake.own_guide(
                document_id(source_id, _TIMELINE),
                source_id,
                self._virtual.guide(source_id),
            )
