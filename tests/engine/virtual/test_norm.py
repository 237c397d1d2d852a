"""What is copied, and what is encoded."""

import pytest

from custom_components.telecast.engine.virtual.norm import NORM, copied_shape


@pytest.mark.parametrize(
    ("shapes", "copied"),
    [
        ({"h264 1080p"}, "h264 1080p"),
        ({"h264 1080p", "h264 720p"}, ""),
        ({"h264 1080p", ""}, ""),
        ({""}, ""),
        (set(), ""),
    ],
)
def test_only_what_is_alike_throughout_is_copied(shapes: set[str], copied: str) -> None:
    assert copied_shape(shapes) == copied


def test_what_is_encoded_is_what_all_players_take() -> None:
    assert NORM.rendition.resolution == "1280x720"
    assert NORM.frame_rate == 25
    assert (NORM.audio.codec, NORM.audio.channels) == ("aac", 2)
