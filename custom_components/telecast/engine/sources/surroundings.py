"""What stands around a source, as far as the source needs to know."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from ..events import Event
from ..guide.library import Order
from .intake import Intake
from .record import Record


class Surroundings(Protocol):
    """What a source needs to be told or to tell."""

    intake: Intake
    emit: Callable[[Event], None]
    now: Callable[[], datetime]

    async def keep(self, source_id: str, record: Record) -> None:
        """Remember what came in."""

    async def arrange_guides(self, source_id: str, order: Order) -> None:
        """Take notice of a source's guides, the preferred one first."""

    async def keep_guides(self, source_id: str, feeds: set[str]) -> None:
        """Drop all guides of a source but these."""

    def lineup_came_in(self) -> None:
        """Tell that the channels may be others now."""
