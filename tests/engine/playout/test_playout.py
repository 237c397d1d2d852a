"""Virtual channels: what is on is shown, when it is on, without a seam."""

import asyncio
from pathlib import Path

import pytest

from custom_components.telecast.engine.playout import LEAD, ticks_at
from custom_components.telecast.formats.mpegts import WRAP, Loop
from tests.formats.clips import clip

from .seen import LATE, Seen, undisturbed
from .world import Cards, Folder, Listed, clock, item, open_playout

MATROSKA = ("-f", "matroska")
CLIPS = {
    "one": clip(seconds=4, start=0, rate=30, container=MATROSKA),
    "two": clip(
        *("-c:v", "mpeg2video", "-c:a", "ac3", "-ac", "6"),
        seconds=3,
        size="180x144",
        rate=24,
        start=0,
    ),
    "three": clip(
        *("-c:v", "libx264", "-preset", "ultrafast"),
        seconds=3.1,
        rate=50,
        sound="",
        start=0,
        container=MATROSKA,
    ),
    "broken": b"not a film at all" * 999,
}
CARD = Loop(
    clip(
        *("-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-c:a", "aac"),
        seconds=9,
        rate=25,
        start=10,
        keys="0,1,2,3,4,5,6,7,8",
    ),
    seconds=8,
)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Write the clips to disk."""
    for name, content in CLIPS.items():
        (tmp_path / name).write_bytes(content)
    return Folder(tmp_path, silent={"three"})


async def test_items_that_differ_are_one_stream_that_shows_the_time_of_day(
    folder: Folder,
) -> None:
    order = [("one", 4000), ("two", 3000), ("three", 3100), ("two", 3000)]
    programme = Listed(0, [])

    async def watch() -> Seen:
        begun = clock() - 1500
        programme.write(begun, [(item(name), length) for name, length in order])
        seen = Seen()
        async with open_playout(programme, folder, Cards(None)) as basin:
            await seen.watch(basin, begun + sum(length for _, length in order) - 800)
        return seen

    seen = await undisturbed(watch, since=4000 - 1500)
    seen.hold_together()
    assert not folder.complaints
    # Each item begins with a key frame, at the very time at which it is on.
    starts = {showing.start for showing in programme.showings[1:]}
    assert starts <= {key + near for key in seen.keys for near in (-1, 0, 1)}
    # FFmpeg may need its time to begin; from the next item on nothing is late.
    assert seen.lateness(since=programme.showings[1].start) <= LATE
    assert min(seen.lags) >= -LEAD - 200


async def test_what_cannot_be_played_is_told_and_a_card_is_shown_instead(
    folder: Folder,
) -> None:
    begun = clock()
    programme = Listed(begun, [(item("broken"), 4000), (item("one"), 4000)])
    seen, cards = Seen(), Cards(CARD)
    async with open_playout(programme, folder, cards) as basin:
        await seen.watch(basin, begun + 7000)
    assert {name for name, _ in folder.complaints} == {"broken"}
    assert cards.shown
    assert programme.showings[1].start in {
        key + near for key in seen.keys for near in (-1, 0, 1)
    }


async def test_a_folder_that_comes_back_is_noticed(folder: Folder) -> None:
    begun = clock()
    programme = Listed(begun, [(item("one"), 30_000)])
    away = folder.path.with_name("away")
    folder.path.rename(away)
    seen, cards = Seen(), Cards(CARD)
    async with open_playout(programme, folder, cards) as basin:
        await seen.watch(basin, begun + 1000)
        assert folder.complaints == [("one", "cannot_connect")]
        assert seen.data
        away.rename(folder.path)
        async with asyncio.timeout(30):
            while len(seen.keys) < 2 or seen.keys[-1] - begun < 5000:
                await seen.watch(basin, clock() + 200)
    assert folder.complaints == [("one", "cannot_connect")]


async def test_an_edit_of_what_is_on_shows_at_once_and_another_one_later(
    folder: Folder,
) -> None:
    begun = clock()
    programme = Listed(begun, [(item("one"), 4000), (item("two"), 3000)])
    seen = Seen()
    async with open_playout(programme, folder, Cards(CARD)) as basin:
        await seen.watch(basin, begun + 1200)
        programme.write(begun, [(item("one"), 4000), (item("three"), 3100)])
        await seen.watch(basin, begun + 2000)
        skipped = clock()
        programme.write(skipped, [(item("two"), 3000), (item("one"), 4000)])
        await seen.watch(basin, skipped + 4000)
    begins = {key + near for key in seen.keys for near in (-1, 0, 1)}
    assert programme.showings[1].start in begins
    assert not folder.complaints


def test_the_clock_of_a_play_out_is_the_time_of_day() -> None:
    assert ticks_at(1000) == 90_000
    assert ticks_at(WRAP // 90) == WRAP // 90 * 90 % WRAP
