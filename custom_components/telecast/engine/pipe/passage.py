"""Bytes from one connection straight into another, past all who would look at them.

The system moves them from socket to socket (splice(2)): they never come into the memory
of this process, and cost it a third of what reading and writing them does. That takes
Linux and plain TCP; for all else there is no passage, and bytes are read and written.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
import fcntl
import os
import socket
import sys

from ..errors import CannotConnectError, SourceTimeoutError

STEP_BYTES = 1024 * 1024
"""What moves at once: less than a millisecond's work, and the most that a pipe of the
kernel may hold for whoever has no privileges."""


class Passage:
    """Leads from a source's connection, which nobody else may read meanwhile."""

    def __init__(
        self,
        source: socket.socket,
        kernel_pipe: tuple[int, int],
        *,
        name: str,
        silence_seconds: float,
    ) -> None:
        self._source = source
        self._out, self._in = kernel_pipe
        self._name = name
        self._silence_seconds = silence_seconds

    async def move(self, outlet: socket.socket, most: int) -> int:
        """Move what comes next, `most` bytes or less, to an outlet; answer how many.

        Waits for the source, and then until the outlet has taken all, for as long as
        that takes. Raises CannotConnectError where the source ends or breaks,
        SourceTimeoutError where it is silent for too long, and ConnectionError where
        the outlet breaks.
        """
        count = await self._come(min(most, STEP_BYTES))
        left = count
        while left:
            try:
                left -= _splice(self._out, outlet.fileno(), left)
            except BlockingIOError:
                await _until_writable(outlet)
            except OSError as err:
                # A viewer who answers no more is a time-out of the system's.
                raise ConnectionResetError("The outlet has broken") from err
        return count

    async def _come(self, most: int) -> int:
        """Take bytes from the source into the pipe of the kernel; answer how many."""
        while True:
            try:
                count = _splice(self._source.fileno(), self._in, most)
            except BlockingIOError:
                await self._source_speaks()
            except OSError as err:
                raise CannotConnectError(
                    f"{self._name} broke off ({type(err).__name__})"
                ) from err
            else:
                if not count:
                    raise CannotConnectError(f"{self._name} ended too early")
                return count

    async def _source_speaks(self) -> None:
        try:
            async with asyncio.timeout(self._silence_seconds):
                await _until_readable(self._source)
        except TimeoutError as err:
            raise SourceTimeoutError(
                f"{self._name} brought nothing for {self._silence_seconds:g} s"
            ) from err


@contextmanager
def own_socket(
    transport: asyncio.BaseTransport | None,
) -> Iterator[socket.socket | None]:
    """Answer a transport's connection as one's own socket, for passages.

    None where it is no plain connection, or where there are no passages. The connection
    stays open for as long as the block, whatever becomes of the transport.
    """
    connection = _plain(transport)
    if connection is None:
        yield None
        return
    # A loop lets nobody but the transport watch the transport's descriptor.
    with connection.dup() as own:
        yield own


@contextmanager
def open_passage(
    transport: asyncio.BaseTransport | None, *, name: str, silence_seconds: float
) -> Iterator[Passage | None]:
    """Open a passage from a transport's connection; None where there can be none.

    `name` is how messages call the source, which may be silent for so long.
    """
    with own_socket(transport) as source:
        if source is None:
            yield None
            return
        with _kernel_pipe(source) as pipe:
            yield pipe and Passage(
                source, pipe, name=name, silence_seconds=silence_seconds
            )


def _plain(transport: asyncio.BaseTransport | None) -> socket.socket | None:
    if sys.platform != "linux" or transport is None or transport.is_closing():
        return None
    if transport.get_extra_info("sslcontext"):
        return None
    connection: socket.socket | None = transport.get_extra_info("socket")
    return connection


@contextmanager
def _kernel_pipe(source: socket.socket) -> Iterator[tuple[int, int] | None]:
    """Make a pipe that can take from a source; None where the system refuses that."""
    try:
        out, into = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        yield None
        return
    try:
        with suppress(OSError):
            # Who has many already gets a small one; that works, too.
            fcntl.fcntl(into, fcntl.F_SETPIPE_SZ, STEP_BYTES)
        yield (out, into) if _is_allowed(source, into) else None
    finally:
        os.close(into)
        os.close(out)


def _is_allowed(source: socket.socket, into: int) -> bool:
    # Containers may forbid what the system can do; nothing moves here.
    try:
        return _splice(source.fileno(), into, 0) == 0
    except OSError:
        return False


def _splice(source: int, target: int, most: int) -> int:
    flags = os.SPLICE_F_MOVE | os.SPLICE_F_NONBLOCK
    return os.splice(source, target, most, flags=flags)


async def _until_readable(one: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    await _event(one, loop.add_reader, loop.remove_reader)


async def _until_writable(one: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    await _event(one, loop.add_writer, loop.remove_writer)


async def _event(
    one: socket.socket,
    watch: Callable[[socket.socket, Callable[[], None]], None],
    unwatch: Callable[[socket.socket], bool],
) -> None:
    came = asyncio.Event()
    watch(one, came.set)
    try:
        await came.wait()
    finally:
        unwatch(one)
