"""What a virtual channel's items are made into, where they do not fit together."""

from collections.abc import Set as AbstractSet

from ...formats.ffmpeg import Norm, rendition

NORM = Norm(rendition=rendition("720p"))
"""720p25 and stereo, as loud as broadcasters have it: what all players take."""


def copied_shape(shapes: AbstractSet[str]) -> str:
    """Answer the shape of what is played as it is; empty where all is encoded anew.

    `shapes` are those of all that can be played: only what has the same one throughout
    can be played without being encoded, and what has an empty one never.
    """
    return next(iter(shapes)) if len(shapes) == 1 else ""
