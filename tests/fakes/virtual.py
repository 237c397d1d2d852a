"""A virtual channel that plays what a test writes down, from files in a folder."""

import asyncio
from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path
import time
from urllib.parse import quote

from custom_components.telecast.engine.errors import NotVirtualError, TelecastError
from custom_components.telecast.engine.settings import VirtualSettings
from custom_components.telecast.engine.timeline import Cause, Gap, Item, Live, Showing
from custom_components.telecast.engine.virtual.media import Medium

_HOUR = 3_600_000


def clock() -> int:
    """Answer the time of day in milliseconds."""
    return time.time_ns() // 1_000_000


def item(key: int, milliseconds: int) -> Item:
    """Make an item of a medium."""
    return Item(key=str(key), duration=milliseconds)


def medium(path: Path, key: int, *, shape: str = "", sound: bool = True) -> Medium:
    """Make what is known of a file."""
    return Medium(
        id=key,
        address=f"file:{quote(str(path))}",
        title=path.stem,
        facts={},
        duration=1,
        shape=shape,
        streams={"video": {"codec_name": "h264"}}
        | ({"audio": {"codec_name": "aac"}} if sound else {}),
    )


class FakeChannel:
    """One channel."""

    def __init__(self, source: str, *media: Medium, number: str = "") -> None:
        self.settings = VirtualSettings(
            id=source, name=f"Films of {source}", number=number, starts_at=0
        )
        self.reports: list[tuple[int, str]] = []
        self.finds = 0
        self._media = {str(one.id): one for one in media}
        self._news = asyncio.Event()
        self._showings: list[Showing] = []

    @property
    def shapes(self) -> frozenset[str]:
        """Those of all media."""
        return frozenset(one.shape for one in self._media.values())

    def write(self, start: int, playing: Iterable[tuple[Item | Live, int]]) -> None:
        """Have something on, each for so many milliseconds, and nothing after."""
        listed = list(playing)
        starts = accumulate((length for _, length in listed), initial=start)
        self._showings = [one for one in self._showings if one.stop <= start]
        self._showings += [
            Showing(item=one, start=begin, stop=begin + length)
            for (one, length), begin in zip(listed, starts, strict=False)
        ]
        self._news.set()
        self._news.clear()

    def at(self, instant: int) -> Showing:
        """Answer what is on."""
        for showing in self._showings:
            if showing.start <= instant < showing.stop:
                return showing
        begins = (one.start for one in self._showings if one.start > instant)
        over = max(
            (one.stop for one in self._showings if one.stop <= instant),
            default=instant - _HOUR,
        )
        gap = Gap(cause=Cause.NOTHING)
        return Showing(item=gap, start=over, stop=min(begins, default=instant + _HOUR))

    async def edited(self) -> None:
        """Wait for `write`."""
        await self._news.wait()

    async def medium(self, key: str) -> Medium | None:
        """Answer a medium."""
        return self._media.get(key)

    def title_at(self, instant: int) -> str:
        """Answer a title."""
        one = self.at(instant).item
        return self._media[one.key].title if isinstance(one, Item) else ""

    def report(self, medium_id: int, error: TelecastError) -> None:
        """Note that."""
        self.reports.append((medium_id, error.code))

    def found(self) -> None:
        """Count that."""
        self.finds += 1


class FakeChannels:
    """All that there are."""

    def __init__(self, *channels: FakeChannel) -> None:
        self._channels = {channel.settings.id: channel for channel in channels}

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._channels)

    def add(self, channel: FakeChannel) -> None:
        """Add one."""
        self._channels[channel.settings.id] = channel

    def of(self, source_id: str) -> FakeChannel:
        """Answer the one of a source."""
        if source_id not in self._channels:
            raise NotVirtualError("There is no such virtual channel")
        return self._channels[source_id]
