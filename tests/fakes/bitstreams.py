"""Headers of video streams, written bit by bit."""

from typing import Any


class BitWriter:
    """Puts numbers of any width together."""

    def __init__(self) -> None:
        self._bits = ""

    def put(self, *pairs: tuple[int, int]) -> BitWriter:
        """Write numbers, each with its width."""
        self._bits += "".join(f"{value:0{width}b}" for width, value in pairs if width)
        return self

    def golomb(self, *values: int) -> BitWriter:
        """Write ue(v) (H.264, 9.1)."""
        for value in values:
            code = f"{value + 1:b}"
            self._bits += "0" * (len(code) - 1) + code
        return self

    def done(self) -> bytes:
        """End with a one, and zeros up to a whole byte."""
        bits = self._bits + "1"
        bits += "0" * (-len(bits) % 8)
        return int(bits, 2).to_bytes(len(bits) // 8)


def protected(data: bytes) -> bytes:
    """Keep start codes out by emulation prevention bytes (H.264, 7.4.1)."""
    out = bytearray()
    for byte in data:
        if byte <= 3 and out[-2:] == b"\0\0":
            out.append(3)
        out.append(byte)
    return bytes(out)


def h264_sps(
    width: int,
    height: int,
    *,
    profile: int = 100,
    level: int = 31,
    interlaced: bool = False,
    aspect: tuple[int, int] | None = None,
    rate: tuple[int, int] | None = None,
    order: tuple[int, ...] = (0, 4),
) -> bytes:
    """Make a sequence parameter set as a NAL unit, with its start code.

    `rate` is in frames and seconds; `order` is how pictures are numbered, from
    pic_order_cnt_type on: a flag where that is 1, else Exp-Golomb codes.
    """
    lines = 32 if interlaced else 16
    across, down = -(-width // 16), -(-height // lines)
    crop = (across * 16 - width) // 2, (down * lines - height) // (lines // 8)
    bits = BitWriter().put((8, profile), (8, 0), (8, level)).golomb(0)
    if profile == 100:
        bits.golomb(1, 0, 0).put((1, 0), (1, 0))
    bits.golomb(0, order[0])
    if order[0] == 1:
        bits.put((1, order[1])).golomb(*order[2:])
    else:
        bits.golomb(*order[1:])
    bits.golomb(3).put((1, 0))
    bits.golomb(across - 1, down - 1).put((1, not interlaced))
    if interlaced:
        bits.put((1, 0))
    bits.put((1, 1), (1, any(crop)))
    if any(crop):
        bits.golomb(0, crop[0], 0, crop[1])
    bits.put((1, bool(aspect or rate)))
    if aspect or rate:
        bits.put((1, aspect is not None))
        if aspect:
            bits.put((8, 255), (16, aspect[0]), (16, aspect[1]))
        bits.put((1, 0), (1, 0), (1, 0), (1, rate is not None))
        if rate:
            bits.put((32, rate[1]), (32, 2 * rate[0]), (1, 1))
    return b"\0\0\0\1" + protected(b"\x67" + bits.done())


def h264_headers(width: int, height: int, **options: Any) -> bytes:
    """Make what begins a key frame of H.264 with pictures of this size."""
    return (
        b"\0\0\0\1\x09\xf0"
        + h264_sps(width, height, **options)
        + b"\0\0\0\1\x68\xce\x3c\x80\0\0\1\x65\x88"
    )


def sequence_header(
    width: int,
    height: int,
    *,
    aspect: int = 1,
    rate: int = 3,
    progressive: bool | None = True,
) -> bytes:
    """Make a sequence header of MPEG-2; of MPEG-1, where `progressive` is None."""
    head = BitWriter().put((12, width & 0xFFF), (12, height & 0xFFF), (4, aspect))
    head.put((4, rate), (18, 0x3FFFF), (1, 1), (10, 112), (1, 0), (1, 0))
    data = b"\0\0\1\xb3" + head.done()[:8]
    if progressive is not None:
        extension = BitWriter().put((4, 1), (8, 0x48), (1, progressive), (2, 1))
        extension.put((2, width >> 12), (2, height >> 12), (12, 0), (1, 1), (8, 0))
        extension.put((1, 0), (2, 0), (5, 0))
        data += b"\0\0\1\xb5" + extension.done()[:6]
    return data + b"\0\0\1\xb8\0\x08\0\x40\0\0\1\0\0\x0f\xff\xf8"
