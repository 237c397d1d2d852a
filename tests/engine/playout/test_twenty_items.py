"""Twenty items of all kinds: what is seen is what is on, from the first to the last."""

from itertools import cycle, islice, pairwise
from pathlib import Path

import pytest

from custom_components.telecast.formats.mpegts import WRAP, Loop, unwrap
from tests.formats.clips import H264, clip

from .marked import SECONDS, marked, read
from .seen import Seen, undisturbed
from .world import TICKS, Cards, Folder, Listed, clock, item, open_playout

MATROSKA = ("-f", "matroska")
MONO = "sine=sample_rate=44100"
STEREO = "sine=sample_rate=48000,aformat=channel_layouts=stereo"
SURROUND = "sine=sample_rate=48000,aformat=channel_layouts=5.1"
KINDS = [
    (("-c:v", "libx264", "-c:a", "aac", *MATROSKA), "320x180", 25, STEREO),
    (("-c:v", "mpeg2video", "-c:a", "ac3", "-f", "mpegts"), "480x270", 25, SURROUND),
    (
        ("-c:v", "mpeg4", "-q:v", "3", "-c:a", "libmp3lame", "-f", "avi"),
        "320x240",
        30,
        MONO,
    ),
    (("-c:v", "libx264", "-bf", "3", *MATROSKA), "160x90", 50, ""),
    (("-c:v", "libx264", "-c:a", "flac", *MATROSKA), "640x360", 24, STEREO),
    (("-c:v", "libx264", "-c:a", "mp2", "-f", "mpegts"), "720x576", 60, MONO),
]
BROKEN = 13
ITEMS = {
    str(number): marked(number, *options, size=size, rate=rate, sound=sound)
    for number, (options, size, rate, sound) in enumerate(islice(cycle(KINDS), 20))
} | {str(BROKEN): b"not a film at all" * 999}
SILENT = {str(number) for number in range(20) if not KINDS[number % len(KINDS)][3]}
LENGTH = round(SECONDS * 1000)
CARD = Loop(
    clip(
        *(*H264, "-c:a", "aac", "-b:a", "64k"),
        picture="color=white:size=160x90:rate=25",
        seconds=9,
        start=10,
        keys="0,1,2,3,4,5,6,7,8",
    ),
    seconds=8,
)


@pytest.mark.timeout(300)
async def test_what_is_seen_is_what_is_on_twenty_items_long(tmp_path: Path) -> None:
    for name, content in ITEMS.items():
        (tmp_path / name).write_bytes(content)
    begun, folder = 0, Folder(tmp_path)

    async def watch() -> Seen:
        nonlocal begun, folder
        begun, folder = clock(), Folder(tmp_path, silent=SILENT)
        order = [(item(str(number)), LENGTH) for number in range(20)]
        seen = Seen()
        async with open_playout(Listed(begun, order), folder, Cards(CARD)) as basin:
            await seen.watch(basin, begun + 20 * LENGTH - 800)
        return seen

    seen = await undisturbed(watch, since=LENGTH)
    seen.hold_together()
    assert {name for name, _ in folder.complaints} == {str(BROKEN)}

    pictures = read(seen.data)
    for picture in pictures:
        at = unwrap(begun * TICKS, picture.pts, wrap=WRAP) // TICKS - begun
        number, offset = divmod(at, LENGTH)
        if number == BROKEN:
            assert picture.item not in range(20)  # the card is white
            continue
        assert picture.item == number, at
        assert abs(picture.offset * 1000 - offset) < 100, at
    steps = [(other.pts - one.pts) % WRAP for one, other in pairwise(pictures)]
    assert min(steps) > 0
    assert max(steps) <= 0.5 * 90_000
    assert len(pictures) >= 0.97 * 25 * (20 * LENGTH - 1500) / 1000
