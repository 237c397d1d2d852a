"""Marks: which item a picture is of, and how far into it, drawn so that all can be read.

A picture is twelve cells wide and twelve high. Its rim is white, so that it is found
again between black bars; below the rim lie four rows of ten cells, white for one and
black for nought. They hold the item, the time and a checksum, the highest bits first.
"""

from dataclasses import dataclass
from functools import cache
from zlib import crc32

ITEMS = 2**8
TIMES = 2**24

_CELLS = 12
_ROWS = 4
_COLUMNS = 10
_CHECK_BITS = 8
# So that neither an all white nor an all black picture is right.
_CHECK = 0x5A
_BITS = _ROWS * _COLUMNS
_WHITE, _BLACK, _MIDDLE = b"\xff", b"\x00", 128
# Darker than the middle, and never quite black: a picture, and none that costs much.
_GROUND = bytes(40 + min(step, 64 - step) for step in range(64))
# Smaller pictures than this have no cells to speak of.
_LEAST = 3 * _CELLS


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a picture says of itself."""

    item: int
    """The number of the clip."""
    time: int
    """How far into the clip, in milliseconds."""


def draw(width: int, height: int, mark: Mark) -> bytes:
    """Draw a picture in shades of grey, row by row, a byte a pixel.

    Raises ValueError where a number has more bits than there are cells.
    """
    if not (0 <= mark.item < ITEMS and 0 <= mark.time < TIMES):
        raise ValueError("There are no cells for such a mark")
    bits = f"{_code(mark):0{_BITS}b}"
    rows = [bits[start : start + _COLUMNS] for start in range(0, _BITS, _COLUMNS)]
    rim = _row(width, "1" * _COLUMNS)
    lines = [rim, *(_row(width, row) for row in rows)]
    lines += [_ground(width, mark.time)] * (_CELLS - 2 - _ROWS)
    lines += [rim]
    edges = _edges(height)
    return b"".join(
        line * (below - above)
        for line, above, below in zip(lines, edges, edges[1:], strict=False)
    )


def read(picture: bytes, width: int) -> Mark | None:
    """Read a picture in shades of grey, whatever bars are around it; None for no mark."""
    height = len(picture) // width
    middle_row = picture[height // 2 * width : (height // 2 + 1) * width]
    middle_column = picture[width // 2 :: width]
    across, down = _extent(middle_row), _extent(middle_column)
    if across is None or down is None:
        return None

    def is_white(column: int, row: int) -> bool:
        x, y = _centre(across, column), _centre(down, row)
        around = (
            picture[line * width + x - 1 : line * width + x + 2]
            for line in (y - 1, y, y + 1)
        )
        return sum(map(sum, around)) > 9 * _MIDDLE

    if not all(is_white(column, row) for column, row in _rim_cells()):
        return None
    code = 0
    for row in range(1, 1 + _ROWS):
        for column in range(1, 1 + _COLUMNS):
            code = code << 1 | is_white(column, row)
    mark = Mark(item=code >> 32, time=code >> _CHECK_BITS & TIMES - 1)
    return mark if _code(mark) == code else None


def _code(mark: Mark) -> int:
    told = mark.item << 24 | mark.time
    return told << _CHECK_BITS | (crc32(told.to_bytes(4)) ^ _CHECK) & 0xFF


@cache
def _edges(length: int) -> list[int]:
    return [cell * length // _CELLS for cell in range(_CELLS + 1)]


def _row(width: int, bits: str) -> bytes:
    edges = _edges(width)
    shades = [_WHITE, *(_WHITE if bit == "1" else _BLACK for bit in bits), _WHITE]
    return b"".join(
        shade * (right - left)
        for shade, left, right in zip(shades, edges, edges[1:], strict=False)
    )


def _ground(width: int, time: int) -> bytes:
    edges = _edges(width)
    inside = edges[-2] - edges[1]
    begins = time // 40 % len(_GROUND)
    stripes = (_GROUND * (inside // len(_GROUND) + 2))[begins : begins + inside]
    return _WHITE * edges[1] + stripes + _WHITE * (width - edges[-2])


def _extent(line: bytes) -> tuple[int, int] | None:
    """Answer where a line's first bright pixel is, and where its last one ends."""
    bright = [place for place, shade in enumerate(line) if shade > _MIDDLE]
    if not bright or bright[-1] - bright[0] < _LEAST:
        return None
    return bright[0], bright[-1] + 1


def _centre(extent: tuple[int, int], cell: int) -> int:
    first, end = extent
    return first + (2 * cell + 1) * (end - first) // (2 * _CELLS)


@cache
def _rim_cells() -> tuple[tuple[int, int], ...]:
    last = _CELLS - 1
    across = [(cell, row) for cell in range(_CELLS) for row in (0, last)]
    down = [(column, cell) for cell in range(1, last) for column in (0, last)]
    return tuple(across + down)
