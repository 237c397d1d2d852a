"""How segments and playlists are to be."""

from dataclasses import dataclass

from ...formats import hls
from ...formats.mpegts import CLOCK, Segmenter

# The first segments are half as long as the others, so that players can begin.
_EAGER = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How segments and playlists are to be."""

    seconds: float
    """What a segment should last."""
    list_size: int
    """How many segments a playlist lists."""

    @property
    def target(self) -> int:
        """The duration, in whole seconds, that playlists promise."""
        return hls.rounded(self.seconds)

    def segmenter(self) -> Segmenter:
        """Answer what cuts a stream accordingly."""
        ticks = round(self.seconds * CLOCK)
        return Segmenter(ticks=ticks, first_ticks=ticks // _EAGER)
