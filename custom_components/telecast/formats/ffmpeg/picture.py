"""What is known of a source's picture, and how large it comes out of a rendition."""

from dataclasses import dataclass

from .renditions import Rendition


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A source's picture, as far as it is known."""

    width: int = 0
    """In pixels; 0 where it is not known."""
    height: int = 0
    """In pixels; 0 where it is not known."""
    sample_aspect: tuple[int, int] = (1, 1)
    """How wide a pixel is, for how high."""
    frame_rate: float | None = None
    """Pictures a second."""
    interlaced: bool | None = None
    """Whether pictures may consist of two fields; None where it is not known."""

    @property
    def known(self) -> bool:
        """Whether the size is known."""
        return self.width > 0 and self.height > 0


def size_in(picture: Picture, rendition: Rendition) -> tuple[int, int]:
    """Answer width and height in square pixels, both even, that a rendition comes out with.

    The picture is shrunk until it fits, and never made larger. Of a picture that is not
    known, the answer is the largest that it can be.
    """
    if not picture.known:
        return rendition.width, rendition.height
    across, down = picture.sample_aspect
    wide = picture.width * across / down if across > 0 and down > 0 else picture.width
    scale = min(1.0, rendition.width / wide, rendition.height / picture.height)
    return _even(wide, scale), _even(picture.height, scale)


def _even(length: float, scale: float) -> int:
    """Shrink to the nearest even number that is not above the length itself."""
    return max(2, min(round(length * scale / 2), int(length / 2)) * 2)
