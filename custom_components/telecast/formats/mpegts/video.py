"""What a video stream says of its pictures, as values."""

from dataclasses import dataclass
from fractions import Fraction

from .bits import Bits, EndOfBitsError

_LARGEST_SIDE = 16_384
_HIGHEST_RATE = 1_000
_EXTENDED_SAR = 255
# H.264, table E-1, which H.265 has as well; from 1 on.
_SAMPLE_ASPECTS = (
    *((1, 1), (12, 11), (10, 11), (16, 11), (40, 33), (24, 11), (20, 11), (32, 11)),
    *((80, 33), (18, 11), (15, 11), (64, 33), (160, 99), (4, 3), (3, 2), (2, 1)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """How a video stream describes itself."""

    codec: str
    """As FFmpeg names it."""
    width: int
    """Of what is shown, in samples, as is the height."""
    height: int
    frame_rate: float | None
    """Frames (not fields) per second; None where the stream does not say."""
    interlaced: bool
    """Whether there may be fields."""
    sample_aspect: tuple[int, int]
    """Width to height of one sample."""
    codec_string: str
    """As a playlist's CODECS names it (RFC 6381)."""


def checked_size(width: int, height: int) -> tuple[int, int]:
    """Answer a picture's size; raise EndOfBitsError where it can be none."""
    if 0 < width <= _LARGEST_SIDE and 0 < height <= _LARGEST_SIDE:
        return width, height
    raise EndOfBitsError


def frame_rate_of(frames: int, seconds: int) -> float | None:
    """Answer a rate that is given as a fraction; None where it can be none."""
    if seconds and 0 < frames / seconds <= _HIGHEST_RATE:
        return frames / seconds
    return None


def ratio(width: int, height: int) -> tuple[int, int]:
    """Answer an aspect in its lowest terms; what makes no sense counts as square."""
    if width <= 0 or height <= 0:
        return 1, 1
    return Fraction(width, height).as_integer_ratio()


def read_sample_aspect(bits: Bits) -> tuple[int, int]:
    """Read aspect_ratio_info of the usability information (H.264 and H.265, E.1)."""
    if not bits.flag():
        return 1, 1
    code = bits.read(8)
    if code == _EXTENDED_SAR:
        return ratio(bits.read(16), bits.read(16))
    if 0 < code <= len(_SAMPLE_ASPECTS):
        return _SAMPLE_ASPECTS[code - 1]
    return 1, 1


def skip_signal(bits: Bits) -> None:
    """Pass over overscan, colours and chroma location, which follow the aspect."""
    if bits.flag():
        bits.skip(1)
    if bits.flag():
        bits.skip(4)
        if bits.flag():
            bits.skip(24)
    if bits.flag():
        bits.skip_golombs(2)
