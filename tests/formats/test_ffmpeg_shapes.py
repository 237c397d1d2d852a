"""Only what one decoder can go on with has the same shape; the rest is encoded."""

from collections.abc import Callable
import json
from pathlib import Path
import subprocess
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats.ffmpeg.probe import PROBE_ARGUMENTS, parse_media
from custom_components.telecast.formats.ffmpeg.shapes import shape_of
from tests.formats.clips import AAC, H264, clip

VIDEO = {
    "codec_name": "h264",
    "profile": "High",
    "level": 40,
    "width": 1920,
    "height": 1080,
    "pix_fmt": "yuv420p",
    "field_order": "progressive",
    "sample_aspect_ratio": "1:1",
    "r_frame_rate": "24000/1001",
    "avg_frame_rate": "24000/1001",
    "place": 0,
}
AUDIO = {
    "codec_name": "aac",
    "profile": "LC",
    "sample_rate": "48000",
    "channels": 2,
    "place": 0,
}
SHAPE = "h264_High_40_1920x1080_1:1_24000/1001 aac_LC_48000_2"
MATROSKA = ("-f", "matroska")


def shape(video: dict[str, Any], audio: dict[str, Any]) -> str:
    """The shape of a file that differs from the usual one."""
    return shape_of({"video": VIDEO | video, "audio": AUDIO | audio})


def told(file: bytes, folder: Path) -> dict[str, Any]:
    """What the real prober says of a file."""
    path = folder / "file"
    path.write_bytes(file)
    with path.open("rb") as opened:
        done = subprocess.run(
            ["ffprobe", *PROBE_ARGUMENTS], stdin=opened, capture_output=True, check=True
        )
    return parse_media(done.stdout.decode())


def test_a_shape_names_all_that_must_be_the_same() -> None:
    assert shape({}, {}) == SHAPE


@pytest.mark.parametrize(
    ("video", "audio"),
    [
        ({"profile": "Main"}, {}),
        ({"level": 41}, {}),
        ({"width": 1280}, {}),
        ({"height": 720}, {}),
        ({"r_frame_rate": "25/1", "avg_frame_rate": "25/1"}, {}),
        ({"sample_aspect_ratio": "64:45"}, {}),
        ({"codec_name": "hevc", "profile": "Main"}, {}),
        ({"codec_name": "mpeg2video", "profile": "Main"}, {}),
        ({}, {"codec_name": "ac3", "profile": ""}),
        ({}, {"codec_name": "mp2", "profile": ""}),
        ({}, {"profile": "HE-AAC"}),
        ({}, {"sample_rate": "44100"}),
        ({}, {"channels": 6}),
    ],
)
def test_whatever_differs_is_another_shape(
    video: dict[str, Any], audio: dict[str, Any]
) -> None:
    assert shape(video, audio) not in {"", SHAPE}


@pytest.mark.parametrize(
    ("video", "audio"),
    [
        ({"sample_aspect_ratio": "0:1"}, {}),
        ({"field_order": "unknown"}, {}),
        ({"avg_frame_rate": "0/0"}, {}),
        ({"avg_frame_rate": "2397/100"}, {}),
        ({"color_transfer": "bt709", "language": "eng", "bit_rate": "4000000"}, {}),
        ({}, {"language": "deu", "bit_rate": "128000", "channel_layout": "stereo"}),
    ],
)
def test_what_no_decoder_sees_makes_no_difference(
    video: dict[str, Any], audio: dict[str, Any]
) -> None:
    assert shape(video, audio) == SHAPE


@pytest.mark.parametrize(
    ("video", "audio"),
    [
        ({"codec_name": "vp9", "profile": "Profile 0"}, {}),
        ({"codec_name": "mpeg4", "profile": "Simple Profile"}, {}),
        ({"profile": "High 10", "pix_fmt": "yuv420p10le"}, {}),
        ({"profile": "High"}, {"codec_name": "opus", "profile": ""}),
        ({}, {"codec_name": "flac", "profile": ""}),
        ({}, {"codec_name": "eac3", "profile": ""}),
        ({}, {"profile": "Main"}),
        ({"pix_fmt": "yuv422p"}, {}),
        ({"pix_fmt": "yuvj420p"}, {}),
        ({"field_order": "tt"}, {}),
        ({"field_order": "bb"}, {}),
        ({"rotation": 90}, {}),
        ({"color_transfer": "smpte2084"}, {}),
        ({"color_transfer": "arib-std-b67"}, {}),
        ({"avg_frame_rate": "15/1"}, {}),
        ({"r_frame_rate": "90000/1", "avg_frame_rate": "24000/1001"}, {}),
        ({"r_frame_rate": "0/0"}, {}),
        ({"r_frame_rate": "120/1", "avg_frame_rate": "120/1"}, {}),
        ({"width": 0}, {}),
        ({"place": 1}, {}),
        ({}, {"place": 1}),
        ({}, {"channels": 0}),
    ],
)
def test_what_is_to_be_encoded_has_none(
    video: dict[str, Any], audio: dict[str, Any]
) -> None:
    assert shape(video, audio) == ""


@pytest.mark.parametrize("missing", ["video", "audio"])
def test_picture_and_sound_are_needed(missing: str) -> None:
    both = {"video": VIDEO, "audio": AUDIO}
    assert shape_of({name: both[name] for name in both if name != missing}) == ""
    assert shape_of({}) == ""


values = st.none() | st.integers() | st.text(max_size=8)
facts = st.dictionaries(st.sampled_from([*VIDEO, "rotation", "color_transfer"]), values)


@given(facts, facts)
def test_any_answer_has_a_shape_or_none(
    video: dict[str, Any], audio: dict[str, Any]
) -> None:
    streams = [
        {"codec_type": kind} | told
        for kind, told in (("video", VIDEO | video), ("audio", AUDIO | audio))
    ]
    found = shape_of(parse_media(json.dumps({"streams": streams})))
    assert isinstance(found, str)


def made(*options: str, size: str = "160x90", container: str = "matroska") -> bytes:
    """A clip of steady rate, from its beginning."""
    given = options or (*H264, *AAC)
    return clip(*given, size=size, rate=25, start=0, container=("-f", container))


def test_clips_that_are_made_alike_fit_in_whatever_container(tmp_path: Path) -> None:
    found = {
        shape_of(told(made(container=container), tmp_path))
        for container in ("matroska", "mpegts")
    }
    (one,) = found
    assert one.startswith("h264_") and one.endswith("_160x90_1:1_25 aac_LC_48000_1")
    assert shape_of(told(made(size="320x180"), tmp_path)) not in {"", one}


@pytest.mark.parametrize(
    "make",
    [
        lambda: made("-c:v", "mpeg4", *AAC),
        lambda: made(*H264, "-c:a", "flac"),
        lambda: made(*H264, "-an"),
        lambda: made("-vn", *AAC),
        lambda: made(
            *("-vf", "setfield=tff", "-flags", "+ilme+ildct"),
            *(*H264, *AAC),
            size="160x96",
        ),
    ],
    ids=["MPEG-4", "FLAC", "no sound", "no picture", "interlaced"],
)
def test_clips_that_are_not_for_television_are_encoded(
    make: Callable[[], bytes], tmp_path: Path
) -> None:
    found = told(make(), tmp_path)
    assert found["duration"] > 4000
    assert shape_of(found) == ""
