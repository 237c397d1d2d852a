"""Has FFmpeg make MPEG-TS of what comes in other containers; nothing is encoded anew."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from ...formats.containers import Container
from ...formats.ffmpeg import Demuxer, Network, Piped, RemuxCommand, arguments
from ...formats.mpegts import Aligner
from ..errors import EncodingFailedError, NoDataError, SourceTimeoutError, TelecastError
from ..processes.process import Build, Descriptors, FFmpeg, Programs
from ..tasks import open_tasks
from .basin import Pour
from .upstream import HEADERS_SECONDS, SILENCE_SECONDS

# An FFmpeg that has all it needs, and brings nothing for this long, hangs.
STUCK_SECONDS = 5.0

_READ_BYTES = 256 * 1024
_DEMUXERS = {
    Container.MPEGTS: Demuxer.MPEGTS,
    Container.MP4: Demuxer.MP4,
    Container.FLV: Demuxer.FLV,
    Container.MATROSKA: Demuxer.MATROSKA,
    Container.OGG: Demuxer.OGG,
    Container.AAC: Demuxer.AAC,
    Container.MP3: Demuxer.MP3,
    Container.AC3: Demuxer.AC3,
}


type Read = Callable[[], Awaitable[bytes]]
"""Answers what comes next; b"" at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """What FFmpeg is to read."""

    read: Read
    container: Container
    """What that is in: FFmpeg is left nothing to guess."""
    offset_seconds: float = 0.0
    """When it begins, where its own clock begins at nought."""


async def remux(programs: Programs, inputs: Sequence[Input], pour: Pour) -> None:
    """Pour whole packets made of all `inputs` together, until all have ended.

    Raises FFmpegMissingError, EncodingFailedError when FFmpeg ends before its inputs or
    hangs, NoDataError when it finds nothing that it could read, and what reading an
    input raises, once what came before has been poured.
    """

    def build(descriptors: Descriptors) -> list[str]:
        piped = (
            Piped(
                descriptor=descriptor,
                demuxer=_DEMUXERS[source.container],
                offset_seconds=source.offset_seconds,
            )
            for descriptor, source in zip(descriptors.inputs, inputs, strict=True)
        )
        (descriptor,) = descriptors.outputs
        return arguments(RemuxCommand(source=tuple(piped), descriptor=descriptor))

    await convert(programs, build, [source.read for source in inputs], pour)


async def convert(
    programs: Programs,
    build: Build,
    inputs: Sequence[Read],
    pour: Pour,
    *,
    noting: Callable[[FFmpeg], AbstractContextManager[None]] = lambda _: nullcontext(),
    patient: bool = False,
) -> None:
    """Pour whole packets of what an FFmpeg makes of all `inputs`, until all have ended.

    `build` answers its arguments; it runs inside the context that `noting` answers. A
    `patient` caller lets it take in what it likes before anything comes out.
    Raises as `remux` does.
    """
    async with programs.run(build, inputs=len(inputs)) as ffmpeg:
        with noting(ffmpeg):
            await _Remuxing(ffmpeg, inputs, patient=patient).run(pour)


async def remux_address(programs: Programs, url: str, pour: Pour) -> None:
    """Pour whole packets made of what FFmpeg fetches from `url` itself, up to its end.

    The address is an argument of the child, for all to see who may look at this
    machine's processes. Raises FFmpegMissingError, EncodingFailedError when FFmpeg is
    ended by a signal, NoDataError when it fails before anything came, and
    SourceTimeoutError after a silence of 5 s (10 s before the first byte).
    """

    def build(descriptors: Descriptors) -> list[str]:
        (descriptor,) = descriptors.outputs
        return arguments(RemuxCommand(source=Network(url=url), descriptor=descriptor))

    async with programs.run(build, inputs=0) as ffmpeg:
        output, aligner = ffmpeg.outputs[0], Aligner()
        patience, poured = HEADERS_SECONDS, False
        while data := await _read(output, patience):
            patience, poured = SILENCE_SECONDS, True
            if block := aligner.feed(data):
                await pour(block)
        await _judge(ffmpeg, poured=poured, whole=True)


async def _read(output: asyncio.StreamReader, patience: float) -> bytes:
    try:
        async with asyncio.timeout(patience):
            return await output.read(_READ_BYTES)
    except TimeoutError as err:
        raise SourceTimeoutError(f"Nothing came for {patience:g} s") from err


class _Remuxing:
    """One FFmpeg at work."""

    def __init__(
        self, ffmpeg: FFmpeg, inputs: Sequence[Read], *, patient: bool
    ) -> None:
        self._ffmpeg = ffmpeg
        self._inputs = inputs
        self._patient = patient
        self._moved = False
        """Whether it has taken anything since it was last looked at."""
        self._feeding: list[asyncio.Task[None]] = []
        self._waiting = 0
        """Inputs that have given all they had, and may bring more."""
        self._ended = 0
        """Inputs that were taken to their ends."""
        self._poured = False
        self._error: TelecastError | None = None

    async def run(self, pour: Pour) -> None:
        """Feed all inputs, and pour what comes out."""
        async with open_tasks() as tasks:
            self._feeding = [
                tasks.create_task(self._feed(index, read))
                for index, read in enumerate(self._inputs)
            ]
            try:
                await self._hand_on(pour)
            finally:
                self._stop_feeding()
        if self._error:
            raise self._error
        whole = self._ended == len(self._inputs)
        await _judge(self._ffmpeg, poured=self._poured, whole=whole)

    async def _feed(self, index: int, read: Read) -> None:
        try:
            while data := await self._next(read):
                await self._ffmpeg.feed(data, index)
                self._moved = True
            self._ended += 1
        except EncodingFailedError:
            return  # its end will say why
        except TelecastError as err:
            self._error = self._error or err
            self._stop_feeding()
        finally:
            self._ffmpeg.end_input(index)

    async def _next(self, read: Read) -> bytes:
        self._waiting += 1
        try:
            return await read()
        finally:
            self._waiting -= 1

    async def _hand_on(self, pour: Pour) -> None:
        output, aligner = self._ffmpeg.outputs[0], Aligner()
        while True:
            try:
                async with asyncio.timeout(STUCK_SECONDS):
                    data = await output.read(_READ_BYTES)
            except TimeoutError as err:
                moved, self._moved = self._moved, False
                if self._waiting or (self._patient and moved):
                    continue
                raise EncodingFailedError("FFmpeg hangs") from err
            if not data:
                return
            if block := aligner.feed(data):
                self._poured = True
                await pour(block)

    def _stop_feeding(self) -> None:
        for task in self._feeding:
            task.cancel()


async def _judge(ffmpeg: FFmpeg, *, poured: bool, whole: bool) -> None:
    """Say what the end of FFmpeg's output means; `whole` is one that had to come."""
    failure = await ffmpeg.failure()
    by_itself = failure.status is not None and failure.status >= 0
    # It is an error to FFmpeg when what it reads is cut off; to us, that is but an end.
    if by_itself and whole and (poured or not failure.status):
        return
    if by_itself and not poured:
        # It was not FFmpeg that failed: there is nothing in there that it could take.
        raise NoDataError(f"What the provider sends cannot be read ({failure})")
    raise failure
