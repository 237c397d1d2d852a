"""What all sources share: where they put what they bring, and whom they tell."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from ..events import Event, LineupChanged
from ..fetch import Fetcher
from ..films.films import Films
from ..guide.guide import Guide
from ..guide.library import Order
from ..lineup.lineup import Lineup
from ..virtual.channels import VirtualChannels
from .intake import Intake
from .record import Record, Records


class Household:
    """The surroundings of every kind of source."""

    def __init__(
        self,
        *,
        intake: Intake,
        records: Records,
        lineup: Lineup,
        guide: Guide,
        films: Films,
        virtual: VirtualChannels,
        fetcher: Fetcher,
        emit: Callable[[Event], None],
        now: Callable[[], datetime],
        is_own_tuner: Callable[[str], bool],
        allowed_folders: Sequence[Path],
    ) -> None:
        self.intake = intake
        self.virtual = virtual
        self.fetcher = fetcher
        self.emit = emit
        self.now = now
        self.is_own_tuner = is_own_tuner
        self.allowed_folders = allowed_folders
        self._records = records
        self._lineup = lineup
        self._guide = guide
        self._films = films
        self._told = lineup.revision

    async def recall(self, source_id: str) -> Record:
        """Answer what a source has brought, as far as that is still there."""
        record = await self._records.get(source_id)
        return record.only({record.playlist, *self._guide.feeds(source_id)})

    async def known(self) -> set[str]:
        """Answer the ids of all sources of which anything is kept."""
        return await self._records.all() | await self.virtual.all()

    async def forget(self, source_id: str) -> None:
        """Delete all that a source brought."""
        await self._guide.remove_source(source_id)
        await self._films.remove_source(source_id)
        await self._lineup.remove_source(source_id)
        await self._records.forget(source_id)
        await self.virtual.forget(source_id)
        self.lineup_came_in()

    async def keep(self, source_id: str, record: Record) -> None:
        """Remember what came in."""
        await self._records.put(source_id, record)

    async def arrange_guides(self, source_id: str, order: Order) -> None:
        """Take notice of a source's guides, the preferred one first."""
        await self._guide.arrange(source_id, order)

    async def keep_guides(self, source_id: str, feeds: set[str]) -> None:
        """Drop all guides of a source but these."""
        await self._guide.remove_source(source_id, keep=feeds)

    def lineup_came_in(self) -> None:
        """Tell that the channels may be others now; say nothing where they are not."""
        if self._lineup.revision != self._told:
            self._told = self._lineup.revision
            self.emit(LineupChanged(channels=self._lineup.count))
