"""Tracks take each picture once, and list what they have as RFC 8216 wants it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
import random

import pytest

from custom_components.telecast.engine.errors import StorageFullError
from custom_components.telecast.engine.hls.calendar import Calendar, Moment
from custom_components.telecast.engine.hls.storage import Shelf, Storage, open_storage
from custom_components.telecast.engine.hls.track import Track
from custom_components.telecast.formats import hls
from custom_components.telecast.formats.hls import MediaPlaylist
from custom_components.telecast.formats.mpegts import CLOCK, WRAP, Program, Segment
from tests.fakes.loop_time import LoopTime

from .world import numbered

LIST_SIZE, TARGET = 5, 2


class Recorder:
    """A track that is offered segments by the second, its playlist checked each time."""

    def __init__(self, name: str, shelf: Shelf, calendar: Calendar) -> None:
        self.shelf = shelf
        self.track = Track(name, shelf, calendar, list_size=LIST_SIZE, target=TARGET)
        self._known: dict[int, tuple[str, int, float]] = {}

    async def offer(
        self,
        start: float,
        *,
        seconds: float = 2,
        era: int = 0,
        flagged: bool = False,
        size: int = 1000,
        relieving: bool = False,
    ) -> bool:
        """Offer a segment; answer whether the track ends with its pictures."""
        segment = Segment(
            data=bytes(size),
            start=round(start * CLOCK),
            duration=round(seconds * CLOCK),
            discontinuity=flagged,
            program=Program(),
            video=None,
        )
        last = await self.track.offer(segment, era=era, relieving=relieving)
        self._check()
        return last

    async def offers(self, *starts: float, era: int = 0) -> None:
        """Offer segments of two seconds."""
        for start in starts:
            await self.offer(start, era=era)

    @property
    def playlist(self) -> MediaPlaylist:
        """What players are told now."""
        playlist = hls.parse(self.track.render(), "http://h/")
        assert isinstance(playlist, MediaPlaylist)
        return playlist

    @property
    def numbers(self) -> list[int]:
        """The numbers of the segments that are listed."""
        return [one.number for one in self.track.listed]

    @property
    def breaks(self) -> list[int]:
        """Those of the segments that are flagged."""
        first = self.playlist.media_sequence
        return [
            number
            for number, one in enumerate(self.playlist.segments, first)
            if one.discontinuity
        ]

    @property
    def epochs(self) -> list[int]:
        """The discontinuity sequence numbers of what is listed."""
        return [epoch for _, epoch, _ in numbered(self.playlist).values()]

    def _check(self) -> None:
        """Check the playlist by the specification, and by the one before."""
        assert hls.validate_media(self.track.render()) == []
        facts = numbered(self.playlist)
        for number, known in facts.items():
            assert self._known.setdefault(number, known) == known
        on_disk = {path.name for path in self.shelf.folder.glob("*.ts")}
        assert {one.name for one in self.track.listed} <= on_disk
        text = (self.shelf.folder / self.track.playlist_name).read_text()
        assert text == self.track.render()


@pytest.fixture(name="storage")
async def _storage(tmp_path: Path) -> AsyncIterator[Storage]:
    async with open_storage(
        owner="one", spare=tmp_path / "spare", memory=tmp_path
    ) as storage:
        yield storage


@asynccontextmanager
async def recorders(storage: Storage, *names: str) -> AsyncIterator[list[Recorder]]:
    """Make tracks on one shelf and by one calendar."""
    calendar = Calendar(lambda: datetime.now(UTC))
    async with storage.shelf("1") as shelf:
        yield [Recorder(name, shelf, calendar) for name in names]


@pytest.fixture(name="one")
async def _one(storage: Storage) -> AsyncIterator[Recorder]:
    async with recorders(storage, "480p") as (one,):
        yield one


async def test_segments_are_listed_in_order_with_their_dates(one: Recorder) -> None:
    await one.offers(10, 12, 14)
    segments = one.playlist.segments
    assert [segment.uri.rpartition("/")[2] for segment in segments] == [
        "480p_segment_000.ts",
        "480p_segment_001.ts",
        "480p_segment_002.ts",
    ]
    assert [segment.duration for segment in segments] == [2, 2, 2]
    dates = [segment.program_date_time for segment in segments]
    assert dates[0]
    assert abs(dates[0] - datetime.now(UTC)) < timedelta(seconds=5)
    assert [date and (date - dates[0]).total_seconds() for date in dates] == [0, 2, 4]
    assert one.breaks == []


async def test_the_same_pictures_are_taken_once(one: Recorder) -> None:
    await one.offers(10, 12, 14)
    assert not await one.offer(10)
    assert not await one.offer(12)
    assert await one.offer(14), "it is the last one"
    assert not await one.offer(13, seconds=0.8), "cut finer, it ends before"
    assert await one.offer(13, seconds=3), "cut coarser, it ends later"
    assert await one.offer(16)
    assert one.numbers == [0, 1, 2, 3]
    assert one.breaks == []


async def test_encoders_may_round(one: Recorder) -> None:
    await one.offers(10, 12.04, 13.99, 16)
    assert one.numbers == [0, 1, 2, 3]
    assert one.breaks == []


async def test_a_gap_is_flagged(one: Recorder) -> None:
    await one.offers(10, 12, 16)
    assert one.breaks == [2]
    await one.offers(18)
    assert one.breaks == [2]


async def test_a_leap_is_flagged_whether_it_goes_ahead_or_back(one: Recorder) -> None:
    await one.offers(1000, 5000, 5002, 2000)
    assert one.breaks == [1, 3]


async def test_what_is_flagged_is_new_whatever_its_time_stamps(one: Recorder) -> None:
    await one.offers(10, 12, 14)
    assert await one.offer(10, flagged=True)
    assert one.numbers == [0, 1, 2, 3]
    assert one.breaks == [3]


async def test_a_new_era_is_new_and_the_old_one_is_over(one: Recorder) -> None:
    await one.offers(10, 12, 14)
    assert await one.offer(10, era=1)
    assert await one.offer(12, era=1)
    assert not await one.offer(16)
    assert not await one.offer(14)
    assert await one.offer(14, era=1)
    assert one.numbers == [1, 2, 3, 4, 5]
    assert one.breaks == [3]


async def test_who_relieves_another_leaves_no_gap(one: Recorder) -> None:
    await one.offers(10, 12)
    assert not await one.offer(15, seconds=1, relieving=True)
    assert not await one.offer(50, era=1, relieving=True)
    assert await one.offer(12, relieving=True)
    assert await one.offer(14, relieving=True)
    assert await one.offer(16)
    assert (one.numbers, one.breaks) == ([0, 1, 2, 3], [])


async def test_a_new_encoder_is_flagged_once(one: Recorder) -> None:
    await one.offers(10, 12)
    one.track.break_off()
    await one.offers(10, 12, 14, 16)
    assert one.breaks == [2]


async def test_the_first_segment_is_never_flagged(one: Recorder) -> None:
    one.track.break_off()
    await one.offer(10, era=3, flagged=True)
    assert one.breaks == []
    assert one.playlist.discontinuity_sequence == 0


async def test_time_stamps_may_begin_anew_in_between(one: Recorder) -> None:
    wrap = WRAP / CLOCK
    await one.offers(wrap - 3, wrap - 1)
    assert await one.offer(wrap + 1), "as who cut from the beginning counts"
    assert await one.offer(1), "as one counts who began after that"
    await one.offers(3)
    assert one.numbers == [0, 1, 2, 3]
    assert one.breaks == []


async def test_a_break_that_slides_out_is_counted(one: Recorder) -> None:
    await one.offers(10, 12)
    await one.offers(10, 12, 14, 16, 18, era=1)
    assert (one.numbers, one.breaks) == ([2, 3, 4, 5, 6], [])
    assert one.playlist.discontinuity_sequence == 1
    assert one.epochs == [1] * 5
    await one.offers(20, 22, era=1)
    assert one.playlist.discontinuity_sequence == 1


async def test_the_window_slides_and_what_has_left_it_stays_for_a_while(
    one: Recorder,
) -> None:
    await one.offers(*range(10, 50, 2))
    assert one.numbers == [15, 16, 17, 18, 19]
    kept = [number for number in range(20) if one.track.find(number)]
    # A player may have the playlist in which it was the last, and then take its time
    # for all others of that (6.2.2).
    assert kept == list(range(19 - 2 * LIST_SIZE, 20))
    on_disk = sorted(path.name for path in one.shelf.folder.glob("*.ts"))
    assert on_disk == [f"480p_segment_{number:03d}.ts" for number in kept]
    assert one.shelf.used == 1000 * len(kept)


async def test_short_segments_are_listed_until_they_last_three_target_durations(
    one: Recorder,
) -> None:
    for start in range(10, 20):
        await one.offer(start, seconds=1)
    assert len(one.numbers) == 3 * TARGET > LIST_SIZE


async def test_a_long_segment_raises_the_target_duration_for_good(
    one: Recorder,
) -> None:
    await one.offer(10)
    assert one.playlist.target_duration == 2
    await one.offer(12, seconds=4.4)
    assert one.playlist.target_duration == 4
    await one.offers(*(16.4 + 2 * number for number in range(20)))
    assert one.playlist.target_duration == 4


async def test_the_rate_is_that_of_what_is_listed(one: Recorder) -> None:
    assert one.track.rate == (0, 0)
    await one.offer(10, seconds=0.5, size=1000)
    await one.offer(10.5, size=4000)
    await one.offer(12.5, size=2000)
    assert one.track.rate == (16_000, 7000 * 8 / 4.5 // 1)


async def test_renditions_break_in_step_when_the_stream_does(storage: Storage) -> None:
    async with recorders(storage, "720p", "480p") as (copied, encoded):
        await copied.offers(10, 12, 14)
        await encoded.offers(10)
        await copied.offers(50, 52, era=1)
        await encoded.offers(12, 14)
        await encoded.offers(50, 52, 54, era=1)
        await copied.offers(54, era=1)
        assert copied.epochs[-3:] == encoded.epochs[-3:] == [1, 1, 1]
        assert copied.epochs[:2] == encoded.epochs[:2] == [0, 0]


async def test_renditions_follow_the_break_of_one(storage: Storage) -> None:
    async with recorders(storage, "720p", "480p") as (copied, encoded):
        await copied.offers(10, 12, 14)
        await encoded.offers(10, 12)
        encoded.track.break_off()
        await encoded.offers(14)
        await copied.offers(16)
        await encoded.offers(16)
        assert (copied.breaks, encoded.breaks) == ([3], [2])
        assert copied.epochs[-1] == encoded.epochs[-1] == 1


async def test_a_full_shelf_is_told_and_nothing_is_listed_that_is_not_there(
    one: Recorder, storage: Storage
) -> None:
    storage.cap = 2500
    await one.offers(10, 12)
    with pytest.raises(StorageFullError):
        await one.offer(14)
    assert one.numbers == [0, 1]
    one._check()
    storage.cap = 10_000
    await one.offers(14)
    assert (one.numbers, one.breaks) == ([0, 1, 2], [])


async def test_who_waits_hears_of_each_segment_and_of_the_end(one: Recorder) -> None:
    waiting = [asyncio.create_task(one.track.lists(number)) for number in (0, 1, 9)]
    await one.offers(10)
    await waiting[0]
    assert not waiting[1].done()
    await one.offers(12)
    await waiting[1]
    one.track.close()
    await waiting[2]
    await one.track.lists(99)


async def test_a_player_begins_with_two_target_durations(one: Recorder) -> None:
    by = asyncio.get_running_loop().time() + 60
    waiting = asyncio.create_task(one.track.playable(by=by))
    await one.offers(10)
    await asyncio.sleep(0)
    assert not waiting.done()
    await one.offers(12)
    await waiting


async def test_a_player_who_has_waited_begins_with_less(one: Recorder) -> None:
    time, loop = LoopTime(), asyncio.get_running_loop()
    await one.offer(10, seconds=1)
    waiting = asyncio.create_task(one.track.playable(by=loop.time() + 60))
    await asyncio.sleep(0)
    assert not waiting.done()
    time.advance(1.4)  # the first one began a target duration and a margin ago
    await waiting
    await one.track.playable(by=loop.time())


async def test_who_goes_on_from_another_rendition_waits_for_what_is_new(
    one: Recorder,
) -> None:
    by = asyncio.get_running_loop().time() + 60
    await one.offers(10)
    (first,) = one.track.listed
    end = first.end
    assert end == Moment(era=0, pts=12 * CLOCK)
    await one.track.reaches(first.at, by=by)
    waiting = asyncio.create_task(one.track.reaches(end, by=by))
    await asyncio.sleep(0)
    assert not waiting.done()
    await one.offers(12)
    await waiting


async def test_who_waits_for_what_is_new_does_so_for_some_time(one: Recorder) -> None:
    time, loop = LoopTime(), asyncio.get_running_loop()
    later = Moment(era=0, pts=100 * CLOCK)
    waiting = asyncio.create_task(one.track.reaches(later, by=loop.time() + 2))
    time.advance(3)
    await asyncio.sleep(0)
    assert not waiting.done(), "a segment there is to be in any case"
    await one.offers(10)
    await waiting
    waiting = asyncio.create_task(one.track.reaches(later, by=loop.time() + 60))
    await asyncio.sleep(0)
    assert not waiting.done()
    one.track.close()
    await waiting


async def test_who_waits_for_what_is_new_hears_that_nothing_ever_comes(
    one: Recorder,
) -> None:
    by = asyncio.get_running_loop().time() + 60
    end = Moment(era=0, pts=12 * CLOCK)
    waiting = asyncio.create_task(one.track.reaches(end, by=by))
    await asyncio.sleep(0)
    assert not waiting.done()
    one.track.close()
    await waiting
    await one.track.reaches(end, by=by)
    assert one.track.newest is None


async def test_what_was_left_alone_is_not_listed_when_it_begins_anew(
    one: Recorder,
) -> None:
    time = LoopTime()
    await one.offers(10, 12)
    one.track.begin_anew()
    assert [listed.number for listed in one.track.listed] == [0, 1]
    time.advance(60)
    one.track.begin_anew()
    waiting = asyncio.create_task(one.track.lists(0))
    await asyncio.sleep(0)
    assert not waiting.done()
    await one.offer(72)
    await waiting
    assert [listed.number for listed in one.track.listed] == [2]
    assert one.track.find(1), "who is on its way to it still gets it"


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_two_encoders_offer_is_listed_once_and_in_order(
    storage: Storage, seed: int
) -> None:
    chance = random.Random(seed)
    eras = [chance.randrange(3, 9) for _ in range(3)]
    on_air = [(era, cell) for era, cells in enumerate(eras) for cell in range(cells)]
    async with recorders(storage, "720p", "480p") as tracks:
        places, taken = [0, 0], []
        for _ in range(60):
            encoder = chance.randrange(2)
            if chance.random() < 0.1:
                # It dies, and begins with something that it has made already.
                places[encoder] = max(0, places[encoder] - chance.randrange(6))
                tracks[0].track.break_off()
            era, cell = on_air[places[encoder]]
            for one in tracks:
                before = one.numbers
                await one.offer(100 + 2 * cell, era=era)
            if one.numbers != before:
                taken.append((era, cell))
            places[encoder] = min(places[encoder] + 1, len(on_air) - 1)
        assert taken == on_air[: len(taken)]
        assert tracks[0].epochs[-1] == tracks[1].epochs[-1]
