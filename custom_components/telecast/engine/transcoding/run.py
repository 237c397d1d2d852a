"""One FFmpeg on one piece of a stream."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing

from ...formats.mpegts import Aligner
from ..errors import EncodingFailedError
from ..processes.process import FFmpeg
from ..tasks import open_tasks
from .pieces import Piece, Pieces

# An FFmpeg that takes nothing for this long hangs; so does one that does not end.
STUCK_SECONDS = 4.0
# One that has been behind the stream for this long will not catch up.
SLOW_SECONDS = 15.0
# One that takes all that comes, and gives nothing for this long, never will.
SILENT_SECONDS = 15.0
_LONGEST_PAUSE_SECONDS = 1.0

_READ_BYTES = 64 * 1024

type Take = Callable[[int, bytes], Awaitable[None]]
"""Takes whole packets that came out of the output with that index.

No packets say that this was all, and the end in order of what was to be made.
"""


class HangingError(EncodingFailedError):
    """An FFmpeg neither reads nor ends."""


class Run:
    """Feeds an FFmpeg with one piece of a stream, and hands on what comes out."""

    def __init__(
        self, pieces: Pieces, piece: Piece, take: Take, lags: Callable[[], None]
    ) -> None:
        """Prepare to feed `piece`, the one that `pieces` has begun.

        `lags` is called whenever FFmpeg has been behind the stream for 15 s.
        """
        self._pieces = pieces
        self._piece = piece
        self._take = take
        self._lags = lags
        self._now = asyncio.get_running_loop().time
        self._behind: float | None = None
        self._looked = self._now()
        self._silent = 0.0
        self.delivered = 0
        """Bytes that came out so far."""

    async def through(self, ffmpeg: FFmpeg) -> None:
        """Feed the piece to its end, and hand on all that comes out.

        Raises EncodingFailedError where FFmpeg ends before the piece does, or hangs, and
        what reading the stream raises.
        """
        async with open_tasks() as tasks:
            feeding = tasks.create_task(self._feed(ffmpeg))
            outputs = [
                tasks.create_task(self._hand_on(index, output))
                for index, output in enumerate(ffmpeg.outputs)
            ]
            await asyncio.wait({feeding, *outputs}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait(outputs, timeout=STUCK_SECONDS)
            for task in (feeding, *outputs):
                task.cancel()
        if feeding.cancelled() or not feeding.result():
            raise await ffmpeg.failure()
        if not self.delivered:
            raise EncodingFailedError(f"Nothing came out ({ffmpeg.last_words})")
        for index in range(len(outputs)):
            await self._take(index, b"")

    async def _feed(self, ffmpeg: FFmpeg) -> bool:
        """Feed the piece; answer whether all of it was taken."""
        try:
            await self._give(ffmpeg, self._piece.head)
            async with aclosing(self._pieces.rest()) as blocks:
                async for block in blocks:
                    await self._give(ffmpeg, block)
                    self._keep_up()
        except HangingError:
            raise
        except EncodingFailedError:
            return False  # its end will say why
        ffmpeg.end_input()
        return True

    def _keep_up(self) -> None:
        """Look whether FFmpeg keeps up with the stream; raise HangingError."""
        now = self._now()
        # What the stream itself was silent is no fault of FFmpeg's.
        self._silent += min(now - self._looked, _LONGEST_PAUSE_SECONDS)
        self._looked = now
        if self._silent > SILENT_SECONDS:
            raise HangingError("FFmpeg takes all and gives nothing")
        if not self._pieces.behind:
            self._behind = None
        elif self._behind is None:
            self._behind = now
        elif now - self._behind > SLOW_SECONDS:
            self._behind = now
            self._lags()

    async def _give(self, ffmpeg: FFmpeg, block: bytes) -> None:
        try:
            async with asyncio.timeout(STUCK_SECONDS):
                await ffmpeg.feed(block)
        except TimeoutError as err:
            raise HangingError("FFmpeg hangs") from err

    async def _hand_on(self, index: int, output: asyncio.StreamReader) -> None:
        aligner = Aligner()
        while data := await output.read(_READ_BYTES):
            if packets := aligner.feed(data):
                self.delivered += len(packets)
                self._silent = 0.0
                await self._take(index, packets)
