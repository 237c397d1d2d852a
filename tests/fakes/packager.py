"""A packager that has what a test says, and the one place where it is attended."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from custom_components.telecast.engine.errors import (
    TelecastError,
    UnknownRenditionError,
)
from custom_components.telecast.engine.hls.calendar import Moment
from custom_components.telecast.engine.hls.playback import Playback
from custom_components.telecast.engine.hls.track import Listed
from custom_components.telecast.engine.model import Channel

MASTER = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n480p.m3u8\n"
PLAYLIST = "#EXTM3U\n#EXTINF:2,\n480p_segment_000.ts\n"
SEGMENT = b"G" * 188 * 10


class FakePackager:
    """Has one rendition with one segment."""

    def __init__(self, folder: Path) -> None:
        self.error: TelecastError | None = None
        self.over = asyncio.Event()
        self.numbers: list[int | None] = []
        """The segments that were waited for."""
        self.quiet_seconds = 3.0
        self._path = folder / "480p_segment_000.ts"
        self._path.write_bytes(SEGMENT)

    async def master(self) -> str:
        if self.error:
            raise self.error
        return MASTER

    def doubt(self) -> None:
        pass

    @contextmanager
    def player(self) -> Iterator[Playback]:
        yield Playback(close_seconds=1)

    async def playlist(
        self,
        name: str,
        *,
        number: int | None = None,
        playback: Playback | None = None,
    ) -> str:
        self.numbers.append(number)
        if name != "480p":
            raise UnknownRenditionError("There is no such rendition")
        return PLAYLIST

    def segment(
        self, name: str, number: int, *, playback: Playback | None = None
    ) -> tuple[Path, Listed]:
        if (name, number) != ("480p", 0):
            raise UnknownRenditionError("The segment is not there any more")
        listed = Listed(
            number=number,
            name=self._path.name,
            duration=2.0,
            size=len(SEGMENT),
            date=datetime.now(UTC),
            epoch=0,
            at=Moment(era=0, pts=0),
        )
        return self._path, listed


class FakePackagers:
    """Has the same packager for every channel, and counts who attends it."""

    def __init__(self, folder: Path) -> None:
        self.packager = FakePackager(folder)
        self.attending = 0
        self.ever = 0

    @asynccontextmanager
    async def attend(self, channel: Channel) -> AsyncIterator[FakePackager]:
        self.attending += 1
        self.ever += 1
        try:
            yield self.packager
        finally:
            self.attending -= 1
