"""What marked clips show can be read again, whatever is done to the picture."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path
import random
import subprocess

from hypothesis import given, strategies as st
import pytest

from tests.formats.clips import ran

from .clips import ALIKE, MIXED, Clip, make_all, make_clip
from .marks import ITEMS, TIMES, Mark, draw, read
from .order import steps
from .rounds import Rounds, Shown
from .screen import Seen, open_screen, seen

CLIPS = [clip for clip in MIXED if isinstance(clip, Clip)]
BOX = (
    "scale=1280:720:force_original_aspect_ratio=decrease,"
    "pad=1280:720:-1:-1,setsar=1,fps=25:start_time=0"
)
LOW = ("-c:v", "libx264", "-preset", "ultrafast", "-b:v", "300k", "-bf", "0")
TS = ("-f", "mpegts", "-")


@pytest.fixture(scope="module", name="folder")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clips")
    make_all(folder, MIXED)
    return folder


marks = st.builds(Mark, item=st.integers(0, ITEMS - 1), time=st.integers(0, TIMES - 1))


@given(marks, st.integers(72, 640), st.integers(72, 360))
def test_a_mark_is_read_as_it_was_drawn(mark: Mark, width: int, height: int) -> None:
    picture = draw(width, height, mark)
    assert len(picture) == width * height
    assert read(picture, width) == mark


@given(marks, st.integers(0, 119), st.integers(0, 79))
def test_a_mark_is_found_between_bars(mark: Mark, side: int, bar: int) -> None:
    width, height = 320 - 2 * side, 240 - 2 * bar
    picture = draw(width, height, mark)
    rows = [
        bytes([16] * side) + picture[at : at + width] + bytes([16] * side)
        for at in range(0, len(picture), width)
    ]
    bars = [bytes([16] * 320)] * bar
    assert read(b"".join([*bars, *rows, *bars]), 320) == mark


@given(st.integers())
def test_what_is_no_mark_is_none(seed: int) -> None:
    assert read(random.Random(seed).randbytes(7200), 120) is None


@pytest.mark.parametrize("shade", [0, 100, 255])
def test_a_picture_of_one_shade_is_no_mark(shade: int) -> None:
    # A code of nothing but ones, or noughts, is none.
    assert read(bytes([shade]) * 320 * 180, 320) is None


def test_a_mark_that_was_damaged_is_none() -> None:
    picture = bytearray(draw(120, 60, Mark(item=7, time=1234)))
    for row in range(5, 10):
        for place in range(row * 120 + 20, row * 120 + 30):
            picture[place] ^= 0xFF
    assert read(bytes(picture), 120) is None


@pytest.mark.parametrize("mark", [Mark(item=256, time=0), Mark(item=0, time=TIMES)])
def test_what_has_no_cells_is_refused(mark: Mark) -> None:
    with pytest.raises(ValueError, match="no cells"):
        draw(320, 180, mark)


@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.title)
async def test_each_clip_shows_what_it_should(folder: Path, clip: Clip) -> None:
    stream = ran("-v", "error", "-i", str(folder / clip.file), "-vf", BOX, *LOW, *TS)
    found = await seen([(5.0, stream)])
    # Frame rates are brought into line, so that one may be shown a little late.
    assert len(found) == pytest.approx(clip.seconds * 25, abs=2)
    for one in found:
        assert one.arrived == 5.0
        assert one.mark
        assert one.mark.item == clip.number
        assert one.mark.time == pytest.approx(1000 * (one.pts - found[0].pts), abs=45)


async def test_clips_joined_to_one_stream_are_seen_one_after_the_other(
    tmp_path: Path,
) -> None:
    paths = [make_clip(tmp_path, clip) for clip in ALIKE]
    names = "".join(f"file '{path}'\n" for path in paths)
    (tmp_path / "list").write_text(names)
    joined = ("-f", "concat", "-safe", "0", "-i", str(tmp_path / "list"), "-c", "copy")
    stream = ran("-v", "error", *joined, *TS)
    found = await seen(
        (at, stream[at : at + 9973]) for at in range(0, len(stream), 9973)
    )
    assert [one.mark for one in found] == [
        Mark(item=clip.number, time=clip.time_of(picture))
        for clip in ALIKE
        for picture in range(clip.pictures)
    ]
    gaps = [later.pts - one.pts for one, later in pairwise(found)]
    assert gaps == pytest.approx([0.04] * len(gaps), abs=0.001)
    # They arrive in the order in which they are sent.
    arrived = [one.arrived for one in found]
    assert arrived[0] == 0
    assert arrived[-1] > len(stream) * 0.9
    assert max(one - later for one, later in pairwise(arrived)) < len(stream) / 50
    assert max(map(len, steps(stream).values())) == len(found) - 1
    assert min(map(min, steps(stream).values())) > 0


async def test_a_screen_tells_of_a_picture_while_others_are_still_to_come(
    folder: Path,
) -> None:
    film = str(folder / "Anchor.mkv")
    stream = ran("-v", "error", "-i", film, "-vf", BOX, *LOW, *TS)
    half = len(stream) // 2

    def late(one: Seen) -> bool:
        return one.mark is not None and one.mark.time > 1000

    async with open_screen() as screen:
        await screen.show(stream[:half], 1.0)
        assert (await screen.until(late)).arrived == 1.0
        count = len(screen.seen)
        await screen.show(stream[half:], 2.0)
        assert (await screen.until(late, since=count)).mark != screen.seen[0].mark
        assert len(await screen.end()) == 100


async def test_a_stream_without_marks_is_seen_as_that() -> None:
    bars = ("-f", "lavfi", "-i", "smptehdbars=size=640x360:rate=25:duration=1")
    found = await seen([(0.0, ran("-v", "error", *bars, *LOW, *TS))])
    assert [one.mark for one in found] == [None] * 25


def test_a_broken_file_is_no_film(folder: Path) -> None:
    (name,) = [clip.file for clip in MIXED if not isinstance(clip, Clip)]
    command = ["ffprobe", str(folder / name)]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode


def test_a_step_back_is_told() -> None:
    bars = ("-f", "lavfi", "-i", "smptehdbars=size=320x180:rate=25:duration=1")
    stream = ran("-v", "error", *bars, *LOW, *TS)
    (found,) = steps(stream + stream).values()
    assert min(found) == pytest.approx(-0.96, abs=0.001)
    assert sorted(found)[1:] == pytest.approx([0.04] * 48, abs=0.001)


def test_what_is_on_is_worked_out() -> None:
    rounds = Rounds(1_000_000, [(7, 4000), (8, 2500)])
    assert rounds.at(1_000_000) == Shown(item=7, start=1_000_000, stop=1_004_000)
    assert rounds.at(1_004_000) == Shown(item=8, start=1_004_000, stop=1_006_500)
    assert rounds.at(1_006_499) == Shown(item=8, start=1_004_000, stop=1_006_500)
    assert rounds.at(1_006_500) == Shown(item=7, start=1_006_500, stop=1_010_500)
    assert rounds.when(Mark(item=8, time=100), near=1004) == 1004.1
    assert rounds.when(Mark(item=8, time=100), near=1009) == 1010.6


def test_pictures_of_film_are_timed_to_the_millisecond() -> None:
    clip = Clip(number=1, file="A.mkv", rate=Fraction(24_000, 1_001), seconds=4.8)
    assert (clip.pictures, clip.time_of(1), clip.time_of(114)) == (115, 42, 4755)
