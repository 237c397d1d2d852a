"""How segments and playlists are to be."""

from dataclasses import dataclass

from ...formats import hls

# Fine segments are half as long as others.
_FINE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How segments and playlists are to be."""

    seconds: float
    """What a segment should last."""
    list_size: int
    """How many segments a playlist lists."""

    @property
    def fine_seconds(self) -> float:
        """What a segment should last of which players wait for the end."""
        return self.seconds / _FINE

    @property
    def target(self) -> int:
        """The duration, in whole seconds, that playlists promise."""
        return hls.rounded(self.seconds)
