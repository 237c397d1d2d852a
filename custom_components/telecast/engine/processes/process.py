"""FFmpeg as a child process: fed, read, listened to, and ended whatever happens."""

import asyncio
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
import os
import re

from ...formats.ffmpeg import Progress, ProgressParser
from ..errors import EncodingFailedError
from ..worker import outlast
from .complaints import Complaints
from .group import open_group
from .pipes import Pipes

TERM_SECONDS = 5.0
"""How long FFmpeg may take to end by itself once it was asked to."""

OWNER_VARIABLE = "TELECAST_OWNER"
"""The variable of a child's environment that says whose it is."""

# What an encoder may need of our surroundings; the tokens there concern no decoder.
_ENVIRONMENT = re.compile(
    r"PATH|HOME|TZ|LANG|"
    r"(?:LC|LD|LIBVA|DRI|MESA|CUDA|NVIDIA|MFX|ONEVPL|FONTCONFIG|RFFMPEG)_\w+"
)
_PIECE = 64 * 1024
# Who writes without end is listened to slowly: it shall cost the loop nothing.
_CALM_BYTES = 4096
_FLOOD_PAUSE_SECONDS = 0.01
# Far more than any of FFmpeg's lists takes.
_ANSWER_BYTES = 1024 * 1024
# So long its end may take after that of its outputs.
_FAREWELL_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Descriptors:
    """The numbers by which an FFmpeg knows the pipes that it is given."""

    inputs: tuple[int, ...]
    """The first one is 0."""
    outputs: tuple[int, ...]
    progress: int


type Build = Callable[[Descriptors], list[str]]
"""Answers the arguments, without the program's name, of a command on these pipes."""


class FFmpeg:
    """A running FFmpeg."""

    def __init__(self, process: Process, pipes: Pipes) -> None:
        *outputs, self._reports, self._stderr = pipes.readers
        self.pid = process.pid
        self.outputs = outputs
        """What it writes, in the order of the descriptors."""
        self.progress: Progress | None = None
        """What it last said of itself; None until it has."""
        self._process = process
        self._inputs = pipes.writers
        self._parser = ProgressParser()
        self._complaints = Complaints()
        self._heard = asyncio.Event()

    async def feed(self, data: bytes, index: int = 0) -> None:
        """Write to an input, and wait while it takes no more.

        Raises EncodingFailedError where it reads no more.
        """
        writer = self._inputs[index]
        try:
            writer.write(data)
            await writer.drain()
        except ConnectionError as err:
            raise EncodingFailedError("FFmpeg reads no more") from err
        if writer.is_closing():
            raise EncodingFailedError("FFmpeg reads no more")

    def end_input(self, index: int = 0) -> None:
        """Tell it that nothing more will come."""
        self._inputs[index].close()

    async def wait(self) -> int:
        """Wait until it ends, and all that it said of itself is heard.

        Answers its status (negative: the signal that ended it).
        """
        status = await self._process.wait()
        # What it had started may live on, and hold the pipes.
        with suppress(TimeoutError):
            async with asyncio.timeout(_FAREWELL_SECONDS):
                await self._heard.wait()
        return status

    async def failure(self) -> EncodingFailedError:
        """Wait for its end, but not for long; answer that as an error to raise."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_FAREWELL_SECONDS):
                await self.wait()
        status = self._process.returncode
        end = "goes on" if status is None else f"ended with status {status}"
        return EncodingFailedError(f"FFmpeg {end} ({self.last_words})", status=status)

    @property
    def first_words(self) -> str:
        """The first line kept of its complaints, each address in it cut to its host."""
        return self._complaints.first

    @property
    def last_words(self) -> str:
        """The last line of its complaints, each address in it cut to its host."""
        return self._complaints.last

    async def listen(self) -> None:
        """Take in what it says of itself, until it says no more."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_read_out(self._stderr, self._complaints.take))
                tasks.create_task(_read_out(self._reports, self._take_reports))
        finally:
            self._heard.set()

    def _take_reports(self, data: bytes) -> None:
        for report in self._parser.feed(data):
            self.progress = report


class Programs:
    """Starts FFmpegs, each with a mark by which a later run finds it left over."""

    def __init__(
        self, *, binary: str, owner: str, term_seconds: float = TERM_SECONDS
    ) -> None:
        """Prepare; `owner` names this installation, the same in each of its runs."""
        self.binary = binary
        self._term_seconds = term_seconds
        self._environment = {
            name: value
            for name, value in os.environ.items()
            if _ENVIRONMENT.fullmatch(name)
        } | {OWNER_VARIABLE: owner}

    @asynccontextmanager
    async def run(
        self,
        build: Build,
        *,
        inputs: int = 1,
        outputs: int = 1,
        file: int = DEVNULL,
    ) -> AsyncIterator[FFmpeg]:
        """Run FFmpeg; leaving the block ends it: SIGTERM, 5 s, SIGKILL, reaped.

        Without inputs it finds `file`, a descriptor, on its standard input.
        Raises FFmpegMissingError where it cannot be started. What its end means is for
        the caller to say: `outputs` come to theirs, and `failure` tells why.
        """
        with Pipes(inputs=inputs, outputs=outputs + 2) as pipes:
            *written, progress, stderr = pipes.child_outputs
            stdin, *more = pipes.child_inputs or (file,)
            descriptors = Descriptors(
                inputs=(0, *more) if inputs else (),
                outputs=tuple(written),
                progress=progress,
            )
            async with open_group(
                [self.binary, *build(descriptors)],
                pipes,
                stdin=stdin,
                stdout=DEVNULL,
                stderr=stderr,
                environment=self._environment,
                term_seconds=self._term_seconds,
            ) as process:
                ffmpeg = FFmpeg(process, pipes)
                async with _listening(ffmpeg):
                    yield ffmpeg

    async def ask(self, *arguments: str, stdin: int = DEVNULL) -> str:
        """Answer what a run that needs no pipes prints; it reads the descriptor `stdin`.

        Raises FFmpegMissingError, and EncodingFailedError where it ends with an error
        or prints without end.
        """
        with Pipes(inputs=0, outputs=3) as pipes:
            said, _, stderr = pipes.child_outputs
            async with open_group(
                [self.binary, *arguments],
                pipes,
                stdin=stdin,
                stdout=said,
                stderr=stderr,
                environment=self._environment,
                term_seconds=0,
            ) as process:
                ffmpeg = FFmpeg(process, pipes)
                async with _listening(ffmpeg):
                    answer = await _read_whole(ffmpeg.outputs[0])
                    if await ffmpeg.wait():
                        raise await ffmpeg.failure()
        return answer.decode(errors="replace")


@asynccontextmanager
async def _listening(ffmpeg: FFmpeg) -> AsyncIterator[None]:
    """Listen inside the block: one that nobody hears would come to a halt."""
    listening = asyncio.create_task(ffmpeg.listen())
    try:
        yield
    finally:
        listening.cancel()
        await outlast(asyncio.ensure_future(asyncio.wait({listening})))


async def _read_out(
    stream: asyncio.StreamReader, take: Callable[[bytes], None]
) -> None:
    while data := await stream.read(_PIECE):
        take(data)
        if len(data) > _CALM_BYTES:
            await asyncio.sleep(_FLOOD_PAUSE_SECONDS)


async def _read_whole(stream: asyncio.StreamReader) -> bytes:
    try:
        await stream.readexactly(_ANSWER_BYTES)
    except asyncio.IncompleteReadError as whole:
        return whole.partial
    raise EncodingFailedError("FFmpeg prints without end")
