"""What goes wrong, or comes between: hanging files, other channels, edits, recordings."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
import os
from pathlib import Path
import signal

import pytest

from custom_components.telecast.engine.errors import TuneFailedError
from custom_components.telecast.engine.playout import PREPARE, RETRY
from custom_components.telecast.engine.processes.process import FFmpeg
from custom_components.telecast.engine.timeline import Live
from custom_components.telecast.engine.upstreams.remux import Read
from custom_components.telecast.formats.ffmpeg import Encoder
from custom_components.telecast.formats.mpegts import Loop
from tests.fakes.loop_time import LoopTime
from tests.formats.clips import H264, clip, parts

from .seen import TRIES, Seen
from .world import NOTHING, Cards, Folder, Listed, clock, item, open_playout

MATROSKA = ("-f", "matroska")
CLIPS = {
    "one": clip(seconds=6, start=0, rate=25, container=MATROSKA),
    "two": clip(seconds=6, start=0, rate=30, size="180x144", container=MATROSKA),
    "longer": clip(seconds=20, start=0, rate=25, keys="0,9,15", container=MATROSKA),
}
CARD = Loop(
    clip(
        *(*H264, "-c:a", "aac", "-b:a", "64k"),
        size="320x180",
        seconds=9,
        rate=25,
        start=10,
        keys="0,1,2,3,4,5,6,7,8",
    ),
    seconds=8,
)
OTHER = clip(*(*H264, "-c:a", "aac"), seconds=4, rate=25, size="96x96", start=77)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Write the clips to disk."""
    for name, content in CLIPS.items():
        (tmp_path / name).write_bytes(content)
    return Folder(tmp_path)


class Station:
    """Another channel, that fails as often as it is told to, and hangs after a while."""

    def __init__(self, *, failures: int = 0) -> None:
        self._failures = failures
        self.opened: list[int] = []
        self.watchers = 0

    @asynccontextmanager
    async def open(self, channel: int) -> AsyncIterator[Read]:
        """Open it."""
        self.opened.append(clock())
        assert channel == 7
        if len(self.opened) <= self._failures:
            raise TuneFailedError("There is nothing on")
        blocks = [OTHER]

        async def read() -> bytes:
            if blocks:
                return blocks.pop()
            await asyncio.Event().wait()
            raise AssertionError

        self.watchers += 1
        try:
            yield read
        finally:
            self.watchers -= 1


async def test_a_file_that_hangs_is_covered_and_opened_again(folder: Folder) -> None:
    hung: list[int] = []

    @contextmanager
    def noting(ffmpeg: FFmpeg, encoder: Encoder | None) -> Iterator[None]:
        if not hung:
            hung.append(ffmpeg.pid)
            os.kill(ffmpeg.pid, signal.SIGSTOP)
            time.advance(20)
        yield

    begun = clock()
    programme = Listed(begun, [(item("one", 60), 60_000)])
    seen, cards, time = Seen(), Cards(CARD), LoopTime()
    (folder.path / "one").write_bytes(
        clip(seconds=12, start=0, rate=25, container=MATROSKA)
    )
    async with open_playout(programme, folder, cards, noting=noting) as basin:
        async with asyncio.timeout(60):
            while not seen.data:
                await seen.watch(basin, clock() + 100)
        assert parts(seen.data)["video"]["height"] == 180
        assert folder.complaints == [("one", "timeout")]
        await seen.watch(basin, clock() + RETRY + 3000)
    # It is shown from where it is by now, and was told of once.
    assert folder.complaints == [("one", "timeout")]
    seen.hold_together()
    assert len(cards.shown) >= 1


async def test_a_file_that_was_cut_off_is_opened_once_more(folder: Folder) -> None:
    begun = clock()
    programme = Listed(begun, [(item("one", 60), 60_000)])
    seen, cards = Seen(), Cards(CARD)
    async with open_playout(programme, folder, cards) as basin:
        await seen.watch(basin, begun + 4000)
        # Its content comes back while the card is shown.
        (folder.path / "longer").replace(folder.path / "one")
        await seen.watch(basin, begun + 16_000)
    assert not folder.complaints
    assert cards.shown
    seen.hold_together()
    late = [key for key in seen.keys if key > begun + 14_000]
    assert parts(seen.data[-200 * 188 :]) or late


async def test_another_channel_is_shown_between_breaks_up_to_its_end(
    folder: Folder,
) -> None:
    begun = clock()
    order = [(item("one"), 3000), (Live(channel=7), 2500), (item("two"), 6000)]
    programme = Listed(begun, order)
    seen, station = Seen(), Station()
    async with open_playout(
        programme, folder, Cards(CARD), relay=station.open
    ) as basin:
        await seen.watch(basin, begun + 9000)
    # It was attached to ahead of its time, and once.
    assert [at < begun + 3000 for at in station.opened] == [True]
    assert not station.watchers
    assert len(seen.breaks) == 2
    one, other = seen.breaks
    assert parts(seen.data[one:other])["video"]["height"] == 96
    assert min(abs(key - begun - 5500) for key in seen.keys) <= 1


async def test_a_channel_that_fails_is_covered_until_it_works(folder: Folder) -> None:
    begun = clock()
    programme = Listed(begun, [(Live(channel=7), 20_000)])
    seen, station, cards = Seen(), Station(failures=1), Cards(CARD)
    async with open_playout(programme, folder, cards, relay=station.open) as basin:
        async with asyncio.timeout(60):
            while len(seen.breaks) < 2:
                await seen.watch(basin, clock() + 100)
    # It was looked for again after a while, and covered once more when it hung.
    first, second = station.opened
    assert RETRY - 1000 < second - first < 2 * RETRY
    one, other = seen.breaks
    assert parts(seen.data[:one])["video"]["height"] == 180
    assert parts(seen.data[one:other])["video"]["height"] == 96
    assert not station.watchers


async def recorded(folder: Folder, then: int) -> tuple[Seen, int]:
    """Watch some seconds of the past; answer how many milliseconds that took, too."""
    opened = clock()

    def past() -> int:
        return then + 2000 + clock() - opened

    order = [(item("one"), 3000), (item("two"), 6000)]
    programme = Listed(then, order)
    seen = Seen(past)
    async with open_playout(
        programme, folder, Cards(None), clock=past, stop=then + 7000, lead=2000
    ) as basin:
        async with asyncio.timeout(60):
            await seen.drain(basin)
    return seen, clock() - opened


async def test_a_recording_begins_ahead_of_time_and_ends(folder: Folder) -> None:
    then = clock() - 86_400_000
    for _ in range(TRIES):
        seen, took = await recorded(folder, then)
        if took <= 5500 and -seen.lags[-1] > 500:
            break
    # It took as long as it lasts, but for what came ahead.
    assert 2000 <= took <= 5500
    seen.hold_together()
    assert min(abs(key - then - 3000) for key in seen.keys) <= 1
    assert max(seen.keys) < then + 7000
    # What a slow machine was late with at first is made up for.
    assert -seen.lags[-1] > 500


async def test_what_is_on_is_cut_where_an_edit_has_something_else_begin(
    folder: Folder,
) -> None:
    begun = clock()
    programme = Listed(begun, [(item("longer"), 12_000), (item("two"), 6000)])
    seen = Seen()
    async with open_playout(programme, folder, Cards(CARD)) as basin:
        await seen.watch(basin, begun + 1500)
        cut = clock() + 2500
        programme.write(begun, [(item("longer"), cut - begun), (item("two"), 6000)])
        await seen.watch(basin, cut + 2000)
    seen.hold_together()
    assert min(abs(key - cut) for key in seen.keys) <= 1


async def test_what_is_prepared_and_still_on_next_is_not_begun_anew_by_an_edit(
    folder: Folder,
) -> None:
    begun = clock()
    order = [(item("one"), 4000), (item("two"), 3000)]
    programme = Listed(begun, order)
    noted: list[int] = []
    news = asyncio.Event()

    @contextmanager
    def noting(ffmpeg: FFmpeg, encoder: Encoder | None) -> Iterator[None]:
        noted.append(ffmpeg.pid)
        news.set()
        yield

    seen = Seen()
    async with open_playout(programme, folder, Cards(CARD), noting=noting) as basin:
        async with asyncio.timeout(60):
            while len(noted) < 2:
                news.clear()
                await news.wait()
        # What comes after it is another one now.
        programme.write(begun, [*order, (NOTHING, 3000)])
        async with asyncio.timeout(60):
            while not seen.keys or seen.keys[-1] < begun + 3999:
                await seen.watch(basin, clock() + 100)
    assert len(noted) == 2


async def test_a_clock_that_is_set_is_followed(folder: Folder) -> None:
    ahead = 0

    def moved() -> int:
        return clock() + ahead

    begun = clock()
    day = 86_400_000
    order = [(item("one"), 6000), (NOTHING, day), (item("two"), 6000)]
    programme = Listed(begun, order)
    seen = Seen(moved)
    async with open_playout(programme, folder, Cards(CARD), clock=moved) as basin:
        await seen.watch(basin, moved() + 2000)
        ahead = begun + day + 3000 - clock()
        seen.keys.clear()
        await seen.watch(basin, moved() + 5000)
    late = [key for key in seen.keys if key > begun + day]
    assert late
    assert min(abs(key - begun - day - 6000) for key in late) <= 1


async def test_nothing_is_prepared_long_before_its_time(folder: Folder) -> None:
    begun = clock()
    programme = Listed(begun, [(NOTHING, PREPARE + 3000), (item("one"), 6000)])
    opened: list[int] = []

    @contextmanager
    def noting(ffmpeg: FFmpeg, encoder: Encoder | None) -> Iterator[None]:
        opened.append(clock())
        yield

    seen = Seen()
    async with open_playout(programme, folder, Cards(CARD), noting=noting) as basin:
        await seen.watch(basin, begun + PREPARE + 4500)
    assert len(opened) == 1
    assert 2000 < opened[0] - begun < PREPARE + 2000
    seen.hold_together()
