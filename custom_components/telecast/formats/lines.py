"""Bytes into lines of text, whatever their encoding and line ends; memory is bounded."""

import codecs
from collections.abc import Iterator

MAX_LINE = 64 * 1024
"""Bytes of the longest line that is read; a longer one is never held."""

CUT = "\0"
"""Begins a line that was too long; what follows are only its first characters."""

_HEAD = 64
_BOM = codecs.BOM_UTF8
# CR ends a line as LF does: CR LF then only makes an empty line, which says nothing.
_LINE_ENDS = bytes.maketrans(b"\r\t", b"\n ")
_CONTROLS = bytes(code for code in [*range(0x20), 0x7F] if code not in b"\r\n\t")


class Lines:
    """Cuts a document into lines as it arrives; control characters are left out.

    UTF-16 is recognised by the document's beginning. All else is UTF-8 or, line by line
    where it is not, Windows-1252, which is Latin-1 as it is really written.
    """

    def __init__(self) -> None:
        self._beginning: bytes | None = b""
        self._decoder: codecs.IncrementalDecoder | None = None
        self._rest = bytearray()
        self._cutting = False

    def feed(self, data: bytes) -> Iterator[list[str]]:
        """Yield the lines that have become complete, a few thousand at a time."""
        if self._beginning is not None:
            data = self._beginning + data
            if len(data) < 4:
                self._beginning = data
                return
            self._begin(data)
        yield from self._pieces(
            self._decoder.decode(data).encode() if self._decoder else data
        )

    def close(self) -> Iterator[list[str]]:
        """Yield what was left without a line end."""
        if self._beginning is not None:
            data = self._beginning
            self._begin(data)
            yield from self._pieces(data)
        if self._decoder:
            yield from self._pieces(self._decoder.decode(b"", final=True).encode())
        yield self._lines(b"\n")

    def _begin(self, data: bytes) -> None:
        self._beginning = None
        if encoding := _utf16(data):
            self._decoder = codecs.getincrementaldecoder(encoding)("replace")

    def _pieces(self, data: bytes) -> Iterator[list[str]]:
        for at in range(0, len(data), MAX_LINE):
            piece = data[at : at + MAX_LINE]
            yield self._lines(piece.translate(_LINE_ENDS, _CONTROLS))

    def _lines(self, piece: bytes) -> list[str]:
        """Cut a piece of at most MAX_LINE bytes: only its first line can be too long."""
        first, end = piece.find(b"\n"), piece.rfind(b"\n") + 1
        cut = self._hold(piece if first < 0 else piece[:first])
        if first < 0:
            return cut
        whole = bytes(self._rest) + piece[first:end]
        self._rest[:] = piece[end:]
        self._cutting = False
        return cut + _decoded(whole)

    def _hold(self, data: bytes) -> list[str]:
        """Add to the line under way; answer what is left of it when it gets too long."""
        if self._cutting:
            return []
        self._rest += data
        if len(self._rest) <= MAX_LINE:
            return []
        head = self._rest[:_HEAD].removeprefix(_BOM).decode("latin-1")
        self._rest.clear()
        self._cutting = True
        return [CUT + head]


def _utf16(data: bytes) -> str | None:
    """Name the byte order of UTF-16, by its mark or by the zeros of ASCII text in it."""
    if data.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if data.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    zeros = bytes(byte == 0 for byte in data[:4])
    return {b"\0\1\0\1": "utf-16-le", b"\1\0\1\0": "utf-16-be"}.get(zeros)


def _decoded(whole: bytes) -> list[str]:
    # Playlists that were glued together have marks in their middle, too.
    whole = whole.replace(_BOM, b"")
    try:
        return whole.decode().split("\n")
    except UnicodeDecodeError:
        return [_line(line) for line in whole.split(b"\n")]


def _line(line: bytes) -> str:
    for encoding in ("utf-8", "cp1252"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return line.decode("latin-1")
