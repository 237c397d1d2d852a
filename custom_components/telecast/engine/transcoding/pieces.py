"""A stream cut where its time stamps break: one FFmpeg lasts for one piece."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field, replace

from ...formats import mpegts
from ...formats.mpegts import Join, Program, Scanner, Video
from ..errors import NoPictureError
from ..streams.reader import Reader

# A stream without a key frame in so many bytes has none that FFmpeg would find.
_MAX_BYTES = 16 * 1024 * 1024
# What a key frame does not say of itself in so many bytes, it says nowhere.
_MAX_HEAD = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """An unbroken part of a stream, described by its beginning."""

    program: Program
    video: Video | None
    """None where there is no picture, or none that we can describe."""
    pts: int | None = None
    """The time stamp of its first key frame (90 kHz); None where that has none."""
    era: int
    """How many breaks the stream had before it (see Reader)."""
    head: bytes = field(repr=False)
    """What has been read of it: tables, then packets from a key frame on."""


class Pieces:
    """Reads a stream piece by piece."""

    def __init__(self, reader: Reader) -> None:
        """Prepare to read a stream of which nothing has been read."""
        self._reader = reader
        self._next: bytes | None = None

    @property
    def behind(self) -> bool:
        """Whether there is more to read at once."""
        return self._reader.behind

    @property
    def skips(self) -> int:
        """How often who reads was too slow, and has lost some seconds (see Reader)."""
        return self._reader.skips

    async def begin(self) -> Piece | None:
        """Answer the next piece; None where the stream is over.

        Raises what the reader raises, and NoPictureError where no key frame comes.
        """
        scanner, missed = Scanner(), 0
        head, join = b"", None
        while block := await self._read():
            if mpegts.starts_anew(block):
                scanner, missed, head, join = Scanner(), 0, b"", None
            if join:
                head += block
            elif joins := scanner.scan(block):
                join = joins[0]
                head = join.tables + block[join.offset :]
                join = replace(join, offset=len(join.tables))
            elif (missed := missed + len(block)) > _MAX_BYTES:
                raise NoPictureError("No key frame comes")
            if join and (piece := _described(head, join, self._reader.era)):
                return piece
        return None

    async def rest(self) -> AsyncGenerator[bytes]:
        """Yield the blocks of the piece that follow its head."""
        while block := await self._read():
            if mpegts.starts_anew(block):
                self._next = block
                return
            yield block

    async def _read(self) -> bytes | None:
        if self._next is not None:
            block, self._next = self._next, None
            return block
        return await anext(self._reader, None)


def _described(head: bytes, join: Join, era: int) -> Piece | None:
    program = join.program
    video = mpegts.describe_video(head, join) if program.has_video else None
    if program.has_video and video is None and len(head) < _MAX_HEAD:
        return None
    return Piece(program=program, video=video, pts=join.pts, era=era, head=head)
