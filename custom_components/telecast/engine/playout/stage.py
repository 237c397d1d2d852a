"""What a play-out needs of others: what is on, the files, the cards, other channels."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from ...formats.mpegts import Loop
from ..errors import TelecastError
from ..timeline import Item, Showing
from ..upstreams.remux import Read
from .pacing import Pacer
from .pieces import Media, Pieces


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An item's file that is open."""

    descriptor: int
    media: Media


class Programme(Protocol):
    """What is on when."""

    def at(self, instant: int) -> Showing:
        """Answer what is on at an instant, in milliseconds since 1970."""

    async def edited(self) -> None:
        """Wait for the next edit."""


class Shelf(Protocol):
    """Where the items are."""

    def open(self, item: Item) -> AbstractAsyncContextManager[Opened]:
        """Open an item's file; raises MissingFileError and other TelecastErrors."""

    def broken(self, item: Item, error: TelecastError) -> None:
        """Hear that an item cannot be played, and why."""


class Cards(Protocol):
    """Makes what is shown where nothing is on."""

    async def card(self, instant: int, until: int) -> tuple[Loop, int] | None:
        """Answer a card, and up to when it may be shown; None where there can be none.

        It is shown at `instant`, and what is next begins at `until`.
        """


type Relay = Callable[[int], AbstractAsyncContextManager[Read]]
"""Reads another channel, by its id; entering and reading raise TelecastErrors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """All that a showing is played with."""

    shelf: Shelf
    pieces: Pieces
    cards: Cards
    relay: Relay
    pacer: Pacer
    clock: Callable[[], int]
    """Answers the time of day, in milliseconds since 1970."""
