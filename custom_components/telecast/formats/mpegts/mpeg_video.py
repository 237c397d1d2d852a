"""MPEG-1 and MPEG-2 video: what the sequence header says (11172-2, 13818-2)."""

from fractions import Fraction
from itertools import pairwise

from .bits import Bits
from .video import Video, checked_size, frame_rate_of, ratio

_SEQUENCE, _EXTENSION = 0xB3, 0xB5
_SEQUENCE_EXTENSION = 1
# Of frames and seconds; from 1 on (13818-2, table 6-4).
_RATES = (
    *((24_000, 1001), (24, 1), (25, 1), (30_000, 1001), (30, 1)),
    *((50, 1), (60_000, 1001), (60, 1)),
)
# Of the whole picture; from 2 on (13818-2, table 6-3).
_ASPECTS = ((4, 3), (16, 9), (221, 100))
# Height to width of one sample, in ten-thousandths; from 1 on (11172-2, 2.4.3.2).
_MPEG1_ASPECTS = (
    *(10_000, 6_735, 7_031, 7_615, 8_055, 8_437, 8_935),
    *(9_157, 9_815, 10_255, 10_695, 10_950, 11_575, 12_015),
)
# The table rounds what is a ratio of small numbers.
_LARGEST_TERM = 64
# How MP4 numbers the profiles of MPEG-2 (14496-1, table 5): simple 60 … high 64.
_OBJECT_TYPES = {5: "60", 4: "61", 3: "62", 2: "63", 1: "64"}


def parse_mpeg_video(units: list[bytes]) -> Video | None:
    """Parse the first sequence header among what follows start codes.

    What follows the header must be there, too. None where there is none; raises
    EndOfBitsError where it is damaged.
    """
    for unit, following in pairwise(units):
        if unit and unit[0] == _SEQUENCE:
            if following[:1] == bytes((_EXTENSION,)):
                bits = Bits(following[1:])
                if bits.read(4) == _SEQUENCE_EXTENSION:
                    return _mpeg2(Bits(unit[1:]), bits)
            return _mpeg1(Bits(unit[1:]))
    return None


def _mpeg1(header: Bits) -> Video:
    width, height = checked_size(header.read(12), header.read(12))
    aspect, rate = header.read(4), _rate(header.read(4))
    square = Fraction(1)
    if 0 < aspect <= len(_MPEG1_ASPECTS):
        square = Fraction(10_000, _MPEG1_ASPECTS[aspect - 1])
    return Video(
        codec="mpeg1video",
        width=width,
        height=height,
        frame_rate=frame_rate_of(*rate),
        interlaced=False,
        sample_aspect=square.limit_denominator(_LARGEST_TERM).as_integer_ratio(),
        codec_string="mp4v.6A",
    )


def _mpeg2(header: Bits, extension: Bits) -> Video:
    width, height, aspect = header.read(12), header.read(12), header.read(4)
    frames, seconds = _rate(header.read(4))
    escaped, profile = extension.flag(), extension.read(3)
    extension.skip(4)
    progressive = extension.flag()
    extension.skip(2)
    width, height = checked_size(
        width | extension.read(2) << 12, height | extension.read(2) << 12
    )
    extension.skip(12, 1, 8, 1)
    frames *= extension.read(2) + 1
    seconds *= extension.read(5) + 1
    object_type = "65" if escaped else _OBJECT_TYPES.get(profile, "61")
    return Video(
        codec="mpeg2video",
        width=width,
        height=height,
        frame_rate=frame_rate_of(frames, seconds),
        interlaced=not progressive,
        sample_aspect=_sample_aspect(aspect, width, height),
        codec_string=f"mp4v.{object_type}",
    )


def _sample_aspect(code: int, width: int, height: int) -> tuple[int, int]:
    if not 2 <= code < 2 + len(_ASPECTS):
        return 1, 1
    across, down = _ASPECTS[code - 2]
    return ratio(across * height, down * width)


def _rate(code: int) -> tuple[int, int]:
    return _RATES[code - 1] if 0 < code <= len(_RATES) else (0, 0)
