"""Unpacks documents as they arrive, within bounds that no hostile archive gets past."""

from collections.abc import Iterator
import lzma
from typing import Literal
import zlib

type Reason = Literal["truncated", "corrupt", "bomb", "unsupported"]

PIECE = 64 * 1024
"""Bytes of the largest piece that is answered."""

MAX_OUTPUT = 2 * 1024**3
MAX_RATIO = 200
# A small document may well repeat itself more; this much is no danger to anyone.
_FREE_OUTPUT = 16 * 1024**2
# What is held back until a beginning is recognised still fits into a piece.
_STEP = PIECE - 16
# Enough for the largest dictionary of `xz -9`, which is 64 MiB and filled only by as
# much as comes out.
_XZ_MEMORY = 68 * 1024**2

_GZIP, _XZ = b"\x1f\x8b\x08", b"\xfd7zXZ\0"
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")
_OTHERS = (b"BZh", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a")
_MAGICS = (_GZIP, _XZ, *_ZIPS, *_OTHERS)

_TEXTS: dict[Reason, str] = {
    "truncated": "The archive ends too early",
    "corrupt": "The archive is damaged",
    "bomb": "The archive unpacks to too much",
    "unsupported": "The archive is of a kind that is not read",
}


class CompressionError(ValueError):
    """A document cannot be unpacked, for the named reason."""

    def __init__(self, reason: Reason) -> None:
        """Name the reason."""
        super().__init__(_TEXTS[reason])
        self.reason: Reason = reason


class Decompressor:
    """Unpacks gzip and xz, also one within the other; all else passes as it is."""

    def __init__(
        self, *, max_output: int = MAX_OUTPUT, max_ratio: int = MAX_RATIO
    ) -> None:
        self._max_output = max_output
        self._max_ratio = max_ratio
        self._outer, self._inner = _Layer(), _Layer()
        self._taken = self._between = self._given = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what `data` unpacks to; it is read as far as this is iterated.

        Raises CompressionError.
        """
        for at in range(0, len(data), _STEP):
            packed = data[at : at + _STEP]
            self._taken += len(packed)
            for piece in self._outer.feed(packed):
                self._between = self._bounded(self._between + len(piece))
                if not self._outer.unpacks:
                    yield piece
                    continue
                for inner in self._inner.feed(piece):
                    self._given = self._bounded(self._given + len(inner))
                    yield inner

    def close(self) -> None:
        """Raise CompressionError if the archive has not come to its end."""
        self._outer.close()
        self._inner.close()

    def _bounded(self, total: int) -> int:
        fair = max(_FREE_OUTPUT, self._taken * self._max_ratio)
        if total > min(self._max_output, fair):
            raise CompressionError("bomb")
        return total


class _Layer:
    """Recognises a format by its first bytes and unpacks one member after the other."""

    def __init__(self) -> None:
        self._held = b""
        self._magic = b""
        self._member: _Gzip | _Xz | None = None
        self._passing = False
        self._over = False

    @property
    def unpacks(self) -> bool:
        """Whether this is an archive."""
        return bool(self._magic)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what becomes of `data`."""
        data, self._held = self._held + data, b""
        while data and not self._over:
            if self._passing:
                yield data
                return
            if self._member is None:
                data = self._begin(data)
                continue
            yield from self._member.unpack(data)
            if not self._member.format.eof:
                return
            # Members may be padded with zeros up to a block's end.
            data = self._member.format.unused_data.lstrip(b"\0")
            self._member = None

    def close(self) -> None:
        """Raise CompressionError if more would have had to come."""
        if self._member or (self._held and not self._magic):
            raise CompressionError("truncated")

    def _begin(self, data: bytes) -> bytes:
        """Decide what begins here; answer what is left to read of `data`."""
        if self._magic:
            data = data.lstrip(b"\0")
        magics = (self._magic,) if self._magic else _MAGICS
        found = next(filter(data.startswith, magics), None)
        if found is None:
            if any(magic.startswith(data) for magic in magics):
                self._held = data
                return b""
            # After a member, what is none is garbage, as the programs of both formats say.
            self._passing, self._over = not self._magic, bool(self._magic)
            return data
        if found not in {_GZIP, _XZ}:
            raise CompressionError("unsupported")
        self._magic = found
        self._member = _Gzip() if found == _GZIP else _Xz()
        return data


class _Gzip:
    """One member of a gzip file."""

    def __init__(self) -> None:
        self.format = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)

    def unpack(self, data: bytes) -> Iterator[bytes]:
        """Yield what `data` unpacks to, up to the member's end."""
        while True:
            try:
                piece = self.format.decompress(data, _STEP)
            except zlib.error as err:
                raise CompressionError("corrupt") from err
            if piece:
                yield piece
            data = self.format.unconsumed_tail
            if self.format.eof or (not data and len(piece) < _STEP):
                return


class _Xz:
    """One stream of an xz file."""

    def __init__(self) -> None:
        self.format = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)

    def unpack(self, data: bytes) -> Iterator[bytes]:
        """Yield what `data` unpacks to, up to the stream's end."""
        while True:
            try:
                piece = self.format.decompress(data, _STEP)
            except lzma.LZMAError as err:
                memory = "memory" in str(err).casefold()
                raise CompressionError("unsupported" if memory else "corrupt") from err
            if piece:
                yield piece
            data = b""
            if self.format.eof or self.format.needs_input:
                return
