"""MP4 whose index lies behind its media, put in an order that can be read as it comes.

ISO/IEC 14496-12: boxes (4.2), `moov` (8.2.1), and where chunks of media lie in the file:
`stco` and `co64` (8.7.5).
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
import sys
from typing import NamedTuple

HEADER = 16
"""So many bytes tell what a box is, and how long."""
LONGEST_INDEX = 64 * 1024 * 1024
"""More than that no film needs, whatever its length."""

_INDEX, _MEDIA = b"moov", b"mdat"
# Where the tables are: each inside the one before.
_PATH = (b"trak", b"mdia", b"minf", b"stbl")
_NARROW, _WIDE, _COMPRESSED = b"stco", b"co64", b"cmov"
_TABLE_HEADER = 8
_MOST_NARROW = 2**32 - 1


class Box(NamedTuple):
    """A box, as its header tells."""

    kind: bytes
    header: int
    """How many bytes the header has."""
    size: int
    """How many bytes all of it has."""

    @property
    def is_index(self) -> bool:
        """Whether it tells where everything is."""
        return self.kind == _INDEX


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """What a file begins with that has its media before its index."""

    preamble: bytes
    """All that comes before the media."""
    media: int
    """The byte where the media begin; the index lies behind."""
    after: int
    """The byte after them."""


def box_of(data: bytes | memoryview) -> Box | None:
    """Answer the box that begins with some bytes; None for none, or one without an end."""
    size, kind = int.from_bytes(data[:4]), bytes(data[4:8])
    header = 8
    if size == 1:
        size, header = int.from_bytes(data[8:16]), 16
    return Box(kind, header, size) if len(data) >= header <= size else None


def front_of(head: bytes) -> Front | None:
    """Answer what a file begins with, if that says that its media come before its index.

    None where they do not, or where `head` does not reach so far.
    """
    place = 0
    while box := box_of(head[place : place + HEADER]):
        if box.is_index:
            return None
        if box.kind == _MEDIA:
            return Front(preamble=head[:place], media=place, after=place + box.size)
        place += box.size
    return None


def moved_index(index: bytes, front: Front, place: int) -> bytes | None:
    """Answer the index as it must be to stand before the media.

    `place` is the byte where it began. None where it is of no such kind: compressed,
    broken, or of media that lie elsewhere.
    """
    data = memoryview(index)
    for is_wide in (False, True):
        try:
            # How long it becomes says by how much it moves what comes after it.
            length = len(_rebuilt(data, _Move(0, front.media, place, is_wide)))
            return _rebuilt(data, _Move(length, front.media, place, is_wide))
        except OverflowError:
            continue
        except ValueError:
            return None
    return None


class _Move(NamedTuple):
    """By how much media move that lie between two bytes, and how that is written."""

    by: int
    first: int
    end: int
    is_wide: bool


def _rebuilt(data: memoryview, move: _Move) -> bytes:
    """Write an index anew; raises ValueError, and OverflowError for a narrow table."""
    box = box_of(data)
    if box is None or not box.is_index:
        raise ValueError("This is no index")
    return _written(_INDEX, _children(data[box.header : box.size], 0, move))


def _children(data: memoryview, depth: int, move: _Move) -> bytes:
    pieces: list[bytes] = []
    for kind, body in _boxes(data):
        if kind == _COMPRESSED:
            raise ValueError("The index is compressed")
        if depth < len(_PATH) and kind == _PATH[depth]:
            pieces.append(_written(kind, _children(body, depth + 1, move)))
        elif depth == len(_PATH) and kind in {_NARROW, _WIDE}:
            wanted = _WIDE if move.is_wide else kind
            pieces.append(_written(wanted, _table(body, kind, wanted, move)))
        else:
            pieces.append(_written(kind, bytes(body)))
    return b"".join(pieces)


def _boxes(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """Yield kind and body of each box; what is no box at the end is left out."""
    while box := box_of(data):
        if box.size > len(data):
            raise ValueError("The index is broken")
        yield box.kind, data[box.header : box.size]
        data = data[box.size :]


def _table(body: memoryview, kind: bytes, wanted: bytes, move: _Move) -> bytes:
    """Write a table of places anew, as one of the wanted kind."""
    places = array("I" if kind == _NARROW else "Q")
    count = int.from_bytes(body[4:_TABLE_HEADER])
    told = body[_TABLE_HEADER : _TABLE_HEADER + count * places.itemsize]
    if len(body) < _TABLE_HEADER or len(told) != count * places.itemsize:
        raise ValueError("The index is broken")
    places.frombytes(told)
    _swap(places)
    if places and not (move.first <= min(places) and max(places) < move.end):
        raise ValueError("The media lie elsewhere")
    if wanted == _NARROW and places and max(places) + move.by > _MOST_NARROW:
        raise OverflowError("The places need more digits")
    moved = array("I" if wanted == _NARROW else "Q", (one + move.by for one in places))
    _swap(moved)
    return bytes(body[:_TABLE_HEADER]) + moved.tobytes()


def _swap(places: array[int]) -> None:
    if sys.byteorder == "little":
        places.byteswap()


def _written(kind: bytes, body: bytes) -> bytes:
    return (len(body) + 8).to_bytes(4) + kind + body
