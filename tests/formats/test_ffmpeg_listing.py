"""What FFmpeg tells of itself, in the words of many builds."""

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats.ffmpeg import (
    MINIMUM,
    Encoder,
    available,
    parse_encoders,
    parse_version,
)

from .clips import ran

LEGEND = """Encoders:
 V..... = Video
 A..... = Audio
 .F.... = Frame-level multithreading
 ------
"""
LISTED = f"""{LEGEND} V....D libx264              libx264 H.264 / AVC / MPEG-4 AVC (codec h264)
 V....D h264_nvenc           NVIDIA NVENC H.264 encoder (codec h264)
 V..... h264_v4l2m2m         not h264_qsv, nor
 V..... h264_vaapi           H.264/AVC (VAAPI) (codec h264)
 A....D aac                  AAC (Advanced Audio Coding)
 A..X.D vorbis
"""


@pytest.mark.parametrize(
    ("line", "release"),
    [
        ("ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026", (5, 1, 9)),
        ("ffmpeg version 6.1.2 Copyright (c) 2000-2024\nbuilt with", (6, 1, 2)),
        ("ffmpeg version 8.0 Copyright", (8, 0, 0)),
        ("ffmpeg version n7.1 Copyright", (7, 1, 0)),
        ("ffmpeg version 7.1.1-Jellyfin Copyright", (7, 1, 1)),
        ("ffmpeg version 7.1-essentials_build-www.gyan.dev", (7, 1, 0)),
        ("ffmpeg version 4.4.2-0ubuntu0.22.04.1 Copyright", (4, 4, 2)),
        ("ffmpeg version N-118315-g4f3c9f2f03-20250126 Copyright", None),
        ("ffmpeg version 2024-12-19-git-494c961379-full_build", None),
        ("ffmpeg version git-2020-01-26-5e62100 Copyright", None),
    ],
)
def test_a_version_is_read(line: str, release: tuple[int, int, int] | None) -> None:
    version = parse_version(line)
    assert version
    assert version.release == release
    assert version.text == line.split()[2]
    assert version.sufficient == (release is None or release >= MINIMUM)


@pytest.mark.parametrize("text", ["", "avconv version 12", "bash: ffmpeg: not found"])
def test_what_is_no_ffmpeg_has_no_version(text: str) -> None:
    assert parse_version(text) is None


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encoders_are_read_where_their_names_stand(end: str) -> None:
    text = LISTED.replace("\n", end)
    assert parse_encoders(text) == {
        *("libx264", "h264_nvenc", "h264_v4l2m2m", "h264_vaapi", "aac", "vorbis")
    }
    assert available(text) == (Encoder.NVENC, Encoder.VAAPI, Encoder.NONE)


def test_nothing_counts_before_the_rule() -> None:
    assert parse_encoders(LISTED.replace(" ------\n", "")) == frozenset()


def test_without_x264_there_is_no_software() -> None:
    assert Encoder.NONE not in available(LISTED.replace("D libx264 ", "D libx265 "))
    assert available("") == ()


@given(st.text())
def test_no_text_is_too_strange(text: str) -> None:
    parse_version(text)
    assert parse_encoders(LEGEND + text) >= parse_encoders(LEGEND)


def test_this_ffmpeg_tells_of_itself() -> None:
    version = parse_version(ran("-version").decode())
    assert version
    assert version.sufficient
    listing = ran("-hide_banner", "-encoders").decode()
    assert {"libx264", "aac", "ac3"} <= parse_encoders(listing)
    assert available(listing)[-1] is Encoder.NONE
