"""What can be seen of a transport stream, and when: a decoder that reads marks."""

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
import re

from custom_components.telecast.formats.mpegts import (
    CLOCK,
    PACKET,
    WRAP,
    Aligner,
    pts_of,
)

from .marks import Mark, read

_WIDTH, _HEIGHT = 320, 180
_SHOWN = re.compile(rb"Parsed_showinfo.*\bpts: *(-?\d+)")
_COMMAND = (
    *("ffmpeg", "-hide_banner", "-nostdin", "-nostats", "-loglevel", "info"),
    *("-threads", "1", "-probesize", "500000"),
    *("-analyzeduration", "500000", "-copyts", "-f", "mpegts", "-i", "pipe:0"),
    *("-map", "0:v:0", "-vf"),
    # The first place for the time: further on it may be told in other units.
    f"settb=1/{CLOCK},showinfo,scale={_WIDTH}:{_HEIGHT}:flags=area,format=gray",
    *("-fps_mode", "passthrough", "-enc_time_base", "-1", "-f", "rawvideo", "pipe:1"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One picture as it was seen."""

    pts: float
    """When it is shown on the stream's own clock, in seconds."""
    arrived: float
    """When its first byte came, in seconds since 1970."""
    mark: Mark | None
    """None for a picture that is none of a clip: a clock card."""


class Screen:
    """A decoder of one stream; what it has seen stays."""

    def __init__(self, process: Process) -> None:
        assert process.stdin
        self.seen: list[Seen] = []
        self._process = process
        self._input = process.stdin
        self._aligner = Aligner()
        self._arrivals: dict[int, float] = {}
        self._stamps: asyncio.Queue[int] = asyncio.Queue()
        self._news = asyncio.Event()
        self._over = False

    async def show(self, data: bytes, at: float) -> None:
        """Take in what came at a time, in seconds since 1970."""
        packets = self._aligner.feed(data)
        for place in range(0, len(packets), PACKET):
            packet = packets[place : place + PACKET]
            if (stamp := pts_of(packet)) is not None and _is_video(packet):
                self._arrivals.setdefault(stamp, at)
        self._input.write(data)
        await self._input.drain()

    async def end(self) -> list[Seen]:
        """Say that nothing more comes; answer all that was seen, once it is."""
        self._input.close()
        while not self._over:
            await self._until_news()
        return self.seen

    async def until(self, is_so: Callable[[Seen], bool], *, since: int = 0) -> Seen:
        """Wait for a picture of which something is so; answer the first one.

        Those before the one that has the number `since` do not count.
        """
        place = since
        while True:
            for one in self.seen[place:]:
                place += 1
                if is_so(one):
                    return one
            assert not self._over, self.seen[-1:]
            await self._until_news()

    async def look(self) -> None:
        """Read the marks of pictures until the decoder ends."""
        assert self._process.stdout
        try:
            while True:
                picture = await self._process.stdout.readexactly(_WIDTH * _HEIGHT)
                ticks = await self._stamps.get()
                seen = Seen(
                    pts=ticks / CLOCK,
                    arrived=self._arrivals[ticks % WRAP],
                    mark=read(picture, _WIDTH),
                )
                self.seen.append(seen)
                self._news.set()
        except asyncio.IncompleteReadError:
            pass
        finally:
            self._over = True
            self._news.set()

    async def read_stamps(self) -> None:
        """Read when pictures are to be shown, until the decoder ends."""
        assert self._process.stderr
        async for line in self._process.stderr:
            if match := _SHOWN.search(line):
                self._stamps.put_nowait(int(match[1]))

    async def _until_news(self) -> None:
        self._news.clear()
        await self._news.wait()


def _is_video(packet: bytes) -> bool:
    """Tell by the stream id of the PES packet that begins (ISO 13818-1, table 2-22)."""
    return packet[packet.index(b"\0\0\1", 4) + 3] & 0xF0 == 0xE0


@asynccontextmanager
async def open_screen() -> AsyncIterator[Screen]:
    """Run a decoder; leaving the block ends it."""
    process = await asyncio.create_subprocess_exec(
        *_COMMAND, stdin=PIPE, stdout=PIPE, stderr=PIPE, limit=1 << 20
    )
    try:
        async with asyncio.TaskGroup() as tasks:
            screen = Screen(process)
            reading = [
                tasks.create_task(screen.look()),
                tasks.create_task(screen.read_stamps()),
            ]
            try:
                yield screen
            finally:
                for task in reading:
                    task.cancel()
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def seen(blocks: Iterable[tuple[float, bytes]]) -> list[Seen]:
    """Answer what can be seen of a stream whose blocks came at times."""
    async with open_screen() as screen:
        for at, data in blocks:
            await screen.show(data, at)
        return await screen.end()
