"""A channel of short clips, played by real FFmpegs from a folder that may vanish."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    nullcontext,
)
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
import time

from custom_components.telecast.engine.errors import MissingFileError, TelecastError
from custom_components.telecast.engine.playout import (
    LEAD,
    Media,
    Noting,
    Opened,
    Pieces,
    Playout,
    Relay,
)
from custom_components.telecast.engine.processes.process import FFmpeg, Programs
from custom_components.telecast.engine.timeline import (
    LATEST,
    Cause,
    Gap,
    Item,
    Live,
    Showing,
)
from custom_components.telecast.engine.upstreams.basin import Basin, open_basin
from custom_components.telecast.engine.upstreams.remux import Read
from custom_components.telecast.formats.ffmpeg import (
    AudioEncode,
    Encoder,
    Norm,
    Rendition,
)
from custom_components.telecast.formats.mpegts import CLOCK, Loop

SMALL = Rendition(name="small", width=160, height=90, video_kbps=200, audio_kbps=64)
NORM = Norm(rendition=SMALL, audio=AudioEncode(kbps=64))
TICKS = CLOCK // 1000
NOTHING = Gap(cause=Cause.NOTHING)


def clock() -> int:
    """Answer the time of day in milliseconds."""
    return time.time_ns() // 1_000_000


def item(name: str, seconds: float = 60) -> Item:
    """Make an item of a clip."""
    return Item(key=name, duration=int(seconds * 1000))


class Listed:
    """A programme that a test writes down."""

    def __init__(self, start: int, playing: Iterable[tuple[Item | Live | Gap, int]]):
        self._news = asyncio.Event()
        self.write(start, playing)

    def write(
        self, start: int, playing: Iterable[tuple[Item | Live | Gap, int]]
    ) -> None:
        """Have other things on, each for so many milliseconds; nothing before and after."""
        listed = list(playing)
        starts = list(accumulate((length for _, length in listed), initial=start))
        self.showings = [
            Showing(item=item, start=begin, stop=begin + length)
            for (item, length), begin in zip(listed, starts, strict=False)
        ]
        self._end = starts[-1]
        self._news.set()

    def at(self, instant: int) -> Showing:
        """Answer what is on."""
        for showing in self.showings:
            if showing.start <= instant < showing.stop:
                return showing
        return Showing(item=NOTHING, start=self._end, stop=self._end + 3_600_000)

    async def edited(self) -> None:
        """Wait for `write`."""
        self._news.clear()
        await self._news.wait()


@dataclass
class Folder:
    """Clips on disk."""

    path: Path
    silent: set[str] = field(default_factory=set)
    shapes: dict[str, str] = field(default_factory=dict)
    """Of those that are copied."""
    complaints: list[tuple[str, str]] = field(default_factory=list)

    @asynccontextmanager
    async def open(self, item: Item) -> AsyncIterator[Opened]:
        """Open a clip by its name."""
        try:
            file = (self.path / item.key).open("rb")
        except OSError as err:
            raise MissingFileError("There is no such clip") from err
        with file:
            media = Media(
                sound=None if item.key in self.silent else 0,
                shape=self.shapes.get(item.key, ""),
            )
            yield Opened(descriptor=file.fileno(), media=media)

    def broken(self, item: Item, error: TelecastError) -> None:
        """Note that."""
        self.complaints.append((item.key, error.code))


@dataclass
class Cards:
    """One card for all cases."""

    loop: Loop | None
    shown: list[int] = field(default_factory=list)

    async def card(self, instant: int, until: int) -> tuple[Loop, int] | None:
        """Answer it."""
        self.shown.append(instant)
        return self.loop and (self.loop, until)


def _no_relay(channel: int) -> AbstractAsyncContextManager[Read]:
    raise AssertionError(f"Nobody asked for channel {channel}")


def _unnoted(ffmpeg: FFmpeg, encoder: Encoder | None) -> AbstractContextManager[None]:
    return nullcontext()


@asynccontextmanager
async def open_playout(
    programme: Listed,
    folder: Folder,
    cards: Cards,
    *,
    relay: Relay = _no_relay,
    noting: Noting = _unnoted,
    clock: Callable[[], int] = clock,
    stop: int = LATEST,
    lead: int = LEAD,
) -> AsyncIterator[Basin]:
    """Play to a basin."""
    playout = Playout(
        programme=programme,
        shelf=folder,
        pieces=Pieces(
            programs=Programs(binary="ffmpeg", owner="me", term_seconds=0.2),
            norm=NORM,
            noting=noting,
        ),
        cards=cards,
        relay=relay,
        clock=clock,
        stop=stop,
        lead=lead,
    )
    async with open_basin(playout.run) as basin:
        yield basin
