"""Keeps FFmpeg going on a stream: a new one for each piece, and for each that dies."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager
import logging
from typing import Protocol

from ...formats.ffmpeg import Encoder
from ..encoders.encoders import Encoders, Running
from ..errors import EncodingFailedError
from ..model import Channel
from ..processes.process import Programs
from ..streams.reader import TOO_SLOW, Reader
from ..streams.ring import Mark
from .commands import Order, command_for
from .pieces import Piece, Pieces
from .run import Run, Take

_LOGGER = logging.getLogger(__name__)

# Before the next try, by how many have failed in a row without delivering anything.
_PAUSES = (0.0, 0.25, 0.5, 1.0, 2.0)
# Who begins with the oldest picture may lose it before an FFmpeg is there to take it.
_INNOCENT_SKIPS = 1

type Watch = Callable[[], AbstractAsyncContextManager[Reader]]
"""Attaches to the stream that is to be transcoded."""

type WatchFrom = Callable[[Mark | None], AbstractAsyncContextManager[Reader]]
"""Attaches to it at a place, or as early as possible."""


class Job(Protocol):
    """What is to be made of a stream."""

    def order(self, piece: Piece) -> Order:
        """Answer what to make of a piece; nothing where it is of no use."""

    def take(self, piece: Piece, order: Order, *, anew: bool) -> Take:
        """Answer what takes the outputs of an FFmpeg, by their place in the order.

        `anew` says that this FFmpeg takes the place of one that died.
        """

    def lags(self) -> None:
        """Hear that FFmpeg cannot keep up with the stream; called again and again.

        That is so when it has been behind for long, or has lost its place in the stream.
        """


class Transcoder:
    """Runs the FFmpegs of one channel."""

    def __init__(
        self, *, channel: Channel, programs: Programs, encoders: Encoders
    ) -> None:
        self._channel = channel
        self._programs = programs
        self._encoders = encoders

    def slot(
        self, *, needed: Callable[[], bool], give_way: Callable[[], None]
    ) -> AbstractContextManager[None]:
        """Hold an encoder slot inside a block, as Encoders.take says."""
        name = f"channel {self._channel.number}"
        return self._encoders.take(name, needed=needed, give_way=give_way)

    async def run(self, watch: Watch, job: Job) -> None:
        """Do a job on a stream until that is over, however slow FFmpeg is.

        Raises what the stream raises, FFmpegMissingError, and EncodingFailedError where
        one FFmpeg after the other dies without delivering anything.
        """
        failures = 0
        anew = False
        while True:
            async with watch() as reader:
                try:
                    await self._pieces(Pieces(reader), job, anew=anew)
                except _DiedError as death:
                    failures = 0 if death.delivered else failures + 1
                    if failures >= len(_PAUSES):
                        raise death.error from death
                    _LOGGER.info("Channel %s: %s", self._channel.number, death.error)
                else:
                    if reader.end_reason != TOO_SLOW:
                        return
                    failures = 0
            anew = True
            await asyncio.sleep(_PAUSES[failures])

    async def _pieces(self, pieces: Pieces, job: Job, *, anew: bool) -> None:
        while piece := await pieces.begin():
            order = job.order(piece)
            if order.outputs:
                skips = max(pieces.skips, _INNOCENT_SKIPS)
                take = job.take(piece, order, anew=anew)
                await self._piece(piece, order, Run(pieces, piece, take, job.lags))
                if pieces.skips > skips:
                    job.lags()
            else:
                async for _ in pieces.rest():
                    pass
            anew = False

    async def _piece(self, piece: Piece, order: Order, run: Run) -> None:
        encoder = await self._encoder(order)
        build = command_for(order, piece, encoder, device=self._encoders.device)
        try:
            async with self._programs.run(build, outputs=len(order.outputs)) as ffmpeg:
                running = Running(
                    ffmpeg=ffmpeg,
                    channel=self._channel.name,
                    number=self._channel.number,
                    encoder=encoder.value if order.encodes else "copy",
                    what=", ".join(output.name for output in order.outputs),
                )
                with self._encoders.running(running):
                    await run.through(ffmpeg)
        except EncodingFailedError as err:
            if order.encodes and not err.was_killed:
                self._encoders.failed(encoder)
            raise _DiedError(err, delivered=run.delivered > 0) from err

    async def _encoder(self, order: Order) -> Encoder:
        if order.encodes:
            await self._encoders.ready()
        return self._encoders.encoder


class _DiedError(Exception):
    """An FFmpeg died while there was more to do."""

    def __init__(self, error: EncodingFailedError, *, delivered: bool) -> None:
        super().__init__(str(error))
        self.error = error
        self.delivered = delivered
