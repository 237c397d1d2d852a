"""A stage for one showing, at a time of day that the test sets."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    nullcontext,
)
from dataclasses import dataclass, field
from typing import override

from custom_components.telecast.engine.errors import TelecastError
from custom_components.telecast.engine.playout import Media, Opened, Pieces, Relay, Span
from custom_components.telecast.engine.playout.pacing import Pacer
from custom_components.telecast.engine.playout.stage import Stage
from custom_components.telecast.engine.playout.turn import Turn
from custom_components.telecast.engine.processes.process import FFmpeg, Programs
from custom_components.telecast.engine.timeline import Item, Live, Showing
from custom_components.telecast.engine.upstreams.remux import Read
from custom_components.telecast.formats.ffmpeg import Encoder
from custom_components.telecast.formats.mpegts import Loop

from .world import NORM

NOON = 1_795_000_000_000


def _unnoted(ffmpeg: FFmpeg, encoder: Encoder | None) -> AbstractContextManager[None]:
    return nullcontext()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Pieces):
    """Pieces of which a test tells what comes of each; then there are no more bytes."""

    outcomes: Iterator[TelecastError | None]
    on_read: Callable[[], None]
    spans: list[Span] = field(default_factory=list)

    @override
    @asynccontextmanager
    async def open(self, file: int, media: Media, span: Span) -> AsyncIterator[Read]:
        """Note what is wanted."""
        self.spans.append(span)

        async def read() -> bytes:
            self.on_read()
            if error := next(self.outcomes):
                raise error
            return b""

        yield read


@dataclass
class Studio:
    """Where one showing takes its turn; it has no cards, and notes where one is wanted."""

    now: int = NOON
    outcomes: list[TelecastError | None] = field(default_factory=list)
    """What comes of the pieces."""
    takes: int = 0
    """How many milliseconds go by before that is known of each."""
    reached: int = 0
    """Until when something is shown already."""
    relay: Relay | None = None
    poured: bytes = b""
    cards: list[int] = field(default_factory=list)
    carded: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.pieces = Told(
            programs=Programs(binary="ffmpeg", owner="me"),
            norm=NORM,
            noting=_unnoted,
            outcomes=iter(self.outcomes),
            on_read=self._go_on,
        )

    @asynccontextmanager
    async def turn(
        self, item: Item | Live, *, start: int, stop: int
    ) -> AsyncIterator[Turn]:
        """Prepare a showing; leaving the block ends it."""
        pacer = Pacer(self._pour, clock=self._clock)
        pacer.reached = self.reached
        stage = Stage(
            shelf=self,
            pieces=self.pieces,
            cards=self,
            relay=self.relay or _no_relay,
            pacer=pacer,
            clock=self._clock,
        )
        async with asyncio.TaskGroup() as tasks:
            turn = Turn(tasks, stage, Showing(item=item, start=start, stop=stop))
            yield turn
            turn.drop()

    @asynccontextmanager
    async def open(self, item: Item) -> AsyncIterator[Opened]:
        """Open any item: it is copied."""
        yield Opened(descriptor=0, media=Media(shape="small"))

    def broken(self, item: Item, error: TelecastError) -> None:
        """Hear of no complaint."""
        raise AssertionError(f"{item.key}: {error}")

    async def card(self, instant: int, until: int) -> tuple[Loop, int] | None:
        """Note that one is wanted, and never have it."""
        self.cards.append(instant)
        self.carded.set()
        await asyncio.Event().wait()
        return None

    def _clock(self) -> int:
        return self.now

    def _go_on(self) -> None:
        self.now += self.takes

    async def _pour(self, data: bytes) -> None:
        self.poured += data


def _no_relay(channel: int) -> AbstractAsyncContextManager[Read]:
    raise AssertionError(f"Nobody asked for channel {channel}")
