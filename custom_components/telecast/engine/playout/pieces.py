"""One item from some place on, made by an FFmpeg that can be begun ahead of time."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass, field

from ...formats.ffmpeg import Encoder, Norm, PlayoutCommand, arguments
from ...formats.mpegts import CLOCK, WRAP, Aligner
from ..errors import NoDataError
from ..processes.process import Build, Descriptors, FFmpeg, Programs
from ..upstreams.basin import Pour, open_basin
from ..upstreams.remux import Read
from .beginning import Beginning

_READ_BYTES = 64 * 1024
_TICKS = CLOCK // 1000
# Milliseconds. Broadcasters have a key frame at least as often.
_RUN_UP = 2500


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """What is in an item's file."""

    picture: int | None = 0
    """Which of its pictures is shown, counted from 0; None where it has none."""
    sound: int | None = 0
    lands_late: bool = False
    """Whether it can only be entered at the first key frame after a time."""
    shape: str = ""
    """What fits together as it is has the same one; empty for what is encoded anew."""

    @property
    def copies(self) -> bool:
        """Whether it is played as it is."""
        return bool(self.shape)

    @property
    def codec(self) -> str:
        """What the picture is coded in, where it is played as it is."""
        return self.shape.partition("_")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Which part of an item is played when."""

    offset: int
    """How far into the item it begins, in milliseconds."""
    start: int
    """When it is shown, in milliseconds since 1970."""
    stop: int
    early: bool = False
    """Whether what is copied may begin before that, with a key frame."""

    @property
    def enters(self) -> bool:
        """Whether it may be that there is no key frame to begin with."""
        return self.early or self.offset > 0


def ticks_at(instant: int) -> int:
    """Answer what the clock of every play-out shows then, in ticks of 90 kHz.

    It is the time of day, so that pieces made by different FFmpegs fit together, and
    what is shown when can be told from the stream alone.
    """
    return instant * _TICKS % WRAP


type Noting = Callable[[FFmpeg, Encoder | None], AbstractContextManager[None]]
"""Counts an FFmpeg among those that run, by what it encodes with; None if it copies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """Makes the pieces of one channel."""

    programs: Programs
    norm: Norm
    encoder: Callable[[], Encoder] = lambda: Encoder.NONE
    device: str = ""
    noting: Noting = field(repr=False)

    @asynccontextmanager
    async def open(self, file: int, media: Media, span: Span) -> AsyncIterator[Read]:
        """Begin to make a piece of a file, given by its descriptor, which stays open.

        Answers what reads it as whole packets, as fast as they are made; some seconds
        are made ahead of being read. Leaving the block ends FFmpeg.

        Raises FFmpegMissingError, and what asking for the encoder does; reading raises
        NoDataError where nothing in the file can be played, EncodingFailedError, and
        NoKeyFrameError for what is copied.
        """
        # Only who encodes needs the right to.
        encoder = Encoder.NONE if media.copies else self.encoder()

        async def work(pour: Pour) -> None:
            build = self._build(media, span, encoder)
            async with self.programs.run(build, inputs=0, file=file) as ffmpeg:
                with self.noting(ffmpeg, None if media.copies else encoder):
                    await _pour(ffmpeg, pour, _beginning(media, span))

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
                    early=span.enters,
                    run_up=_run_up(media, span),
                    codec=media.codec,
                    picture=media.picture,
                    sound=media.sound,
                    encoder=encoder,
                    device=self.device,
                    progress_descriptor=descriptors.progress,
                )
            )

        return build


def _run_up(media: Media, span: Span) -> float:
    if media.copies or not media.lands_late:
        return 0.0
    return min(_RUN_UP, span.offset) / 1000


def _beginning(media: Media, span: Span) -> Beginning | None:
    if not (media.copies and span.enters):
        return None
    return Beginning(ticks_at(span.start), early=span.early)


async def _pour(ffmpeg: FFmpeg, pour: Pour, beginning: Beginning | None) -> None:
    output, aligner, poured = ffmpeg.outputs[0], Aligner(), False
    while data := await output.read(_READ_BYTES):
        block = aligner.feed(data)
        if beginning:
            block = beginning.cut(block)
        if block:
            poured = True
            await pour(block)
    failure = await ffmpeg.failure()
    if failure.status:
        raise failure
    if beginning:
        beginning.end()
    if not poured:
        raise NoDataError("There is nothing in the file that can be played")
