"""One item from some place on, made by an FFmpeg that can be begun ahead of time."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass, field

from ...formats.ffmpeg import Encoder, Norm, PlayoutCommand, arguments
from ...formats.mpegts import CLOCK, WRAP, Aligner
from ..errors import NoDataError
from ..process import Build, Descriptors, FFmpeg, Programs
from ..upstreams.basin import Pour, open_basin
from ..upstreams.remux import Read

_READ_BYTES = 64 * 1024
_TICKS = CLOCK // 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """What is in an item's file."""

    has_picture: bool = True
    has_sound: bool = True
    copies: bool = False
    """Whether it fits to the channel's other items as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Which part of an item is played when."""

    offset: int
    """How far into the item it begins, in milliseconds."""
    start: int
    """When it is shown, in milliseconds since 1970."""
    stop: int


def ticks_at(instant: int) -> int:
    """Answer what the clock of every play-out shows then, in ticks of 90 kHz.

    It is the time of day, so that pieces made by different FFmpegs fit together, and
    what is shown when can be told from the stream alone.
    """
    return instant * _TICKS % WRAP


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """Makes the pieces of one channel."""

    programs: Programs
    norm: Norm
    encoder: Callable[[], Encoder] = lambda: Encoder.NONE
    device: str = ""
    noting: Callable[[FFmpeg, bool], AbstractContextManager[None]] = field(repr=False)
    """Counts an FFmpeg among those that run, and whether it encodes."""

    @asynccontextmanager
    async def open(self, file: int, media: Media, span: Span) -> AsyncIterator[Read]:
        """Begin to make a piece of a file, given by its descriptor, which stays open.

        Answers what reads it as whole packets, as fast as they are made; some seconds
        are made ahead of being read. Leaving the block ends FFmpeg.

        Raises FFmpegMissingError; reading raises NoDataError where nothing in the file
        can be played, and EncodingFailedError.
        """
        encoder = self.encoder()

        async def work(pour: Pour) -> None:
            build = self._build(media, span, encoder)
            async with self.programs.run(build, inputs=0, file=file) as ffmpeg:
                with self.noting(ffmpeg, not media.copies):
                    await _pour(ffmpeg, pour)

        async with open_basin(work) as basin:
            yield basin.read

    def _build(self, media: Media, span: Span, encoder: Encoder) -> Build:
        def build(descriptors: Descriptors) -> list[str]:
            (descriptor,) = descriptors.outputs
            return arguments(
                PlayoutCommand(
                    descriptor=descriptor,
                    seek=span.offset / 1000,
                    seconds=(span.stop - span.start) / 1000,
                    first_pts=ticks_at(span.start),
                    norm=None if media.copies else self.norm,
                    has_picture=media.has_picture,
                    has_sound=media.has_sound,
                    encoder=encoder,
                    device=self.device,
                    progress_descriptor=descriptors.progress,
                )
            )

        return build


async def _pour(ffmpeg: FFmpeg, pour: Pour) -> None:
    output, aligner, poured = ffmpeg.outputs[0], Aligner(), False
    while data := await output.read(_READ_BYTES):
        if block := aligner.feed(data):
            poured = True
            await pour(block)
    failure = await ffmpeg.failure()
    if failure.status:
        raise failure
    if not poured:
        raise NoDataError("There is nothing in the file that can be played")
