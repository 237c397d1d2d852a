"""What a virtual channel costs: copied, with one viewer; and how fast it is encoded."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    nullcontext,
)
from pathlib import Path
import resource
import time

from custom_components.telecast.engine.errors import TelecastError
from custom_components.telecast.engine.model import Candidate, Channel
from custom_components.telecast.engine.playout import (
    Media,
    Opened,
    Pieces,
    Playout,
    Span,
    now,
)
from custom_components.telecast.engine.processes.process import FFmpeg, Programs
from custom_components.telecast.engine.streams.slots import Slots
from custom_components.telecast.engine.streams.stream_manager import StreamManager
from custom_components.telecast.engine.timeline import Item, Showing
from custom_components.telecast.engine.upstreams import Player, Upstream
from custom_components.telecast.engine.upstreams.basin import open_basin
from custom_components.telecast.engine.upstreams.remux import Read
from custom_components.telecast.engine.virtual.norm import NORM
from custom_components.telecast.formats.ffmpeg import Encoder
from custom_components.telecast.formats.mpegts import Loop

from .table import Table

_FILM_SECONDS = 60
_COPY_SECONDS = 30
_ENCODE_SECONDS = 20
_FILM = (
    *("-f", "lavfi", "-i", "testsrc2=size=1920x1080:rate=25"),
    *("-f", "lavfi", "-i", "sine=sample_rate=48000", "-t", str(_FILM_SECONDS)),
    *("-c:v", "libx264", "-preset", "ultrafast", "-g", "50"),
    *("-b:v", "8M", "-minrate", "8M", "-maxrate", "8M", "-bufsize", "8M"),
    *("-c:a", "ac3", "-ac", "6", "-b:a", "384k", "-f", "matroska"),
)
_CHANNEL = Channel(
    id=1, number="1", name="Films", group="", group_id=1, guide_id="films", source="s"
)
_COPIED = Media(shape="copied")


async def measure(folder: Path) -> Table:
    """Play a film of 1080p at 8 Mbit/s both ways."""
    film = folder / "film.mkv"
    programs = Programs(binary="ffmpeg", owner="bench", term_seconds=1)
    await _make(film)
    table = Table(
        "A virtual channel of a 1080p film at 8 Mbit/s",
        ("", "of a core, %", "times real time"),
    )
    table.add("copied, one viewer", f"{100 * await _copied(programs, film):.1f}")
    cost, speed = await _encoded(programs, film)
    table.add("made into 720p25", f"{100 * cost:.0f}", f"{speed:.1f}")
    return table


async def _make(film: Path) -> None:
    making = await asyncio.create_subprocess_exec(
        "ffmpeg", "-v", "error", "-nostdin", *_FILM, str(film)
    )
    if await making.wait():
        raise RuntimeError("FFmpeg made no film")


async def _copied(programs: Programs, film: Path) -> float:
    """Answer the seconds of processor time that a second of the channel takes."""
    before, began = _processor_seconds(), time.monotonic()
    async with _streaming(programs, film) as streams, streams.watch(_CHANNEL) as reader:
        while time.monotonic() < began + _COPY_SECONDS:
            await anext(reader)
    # What FFmpeg has used counts now that it has ended.
    return (_processor_seconds() - before) / _COPY_SECONDS


async def _encoded(programs: Programs, film: Path) -> tuple[float, float]:
    """Answer what a second of the channel takes, and how many a second makes."""
    span = Span(offset=0, start=now(), stop=now() + _ENCODE_SECONDS * 1000)
    before, began = _processor_seconds(), time.monotonic()
    with film.open("rb") as file:
        async with _pieces(programs).open(file.fileno(), Media(), span) as read:
            while await read():
                pass
    passed = time.monotonic() - began
    cost = (_processor_seconds() - before) / _ENCODE_SECONDS
    return cost, _ENCODE_SECONDS / passed


def _processor_seconds() -> float:
    """Answer what this program has used, and its children that have ended."""
    both = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


@asynccontextmanager
async def _streaming(programs: Programs, film: Path) -> AsyncIterator[StreamManager]:
    def opened(
        candidate: Candidate, *, player: Player = _NOBODY
    ) -> AbstractAsyncContextManager[Upstream]:
        return open_basin(
            Playout(
                programme=_Film(),
                shelf=_Shelf(film),
                pieces=_pieces(programs),
                cards=_NoCards(),
                relay=_no_relay,
            ).run
        )

    async def candidates(channel: Channel) -> tuple[Candidate, ...]:
        return (Candidate(url="telecast:virtual/s", source=channel.source),)

    async with asyncio.TaskGroup() as tasks:
        streams = StreamManager(
            tasks=tasks,
            open_upstream=opened,
            candidates=candidates,
            slots=lambda _: Slots(0),
            grace_period=0,
            emit=lambda _: None,
        )
        try:
            yield streams
        finally:
            streams.close()


def _pieces(programs: Programs) -> Pieces:
    return Pieces(programs=programs, norm=NORM, noting=_unnoted)


def _unnoted(ffmpeg: FFmpeg, encoder: Encoder | None) -> AbstractContextManager[None]:
    return nullcontext()


def _no_relay(channel: int) -> AbstractAsyncContextManager[Read]:
    raise RuntimeError("Nobody asked for another channel")


_NOBODY = Player()


class _Film:
    """Has the film on, again and again."""

    def __init__(self) -> None:
        self._length = _FILM_SECONDS * 1000
        self._began = now()

    def at(self, instant: int) -> Showing:
        """Answer it."""
        start = instant - (instant - self._began) % self._length
        item = Item(key="film", duration=self._length)
        return Showing(item=item, start=start, stop=start + self._length)

    async def edited(self) -> None:
        """Wait for ever."""
        await asyncio.Event().wait()


class _Shelf:
    """Holds the film."""

    def __init__(self, film: Path) -> None:
        self._film = film

    @asynccontextmanager
    async def open(self, item: Item) -> AsyncIterator[Opened]:
        """Open it."""
        with self._film.open("rb") as file:
            yield Opened(descriptor=file.fileno(), media=_COPIED)

    def broken(self, item: Item, error: TelecastError) -> None:
        """Give up: what is measured is not what was to be."""
        raise error


class _NoCards:
    """Shows nothing."""

    async def card(self, instant: int, until: int) -> tuple[Loop, int] | None:
        """Answer that there is none."""
        return None
