"""Slates: one picture, and silence, over and over."""

import pytest

from custom_components.telecast.formats import ffmpeg
from custom_components.telecast.formats.ffmpeg import SlateCommand

from . import clips
from .clips import key_frames, packets, parts, ran


def slate(command: SlateCommand, picture: bytes) -> bytes:
    """Make a slate of a picture."""
    return ran(*ffmpeg.arguments(command), stdin=picture)


def test_a_slate_can_be_shown_over_and_over() -> None:
    output = slate(SlateCommand(raw_size=(64, 36)), b"\x80\x20\x10" * 64 * 36)
    assert clips.size(output) == (64, 36)
    seen, heard = packets(output), packets(output, "audio")
    assert len(seen) == 8 * 25
    assert len(heard) * 1024 == 8 * 48_000
    assert heard[-1].pts + 1920 - heard[0].pts == 8 * 90_000
    keys = key_frames(output)
    assert [key - keys[0] for key in keys] == [90_000 * second for second in range(8)]
    found = parts(output)
    assert found["video"]["codec_name"] == "h264"
    assert found["audio"]["codec_name"] == "aac"


@pytest.mark.parametrize(
    ("size", "expected"), [("1921x1081", (1280, 720)), ("99x55", (98, 54))]
)
def test_a_picture_is_as_large_as_it_may(size: str, expected: tuple[int, int]) -> None:
    source = f"testsrc2=size={size}"
    picture = ran(
        *("-v", "error", "-f", "lavfi", "-i", source, "-frames:v", "1"),
        *("-f", "image2pipe", "-c:v", "png", "-"),
    )
    output = slate(SlateCommand(seconds=1), picture)
    assert clips.size(output) == expected
    assert len(packets(output)) == 25
