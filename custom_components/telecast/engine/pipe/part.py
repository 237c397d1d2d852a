"""A film's bytes from some place on, wherever they come from."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
import socket
from typing import Protocol

from ...formats.byte_ranges import ContentRange, Range
from .facts import Facts


class Part(Protocol):
    """What was opened of a film."""

    @property
    def facts(self) -> Facts:
        """What its sender says of the film."""

    @property
    def held(self) -> ContentRange | None:
        """Which bytes it holds; None for all of them."""

    async def read(self) -> bytes:
        """Answer what has come since the last call, or b"" at the end.

        Raises SourceError where it breaks off.
        """

    @property
    def moves(self) -> bool:
        """Whether its bytes can be moved, not only read."""

    async def move(self, outlet: socket.socket, most: int) -> int:
        """Move what comes next, `most` bytes or less, to an outlet; answer how many.

        0 means that what comes next has to be read. Waits until the outlet has taken
        all. Raises SourceError where it breaks off or ends, and ConnectionError where
        the outlet breaks.
        """


type OpenPart = Callable[[Range | None, str], AbstractAsyncContextManager[Part]]
"""Opens a range of a film, or all of it, or all of it because the range was not heeded.

The text is for If-Range, or empty. The first bytes are in hand then. Raises SourceError
and StreamError, and UnsatisfiableRangeError.
"""
