"""Virtual channels: what is on is shown, when it is on, without a seam."""

import asyncio
from itertools import pairwise
from pathlib import Path

import pytest

from custom_components.telecast.engine.playout import ticks_at
from custom_components.telecast.engine.timeline import Item
from custom_components.telecast.engine.upstreams.basin import Basin
from custom_components.telecast.formats.mpegts import (
    PACKET,
    WRAP,
    Loop,
    Scanner,
    dts_of,
    pid_of,
    unwrap,
)
from tests.formats.clips import clip

from .world import TICKS, Cards, Folder, Listed, clock, open_playout

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


def item(name: str, seconds: float = 60) -> Item:
    """Make an item of a clip."""
    return Item(key=name, duration=int(seconds * 1000))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Write the clips to disk."""
    for name, content in CLIPS.items():
        (tmp_path / name).write_bytes(content)
    return Folder(tmp_path, silent={"three"})


class Seen:
    """What a viewer has got."""

    def __init__(self) -> None:
        self.data = b""
        self.lags: list[int] = []
        """By how many milliseconds each key frame's time was before its coming."""
        self.keys: list[int] = []
        """When key frames are shown, in milliseconds since 1970."""
        self._scanner = Scanner()

    async def watch(self, basin: Basin, until: int) -> None:
        """Read up to an instant."""
        while clock() < until:
            block = await basin.read()
            at = clock()
            for join in self._scanner.scan(block):
                assert join.pts is not None
                shown = unwrap(at * TICKS, join.pts, wrap=WRAP) // TICKS
                self.lags.append(at - shown)
                self.keys.append(shown)
            self.data += block

    def hold_together(self, *, longest: float = 0.5) -> None:
        """Hold what came to going forward, counted through, and without a gap."""
        stamps: dict[int, list[int]] = {}
        counts: dict[int, int] = {}
        for start in range(0, len(self.data), PACKET):
            packet = self.data[start : start + PACKET]
            pid = pid_of(packet)
            if packet[3] & 0x10:
                count = packet[3] & 0x0F
                assert counts.get(pid, count - 1 & 0x0F) == count - 1 & 0x0F
                counts[pid] = count
            if (stamp := dts_of(packet)) is not None:
                stamps.setdefault(pid, []).append(stamp)
        assert len(stamps) == 2
        for found in stamps.values():
            steps = [(later - one) % WRAP for one, later in pairwise(found)]
            assert min(steps) > 0
            assert max(steps) <= longest * 90_000


async def test_items_that_differ_are_one_stream_that_shows_the_time_of_day(
    folder: Folder,
) -> None:
    begun = clock() - 1500
    order = [("one", 4000), ("two", 3000), ("three", 3100), ("two", 3000)]
    programme = Listed(begun, [(item(name), length) for name, length in order])
    seen = Seen()
    async with open_playout(programme, folder, Cards(None)) as basin:
        await seen.watch(basin, begun + sum(length for _, length in order) - 600)
    seen.hold_together()
    assert not folder.complaints
    # Each item begins with a key frame, at the very time at which it is on.
    starts = {showing.start for showing in programme.showings[1:]}
    assert starts <= {key + near for key in seen.keys for near in (-1, 0, 1)}
    # FFmpeg may need its time to begin; from the next item on nothing is late.
    later = [
        lag
        for lag, key in zip(seen.lags, seen.keys, strict=True)
        if key >= programme.showings[1].start
    ]
    assert max(later) <= 500
    assert min(seen.lags) >= -500


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
        async with asyncio.timeout(10):
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
