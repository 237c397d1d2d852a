"""The FFmpegs of one play-out, and its right to encode."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Self

from ...formats.ffmpeg import Encoder
from ..encoders.encoders import Encoders, Running
from ..errors import EncodersBusyError, EncodingFailedError
from ..processes.process import FFmpeg


class Encoding:
    """Takes an encoder's slot once it is needed, and keeps it as long as the block lasts."""

    def __init__(
        self,
        encoders: Encoders,
        *,
        name: str,
        number: str,
        needed: Callable[[], bool],
    ) -> None:
        """Prepare; `needed` tells whether anybody watches what is played.

        `name` and `number` are the channel's.
        """
        self._encoders = encoders
        self._name = name
        self._number = number
        self._needed = needed
        self._held = ExitStack()
        self._is_held = False
        self._lost = asyncio.Event()

    def __enter__(self) -> Self:
        """Begin without a slot."""
        return self

    def __exit__(self, *_: object) -> None:
        """Give back the slot."""
        self._held.close()

    @property
    def device(self) -> str:
        """The node of the graphics card that is used."""
        return self._encoders.device

    async def ready(self) -> None:
        """Take the slot, and wait until it is known which encoder to use.

        Raises EncodersBusyError.
        """
        self._take()
        await self._encoders.ready()

    def encoder(self) -> Encoder:
        """Answer what to encode with; raise EncodersBusyError where nothing may be."""
        self._take()
        return self._encoders.encoder

    async def lost(self) -> None:
        """Wait until somebody else needs the slot, and nobody watches: raise that."""
        await self._lost.wait()
        raise EncodersBusyError("Somebody else needed the encoder")

    @contextmanager
    def noting(self, ffmpeg: FFmpeg, encoder: Encoder | None) -> Iterator[None]:
        """Count an FFmpeg among those that run; one that fails to encode is told of."""
        running = Running(
            ffmpeg=ffmpeg,
            channel=self._name,
            number=self._number,
            encoder=encoder.value if encoder else "copy",
            what="playout",
        )
        try:
            with self._encoders.running(running):
                yield
        except EncodingFailedError as err:
            if encoder is None or encoder is Encoder.NONE or err.was_killed:
                raise
            self._encoders.failed(encoder)
            # It says nothing about what was to be encoded.
            raise EncodersBusyError("The encoder failed: another one is next") from err

    def _take(self) -> None:
        if self._is_held:
            return
        holder = self._encoders.take(
            f"channel {self._number or self._name}",
            needed=self._needed,
            give_way=self._lost.set,
        )
        self._held.enter_context(holder)
        self._is_held = True
