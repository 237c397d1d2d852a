"""Renditions: the qualities that a picture is offered in."""

from dataclasses import dataclass

from .errors import InvalidRenditionError

AUDIO_KBPS = 192


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """One quality of a transcoded stream; its picture fits into width and height."""

    name: str
    width: int
    height: int
    video_kbps: int
    audio_kbps: int = AUDIO_KBPS

    @property
    def bandwidth(self) -> int:
        """Video and audio together, in bit/s."""
        return (self.video_kbps + self.audio_kbps) * 1000

    @property
    def resolution(self) -> str:
        """The largest picture as playlists write it: `1920x1080`."""
        return f"{self.width}x{self.height}"


RENDITIONS = (
    Rendition(name="1080p", width=1920, height=1080, video_kbps=5000),
    Rendition(name="720p", width=1280, height=720, video_kbps=3000),
    Rendition(name="480p", width=854, height=480, video_kbps=1500),
)
"""The ladder, best first."""

_BY_NAME = {rendition.name: rendition for rendition in RENDITIONS}


def rendition(name: str) -> Rendition:
    """Answer the rendition of the ladder that has this name.

    Raises InvalidRenditionError.
    """
    if name not in _BY_NAME:
        raise InvalidRenditionError(f"No rendition is named {name!r}")
    return _BY_NAME[name]
