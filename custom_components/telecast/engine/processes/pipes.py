"""Pipes to and from a child process."""

import asyncio
from io import FileIO
import os
from typing import Self

from ..errors import FFmpegMissingError

# One read takes what a few tenths of a second of television need.
_LIMIT = 256 * 1024


class Pipes:
    """Inputs and outputs of a child: its ends as descriptors, ours as streams."""

    def __init__(self, *, inputs: int, outputs: int) -> None:
        """Prepare so many; they are there inside the `with` block."""
        self._counts = inputs, outputs
        self._ours: list[FileIO] = []
        self._transports: list[asyncio.BaseTransport] = []
        self.child_inputs: tuple[int, ...] = ()
        """What the child reads."""
        self.child_outputs: tuple[int, ...] = ()
        """What the child writes."""
        self.writers: list[asyncio.StreamWriter] = []
        """Our ends of its inputs, once connected."""
        self.readers: list[asyncio.StreamReader] = []
        """Our ends of its outputs, once connected."""

    def __enter__(self) -> Self:
        """Make the pipes; raise FFmpegMissingError where there are no more to be had."""
        inputs, outputs = self._counts
        try:
            for _ in range(inputs):
                theirs, ours = os.pipe()
                self.child_inputs += (theirs,)
                self._ours.append(FileIO(ours, "wb"))
            for _ in range(outputs):
                ours, theirs = os.pipe()
                self.child_outputs += (theirs,)
                self._ours.append(FileIO(ours, "rb"))
        except OSError as err:
            self.__exit__()
            raise FFmpegMissingError("There is no pipe left for FFmpeg") from err
        return self

    def __exit__(self, *_: object) -> None:
        """Close whatever is still open."""
        self.close_child_ends()
        self.close()

    async def connect(self) -> None:
        """Make streams of our ends."""
        while self._ours:
            # From here on the transport closes it, even when we are cancelled.
            pipe = self._ours.pop(0)
            if pipe.writable():
                await self._connect_writer(pipe)
            else:
                await self._connect_reader(pipe)

    def close_child_ends(self) -> None:
        """Close the child's ends here, so that its end is the end of the pipes."""
        for end in self.child_inputs + self.child_outputs:
            os.close(end)
        self.child_inputs = self.child_outputs = ()

    def close(self) -> None:
        """Close our ends; what was written and not yet read is lost."""
        for transport in self._transports:
            if isinstance(transport, asyncio.WriteTransport):
                _abort(transport)
            else:
                transport.close()
        self._transports.clear()
        for pipe in self._ours:
            pipe.close()
        self._ours.clear()

    async def _connect_writer(self, pipe: FileIO) -> None:
        loop = asyncio.get_running_loop()
        # It reads nothing, but it is what lets a writer wait.
        protocol = asyncio.StreamReaderProtocol(asyncio.StreamReader())
        transport, _ = await loop.connect_write_pipe(lambda: protocol, pipe)
        self._transports.append(transport)
        self.writers.append(asyncio.StreamWriter(transport, protocol, None, loop))

    async def _connect_reader(self, pipe: FileIO) -> None:
        reader = asyncio.StreamReader(_LIMIT)
        protocol = asyncio.StreamReaderProtocol(reader)
        loop = asyncio.get_running_loop()
        transport, _ = await loop.connect_read_pipe(lambda: protocol, pipe)
        self._transports.append(transport)
        self.readers.append(reader)


def _abort(transport: asyncio.WriteTransport) -> None:
    # One that has lost its reader has closed itself, and is not to be closed again.
    if not transport.is_closing() or transport.get_write_buffer_size():
        transport.abort()
