"""HEVC: what its sequence parameter set says (ISO/IEC 23008-2, 7.3.2.2)."""

from .bits import Bits, EndOfBitsError
from .video import Video, checked_size, frame_rate_of, read_sample_aspect, skip_signal

_SPS = 33
_MOST_SETS = 64
_MOST_PICTURES = 32
_PROGRESSIVE, _INTERLACED = 0x80, 0x40


def parse_hevc(units: list[bytes]) -> Video | None:
    """Parse the first sequence parameter set among whole NAL units.

    None where there is none; raises EndOfBitsError where it is damaged.
    """
    for unit in units:
        if unit and unit[0] >> 1 & 0x3F == _SPS:
            return _parse_sps(Bits(unit[2:].replace(b"\0\0\3", b"\0\0")))
    return None


def _parse_sps(bits: Bits) -> Video:
    bits.skip(4)
    layers = bits.read(3)
    bits.skip(1)
    codec_string, interlaced = _read_profile(bits, layers)
    bits.golomb()
    chroma = bits.golomb()
    separate = chroma == 3 and bits.flag()
    width, height = bits.golomb(), bits.golomb()
    if bits.flag():
        left, right, top, bottom = (bits.golomb() for _ in range(4))
        width -= (left + right) * (2 if chroma in (1, 2) and not separate else 1)
        height -= (top + bottom) * (2 if chroma == 1 and not separate else 1)
    width, height = checked_size(width, height)
    _skip_coding(bits, layers)
    aspect, fields, rate = (1, 1), False, None
    if bits.flag():
        aspect, fields, rate = _read_usability(bits)
    return Video(
        codec="hevc",
        width=width,
        height=height,
        frame_rate=rate,
        interlaced=interlaced or fields,
        sample_aspect=aspect,
        codec_string=codec_string,
    )


def _read_profile(bits: Bits, layers: int) -> tuple[str, bool]:
    """Read the profile as RFC 6381 names it (14496-15, E.3), and whether it interlaces."""
    space, high, profile = bits.read(2), bits.flag(), bits.read(5)
    compatible = int(f"{bits.read(32):032b}"[::-1], 2)
    constraints = bits.read(48).to_bytes(6)
    level = bits.read(8)
    present = [(bits.flag(), bits.flag()) for _ in range(layers)]
    if layers:
        bits.skip(2 * (8 - layers))
    for has_profile, has_level in present:
        bits.skip(88 * has_profile, 8 * has_level)
    parts = [
        f"hvc1.{('', 'A', 'B', 'C')[space]}{profile}",
        f"{compatible:X}",
        f"{'H' if high else 'L'}{level}",
        *(f"{byte:X}" for byte in constraints.rstrip(b"\0")),
    ]
    sources = constraints[0] & (_PROGRESSIVE | _INTERLACED)
    return ".".join(parts), sources == _INTERLACED


def _skip_coding(bits: Bits, layers: int) -> None:
    """Pass over all that lies between the size and the usability information."""
    bits.skip_golombs(2)
    order_width = bits.golomb() + 4
    bits.skip_golombs(3 * (layers + 1 if bits.flag() else 1))
    bits.skip_golombs(6)
    if bits.flag() and bits.flag():
        _skip_scaling_lists(bits)
    bits.skip(2)
    if bits.flag():
        bits.skip(8)
        bits.skip_golombs(2)
        bits.skip(1)
    _skip_short_term_sets(bits)
    if bits.flag():
        for _ in range(_counted(bits, _MOST_PICTURES)):
            bits.skip(order_width, 1)
    bits.skip(2)


def _skip_scaling_lists(bits: Bits) -> None:
    for size in range(4):
        for _ in range(2 if size == 3 else 6):
            if not bits.flag():
                bits.golomb()
            else:
                bits.skip_golombs(min(64, 16 << 2 * size) + (size > 1))


def _skip_short_term_sets(bits: Bits) -> None:
    pictures = 0
    for index in range(_counted(bits, _MOST_SETS)):
        if index and bits.flag():
            bits.skip(1)
            bits.golomb()
            # Each picture of the set before is used, or is at least counted on from.
            pictures = sum(bits.flag() or bits.flag() for _ in range(pictures + 1))
        else:
            pictures = bits.golomb() + bits.golomb()
            if pictures > _MOST_PICTURES:
                raise EndOfBitsError
            for _ in range(pictures):
                bits.golomb()
                bits.skip(1)


def _counted(bits: Bits, most: int) -> int:
    count = bits.golomb()
    if count > most:
        raise EndOfBitsError
    return count


def _read_usability(bits: Bits) -> tuple[tuple[int, int], bool, float | None]:
    """Read the aspect of a sample, whether pictures are fields, and the frame rate."""
    aspect = read_sample_aspect(bits)
    skip_signal(bits)
    bits.skip(1)
    fields = bits.flag()
    bits.skip(1)
    if bits.flag():
        bits.skip_golombs(4)
    if not bits.flag():
        return aspect, fields, None
    tick, scale = bits.read(32), bits.read(32)
    return aspect, fields, frame_rate_of(scale, tick * (2 if fields else 1))
