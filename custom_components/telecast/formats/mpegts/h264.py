"""H.264: what its sequence parameter set says (ISO/IEC 14496-10, 7.3.2.1)."""

from .bits import Bits, EndOfBitsError
from .video import Video, checked_size, frame_rate_of, read_sample_aspect, skip_signal

_SPS = 7
_WITH_CHROMA = frozenset({44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244})
_MOST_OFFSETS = 255


def parse_h264(units: list[bytes]) -> Video | None:
    """Parse the first sequence parameter set among whole NAL units.

    None where there is none; raises EndOfBitsError where it is damaged.
    """
    for unit in units:
        if unit and unit[0] & 0x1F == _SPS:
            return _parse_sps(unit[1:].replace(b"\0\0\3", b"\0\0"))
    return None


def _parse_sps(sps: bytes) -> Video:
    bits = Bits(sps)
    profile = bits.read(8)
    bits.skip(8, 8)
    bits.golomb()
    chroma, separate = _read_chroma(bits) if profile in _WITH_CHROMA else (1, False)
    _skip_order(bits)
    bits.golomb()
    bits.skip(1)
    width, height = (bits.golomb() + 1) * 16, (bits.golomb() + 1) * 16
    frames_only = bits.flag()
    if not frames_only:
        height *= 2
        bits.skip(1)
    bits.skip(1)
    if bits.flag():
        left, right, top, bottom = (bits.golomb() for _ in range(4))
        across = 2 if chroma in (1, 2) and not separate else 1
        down = 2 if chroma == 1 and not separate else 1
        width -= (left + right) * across
        height -= (top + bottom) * down * (1 if frames_only else 2)
    width, height = checked_size(width, height)
    aspect, rate = _read_usability(bits) if bits.flag() else ((1, 1), None)
    return Video(
        codec="h264",
        width=width,
        height=height,
        frame_rate=rate,
        interlaced=not frames_only,
        sample_aspect=aspect,
        codec_string=f"avc1.{sps[:3].hex().upper()}",
    )


def _read_chroma(bits: Bits) -> tuple[int, bool]:
    """Read the chroma format, and whether its planes are coded on their own."""
    chroma = bits.golomb()
    separate = chroma == 3 and bits.flag()
    bits.skip_golombs(2)
    bits.skip(1)
    if bits.flag():
        for index in range(12 if chroma == 3 else 8):
            if bits.flag():
                _skip_scaling_list(bits, 16 if index < 6 else 64)
    return chroma, separate


def _skip_scaling_list(bits: Bits, size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.signed_golomb()) % 256
        last = following or last


def _skip_order(bits: Bits) -> None:
    """Pass over how frames and their order are numbered."""
    bits.golomb()
    kind = bits.golomb()
    if kind == 0:
        bits.golomb()
    elif kind == 1:
        bits.skip(1)
        bits.skip_golombs(2)
        if (count := bits.golomb()) > _MOST_OFFSETS:
            raise EndOfBitsError
        bits.skip_golombs(count)


def _read_usability(bits: Bits) -> tuple[tuple[int, int], float | None]:
    """Read the aspect of a sample and the frame rate (annex E)."""
    aspect = read_sample_aspect(bits)
    skip_signal(bits)
    if not bits.flag():
        return aspect, None
    # A tick is a field's time.
    tick, scale = bits.read(32), bits.read(32)
    return aspect, frame_rate_of(scale, 2 * tick)
