"""Clips for a virtual channel: so much alike that none has to be encoded to be played."""

from pathlib import Path
import shutil

from .channels import cache_folder, draw

NAME, NUMBER = "Demo Clips", "6"
"""Of the channel that plays them."""

_VERSION = 1
_SECONDS = 20
# By title, the FFmpeg source of the picture, and the tone in Hz.
_CLIPS = (
    ("First Light", "testsrc2", 330),
    ("The Long Count", "testsrc", 370),
    ("Three Colours", "rgbtestsrc", 415),
    ("Bars at Noon", "smptebars", 466),
)


def lay_out_clips(config: Path) -> Path:
    """Put the clips into a configuration of Home Assistant; answer their folder.

    They are made once, then taken from the cache. Raises FFmpegFailedError.
    """
    # Whatever its configuration, Home Assistant lets integrations look into this folder.
    folder = config / "www" / "telecast-demo"
    folder.mkdir(parents=True, exist_ok=True)
    for title, picture, tone in _CLIPS:
        made = cache_folder() / f"clips-{_VERSION}" / f"{title}.ts"
        if not made.exists():
            draw(made, picture=picture, tone=tone, kilobits=400, seconds=_SECONDS)
        if not (clip := folder / made.name).exists():
            shutil.copy2(made, clip)
    return folder
