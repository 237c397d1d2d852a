"""Pieces of a virtual channel: whatever the items are, they make one stream."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
import subprocess

import pytest

from custom_components.telecast.formats.ffmpeg import (
    AudioEncode,
    Encoder,
    InvalidSeekError,
    Norm,
    PlayoutCommand,
    Rendition,
    arguments,
)
from tests.marked.clips import Clip, make_clip
from tests.marked.screen import seen

from .clips import TURN, Packet, clip, packets, parts, ran

SMALL = Rendition(name="small", width=320, height=180, video_kbps=200, audio_kbps=64)
NORM = Norm(rendition=SMALL, audio=AudioEncode(kbps=64))
TICK = 90_000
FRAME = TICK // 25
MATROSKA = ("-f", "matroska")
MPEG2 = ("-c:v", "mpeg2video", "-c:a", "ac3", "-ac", "6")
ITEMS = {
    "h264": clip(seconds=3, start=0, rate=30, size="320x180", container=MATROSKA),
    "mpeg2 in 5.1": clip(*MPEG2, seconds=2.7, size="180x144", rate=24, start=0),
    "silent": clip(
        *("-c:v", "libx264", "-preset", "ultrafast"),
        seconds=2.345,
        rate=50,
        sound="",
        start=0,  # type: ignore[arg-type]
        container=MATROSKA,
    ),
    "a recording": clip(seconds=2, start=5000, size="90x160"),
}


def played(path: Path, command: PlayoutCommand) -> bytes:
    """Run a command on a file."""
    with path.open("rb") as file:
        done = subprocess.run(
            ["ffmpeg", *arguments(command)],
            stdin=file,
            capture_output=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.fixture
def items(tmp_path: Path) -> dict[str, Path]:
    """Write the items to disk."""
    found = {}
    for name, content in ITEMS.items():
        found[name] = tmp_path / name
        found[name].write_bytes(content)
    return found


def in_turn(found: list[Packet], kind: str, *, longest: int) -> None:
    """Hold a part to going forward, and to no gap that is longer."""
    steps = [later.pts - one.pts for one, later in pairwise(found)]
    assert max(steps) <= longest, kind
    if kind == "audio":
        assert min(steps) > 0
    assert len({one.pts for one in found}) == len(found), kind


def test_pieces_of_items_that_differ_make_one_stream(items: dict[str, Path]) -> None:
    pieces = []
    at = TURN - 4 * TICK  # the clock begins anew on the way
    for name, seek, seconds in [
        ("h264", 1, 2),
        ("mpeg2 in 5.1", 0, 2.7),
        ("silent", 0, 2.345),
        ("a recording", 0, 2),
        ("h264", 0, 3),
    ]:
        command = PlayoutCommand(
            seek=seek,
            seconds=seconds,
            first_pts=at % TURN,
            norm=NORM,
            sound=None if name == "silent" else 0,
        )
        piece = played(items[name], command)
        found = parts(piece)
        assert (found["video"]["width"], found["video"]["height"]) == (320, 180)
        assert found["video"]["avg_frame_rate"] == "25/1"
        assert found["video"]["pix_fmt"] == "yuv420p"
        assert (found["audio"]["channels"], found["audio"]["sample_rate"]) == (
            2,
            "48000",
        )
        video = packets(piece)
        assert video[0].key
        assert video[0].pts == at % TURN
        pieces += [(at, piece)]
        at += round(seconds * TICK)
    video, audio = [], []
    for began, piece in pieces:
        for kind, sum_ in (("video", video), ("audio", audio)):
            for one in packets(piece, kind):
                late = (one.pts - began + TURN // 2) % TURN - TURN // 2
                sum_.append(Packet(began + late, one.key, one.position))
    in_turn(sorted(video, key=lambda one: one.pts), "video", longest=FRAME + 1)
    in_turn(audio, "audio", longest=3 * 1024 * TICK // 48_000)
    # B-frames come in another order, but no piece reaches into the next one.
    for (began, piece), (next_one, _) in pairwise(pieces):
        ends = [(one.pts - began + TURN // 2) % TURN for one in packets(piece)]
        assert max(ends) - TURN // 2 < next_one - began


def test_a_piece_begins_where_it_is_wanted(items: dict[str, Path]) -> None:
    command = PlayoutCommand(seek=2.5, seconds=0.5, first_pts=90, norm=NORM)
    video = packets(played(items["h264"], command))
    assert min(one.pts for one in video) == 90
    assert len(video) in {12, 13}


async def test_a_file_without_an_index_is_entered_before_its_time(
    tmp_path: Path,
) -> None:
    marked = Clip(number=7, file="marked.ts", codec="mpeg2", seconds=4)
    make_clip(tmp_path, marked)
    command = PlayoutCommand(
        seek=2.5, run_up=2, seconds=1.5, first_pts=TICK * 100, norm=NORM
    )
    piece = played(tmp_path / marked.file, command)
    shown = await seen([(0.0, piece)])
    assert shown[0].pts == pytest.approx(100)
    # Else its picture would stand still up to the key frame at three seconds.
    for one in shown:
        assert one.mark
        assert one.mark.time / 1000 - 2.5 == pytest.approx(one.pts - 100, abs=0.05)


def test_an_item_that_ends_early_ends_its_piece(items: dict[str, Path]) -> None:
    command = PlayoutCommand(seconds=60, first_pts=0, norm=NORM)
    video = packets(played(items["a recording"], command))
    # Its last picture is held for two seconds, not for a minute.
    assert 3 * 25 <= len(video) <= 5 * 25


def test_sound_alone_has_a_black_picture(tmp_path: Path) -> None:
    path = tmp_path / "song"
    path.write_bytes(clip(picture="color=red:r=5", seconds=2, start=0))
    command = PlayoutCommand(seconds=2, first_pts=0, norm=NORM, picture=None)
    found = packets(played(path, command))
    assert len(found) == 50


def test_what_fits_together_anyway_is_copied(items: dict[str, Path]) -> None:
    command = PlayoutCommand(seconds=2, first_pts=TICK * 100, norm=None)
    piece = played(items["a recording"], command)
    assert parts(piece)["video"]["height"] == 160
    assert packets(piece)[0].pts == pytest.approx(TICK * 100, abs=FRAME * 3)


@pytest.mark.parametrize(("seek", "seconds"), [(-1, 5), (0, 0), (0, -2)])
def test_a_piece_of_nothing_is_refused(seek: float, seconds: float) -> None:
    with pytest.raises(InvalidSeekError):
        arguments(PlayoutCommand(seek=seek, seconds=seconds, first_pts=0, norm=NORM))


def test_devices_encode_what_software_has_put_together() -> None:
    command = PlayoutCommand(
        seconds=1, first_pts=0, norm=NORM, encoder=Encoder.VAAPI, device="/dev/dri/x"
    )
    said = arguments(command)
    (filters,) = (one for one in said if "fps=25" in one)
    assert "format=nv12,hwupload[v0]" in filters
    assert "h264_vaapi" in said
    assert "/dev/dri/x" in " ".join(said)


def test_a_copy_begins_with_a_key_frame_before_or_after_its_time(
    items: dict[str, Path],
) -> None:
    # Its key frames are at 0, 1 and 2.2 seconds.
    wanted = PlayoutCommand(seek=1.5, seconds=1.5, first_pts=TICK * 100, norm=None)
    found = {}
    for early in (False, True):
        piece = played(items["h264"], replace(wanted, early=early))
        assert packets(piece)[0].key
        found[early] = packets(piece)[0].pts, packets(piece, "audio")[0].pts
    # Containers may let pictures begin a little later, lest they be sent before nought.
    assert found[True][0] == pytest.approx(TICK * 99.5, abs=TICK / 10)
    assert found[False][0] == pytest.approx(TICK * 100.7, abs=TICK / 10)
    # The sound waits for no key frame, and is never before what was.
    assert TICK * 100 <= found[False][1] <= TICK * 100.05


@pytest.mark.parametrize("container", ["matroska", "mpegts"])
def test_a_copy_can_be_entered_where_groups_of_pictures_are_open(
    tmp_path: Path, container: str
) -> None:
    path = tmp_path / "open"
    path.write_bytes(
        clip(
            *("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-c:a", "aac"),
            *("-x264-params", "open-gop=1:keyint=25:scenecut=0:aud=1"),
            seconds=4,
            rate=25,
            start=0,
            keys="0",
            container=("-f", container),
        )
    )
    command = PlayoutCommand(
        seek=2.5,
        seconds=1.5,
        first_pts=TICK * 100,
        norm=None,
        early=True,
        codec="h264",
    )
    piece = played(path, command)
    # Every picture can be decoded, but for those that are shown before the key frame.
    grey = ("-vf", "scale=8:8,format=gray", "-fps_mode", "passthrough")
    shown = ran("-v", "fatal", "-i", "-", *grey, "-f", "rawvideo", "-", stdin=piece)
    assert len(packets(piece)) - 2 <= len(shown) // 64
    assert len(shown) // 64 >= 20


def test_a_copy_is_over_a_little_before_what_follows(items: dict[str, Path]) -> None:
    command = PlayoutCommand(seconds=2, first_pts=TICK * 100, norm=None)
    for kind in ("video", "audio"):
        stamps = [one.pts for one in packets(played(items["h264"], command), kind)]
        assert TICK * 101.5 < max(stamps) < TICK * 102


def test_copies_have_tables_that_are_told_from_those_of_others(
    items: dict[str, Path],
) -> None:
    versions = []
    for norm in (None, NORM):
        command = PlayoutCommand(seconds=1, first_pts=0, norm=norm)
        data = played(items["h264"], command)
        (pmt,) = {data[at + 10] for at in range(0, len(data), 188) if _is_pmt(data, at)}
        versions.append(pmt >> 1 & 0x1F)
    assert versions == [1, 0]


def _is_pmt(data: bytes, at: int) -> bool:
    return data[at + 1 : at + 3] == b"\x50\x00" and data[at + 5] == 2
