"""Items that are alike are copied: key frames, seams, and cards in between."""

import asyncio
from itertools import pairwise
from pathlib import Path

import pytest

from custom_components.telecast.engine.playout import LEAD
from custom_components.telecast.formats.mpegts import CLOCK, Loop, Segmenter
from tests.formats.clips import clip, packets, parts, ran

from .seen import Seen, undisturbed
from .world import NOTHING, Cards, Folder, Listed, clock, item, open_playout

H264 = ("-c:v", "libx264", "-preset", "veryfast", "-sc_threshold", "0")
AAC = ("-c:a", "aac", "-b:a", "64k", "-ac", "2")
# Containers let pictures begin a little later, lest they be sent before nought.
OFFSET = 100
MP4 = ("-movflags", "frag_keyframe+empty_moov", "-f", "mp4")
CLIPS = {
    "one": clip(
        *(*H264, "-bf", "2", *AAC),
        seconds=4,
        rate=25,
        start=0,
        keys="0,2",
        container=MP4,
    ),
    "long": clip(
        *(*H264, "-bf", "2", *AAC),
        seconds=8,
        rate=25,
        start=0,
        keys="0,2",
        container=MP4,
    ),
    "two": clip(
        *(*H264, "-bf", "3", *AAC),
        seconds=3.1,
        rate=25,
        start=0,
        keys="0,2",
        container=("-f", "matroska"),
    ),
    "three": clip(*(*H264, "-bf", "0", *AAC), seconds=3, rate=50, keys="0,1,2"),
    "lone": clip(
        *(*H264, "-bf", "2", *AAC),
        size="96x96",
        seconds=45,
        rate=5,
        start=0,
        keys="0",
        container=MP4,
    ),
    "rare": clip(*(*H264, "-bf", "2", *AAC), seconds=14, rate=25, start=0, keys="0,3"),
}
CARD = Loop(
    clip(
        *(*H264, "-bf", "2", *AAC),
        size="320x180",
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
    return Folder(tmp_path, shapes=dict.fromkeys(CLIPS, "small"))


async def test_copies_follow_each_other_as_one_stream(folder: Folder) -> None:
    begun = clock()
    programme = Listed(
        begun, [(item("one"), 4000), (item("two"), 3100), (item("three"), 3000)]
    )
    seen = Seen()
    async with open_playout(programme, folder, Cards(None)) as basin:
        await seen.watch(basin, begun + 9300)
    seen.hold_together()
    assert not seen.breaks
    # Each begins with its first picture, when it is on.
    for showing in programme.showings[1:]:
        assert min(abs(key - showing.start) for key in seen.keys) <= OFFSET
    assert max(-lag for lag in seen.lags) <= LEAD + 300


async def test_who_joins_is_shown_the_last_key_frame_at_once(folder: Folder) -> None:
    begun = clock() - 2500
    seen = Seen()
    programme = Listed(begun, [(item("long"), 8000)])
    async with open_playout(programme, folder, Cards(None)) as basin:
        await seen.watch(basin, begun + 3500)
    assert seen.keys[0] == pytest.approx(begun + 2000, abs=OFFSET)


async def test_a_key_frame_of_long_ago_is_not_begun_with(folder: Folder) -> None:
    begun = clock() - 12_500
    seen = Seen()
    programme = Listed(begun, [(item("rare"), 14_000), (item("one"), 4000)])
    async with open_playout(programme, folder, Cards(CARD)) as basin:
        await seen.watch(basin, begun + 16_000)
    # Its only one is nine seconds old: a card is shown until the next item begins.
    assert min(seen.keys) >= begun + 12_500
    # Whoever comes late finds that, and there is nothing wrong with the file.
    assert not folder.complaints
    assert min(abs(key - begun - 14_000) for key in seen.keys) <= OFFSET


@pytest.mark.parametrize("into", [0, 3000])
async def test_what_is_begun_late_is_shown_from_the_key_frame_before(
    folder: Folder, into: int
) -> None:
    begun = clock()
    programme = Listed(begun, [(item("one"), 4000)])
    seen = Seen()
    async with open_playout(programme, folder, Cards(None)) as basin:
        await seen.watch(basin, begun + 1500)
        # As after a skip, or when a file is back that was away for a while.
        now = clock()
        programme.write(now - into, [(item("lone"), 45_000)])
        async with asyncio.timeout(60):
            while max(seen.keys) < now + 700:
                await seen.watch(basin, clock() + 100)
    # It has no other one to wait for. Time only goes on.
    seen.hold_together(longest=12)
    assert not seen.breaks


async def test_what_cannot_be_entered_as_it_is_is_encoded(folder: Folder) -> None:
    begun = clock() - 10_000
    seen = Seen()
    programme = Listed(begun, [(item("lone"), 45_000)])
    async with open_playout(programme, folder, Cards(None)) as basin:
        async with asyncio.timeout(60):
            while len(seen.keys) < 2:
                await seen.watch(basin, clock() + 100)
    video = parts(seen.data)["video"]
    assert (video["width"], video["height"]) == (160, 90)
    assert min(seen.keys) >= begun + 10_000
    assert not folder.complaints


async def with_a_card(folder: Folder) -> Seen:
    """Watch two items with nothing in between."""
    begun, seen = clock(), Seen()
    order = [(item("one"), 4000), (NOTHING, 2500), (item("two"), 3100)]
    async with open_playout(Listed(begun, order), folder, Cards(CARD)) as basin:
        await seen.watch(basin, begun + 8700)
    return seen


async def test_a_card_between_copies_is_between_breaks_and_can_be_decoded(
    folder: Folder,
) -> None:
    seen = await undisturbed(lambda: with_a_card(folder), since=1000)
    seen.hold_together()
    assert len(seen.breaks) == 2
    # A decoder goes on across both, and complains of nothing.
    ran("-v", "error", "-xerror", "-i", "-", "-f", "null", "-", stdin=seen.data)
    shown = [one.pts for one in packets(seen.data)]
    assert len(shown) >= 8.2 * 25


async def test_segments_are_cut_where_a_card_comes_and_goes(folder: Folder) -> None:
    seen = await undisturbed(lambda: with_a_card(folder), since=1000)
    segmenter = Segmenter(grid=lambda _: 2 * CLOCK)
    segments = segmenter.feed(seen.data)
    if last := segmenter.cut():
        segments.append(last)
    heights = [one.video.height for one in segments if one.video]
    assert len(heights) == len(segments)
    changes = [one != other for one, other in pairwise(heights)]
    assert changes.count(True) == 2
    assert [one.discontinuity for one in segments[1:]] == changes
    assert sum(one.duration for one in segments) >= 8 * CLOCK
