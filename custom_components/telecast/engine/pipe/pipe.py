"""A film on its way to one viewer: nothing is lost, and nothing comes twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
import logging
import random
import socket

from ...formats.byte_ranges import (
    ContentRange,
    Range,
    Span,
    UnsatisfiableError,
    resolve,
)
from ..errors import (
    CannotConnectError,
    FilmChangedError,
    SourceError,
    StreamError,
    TelecastError,
    UnsatisfiableRangeError,
)
from .facts import Facts
from .part import OpenPart, Part

_LOGGER = logging.getLogger(__name__)

# What a server sends in vain before what was asked for: it does not know ranges.
SKIP_BYTES = 1024 * 1024
# Seconds before each try to go on where a film broke off.
RESUME_PAUSES = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0)
_JITTER = (0.8, 1.2)
# A film that brings so much between two breaks is worth all tries again.
_PROGRESS_BYTES = 256 * 1024


class Pipe:
    """Reads a range of a film; taken up again at the very byte where it breaks off.

    It is read no faster than it is asked to, and holds but what one read brings.
    """

    def __init__(self, open_part: OpenPart, stack: AsyncExitStack, name: str) -> None:
        self.facts = Facts()
        """What is known of the film; with an ETag wherever its size is known."""
        self.first = 0
        """The first byte that is read; in the beginning, that is next."""
        self.last: int | None = None
        """The last one; None for the film's end, wherever that is."""
        self.partial = False
        """Whether a range was asked for, and is heeded."""
        self._open_part = open_part
        self._stack = stack
        self._name = name
        self._part: Part
        self._told = Facts()
        """What its sender said of the film itself, in the beginning."""
        self._at = 0
        self._skip = 0
        self._tries = 0
        self._since_break = 0

    @property
    def length(self) -> int | None:
        """How many bytes it reads in all; None where nobody knows."""
        return None if self.last is None else self.last - self.first + 1

    @property
    def content_range(self) -> ContentRange | None:
        """Which bytes it reads; None where that is the whole, asked for or not."""
        if not self.partial or self.last is None:
            return None
        return ContentRange(first=self.first, last=self.last, size=self.facts.size)

    async def begin(self, wanted: Range | None, if_range: str) -> None:
        """Open the film; raises as OpenPart says."""
        await self._enter(wanted)
        facts = self._part.facts.tagged(self._name)
        if wanted and if_range and not facts.fits(if_range):
            # Whoever asks has a part of something else: only the whole is of use.
            wanted = None
            await self._leave()
            await self._enter(None)
            facts = self._part.facts.tagged(self._name)
        self.facts, self._told = facts, self._part.facts
        self._place(wanted)
        self._at = self.first

    async def read(self) -> bytes:
        """Answer what comes next, some hundred kilobytes at most; b"" at the end.

        Raises FilmChangedError where what broke off cannot go on, and the last error
        where it does not come back within some seconds.
        """
        while self._remains != 0:
            try:
                data = await self._part.read()
            except SourceError as err:
                await self._resume(err)
                continue
            if not data:
                if self.last is None:
                    return b""
                await self._resume(CannotConnectError("The film ended too early"))
            elif data := self._taken(data):
                return data
        return b""

    @property
    def moves(self) -> bool:
        """Whether its bytes can be moved, not only read."""
        return self._part.moves

    async def move(self, outlet: socket.socket) -> int:
        """Move what comes next straight to an outlet; answer how many bytes that were.

        0 means that what comes next, if anything does, has to be read. Raises as read
        does, and ConnectionError where the outlet breaks.
        """
        remains = self._remains
        if not remains or self._skip:
            return 0
        try:
            count = await self._part.move(outlet, remains)
        except SourceError as err:
            await self._resume(err)
            return 0
        self._at += count
        self._since_break += count
        return count

    @property
    def _remains(self) -> int | None:
        return None if self.last is None else self.last - self._at + 1

    def _taken(self, data: bytes) -> bytes:
        """Answer what of some bytes is wanted, and count it."""
        if self._skip:
            skipped = min(self._skip, len(data))
            self._skip -= skipped
            data = data[skipped:]
        remains = self._remains
        if remains is not None and len(data) > remains:
            data = data[:remains]
        self._at += len(data)
        self._since_break += len(data)
        return data

    def _place(self, wanted: Range | None) -> None:
        """Decide which bytes are read, by what was asked for and what came."""
        held, size = self._part.held, self.facts.size
        if held and wanted:
            first, last = held.first, held.last
            if isinstance(wanted, Span):
                first = wanted.first
                last = last if wanted.last is None else min(last, wanted.last)
            if not 0 <= first - held.first <= SKIP_BYTES or last < first:
                raise CannotConnectError("Another part came than was asked for")
            self._skip = first - held.first
            self.first, self.last, self.partial = first, last, True
            return
        self.last = None if size is None else size - 1
        if wanted is None or size is None:
            return
        try:
            found = resolve(wanted, size)
        except UnsatisfiableError as err:
            raise UnsatisfiableRangeError(size) from err
        if found.first <= SKIP_BYTES:
            self._skip = found.first
            self.first, self.last, self.partial = found.first, found.last, True

    async def _resume(self, error: TelecastError) -> None:
        """Open the film again where it broke off; raise the last error of all tries."""
        if self._since_break >= _PROGRESS_BYTES:
            self._tries = 0
        self._since_break = 0
        _LOGGER.debug("A film broke off at byte %d: %s", self._at, error)
        while self._tries < len(RESUME_PAUSES):
            pause = RESUME_PAUSES[self._tries] * random.uniform(*_JITTER)
            self._tries += 1
            await self._leave()
            await asyncio.sleep(pause)
            try:
                await self._enter(
                    Span(first=self._at, last=self.last), self._told.validator
                )
                self._go_on()
            except (FilmChangedError, UnsatisfiableRangeError) as err:
                raise FilmChangedError("The film is another one now") from err
            except (SourceError, StreamError) as err:
                error = err
            else:
                return
        raise error

    def _go_on(self) -> None:
        """See to it that what came now follows what came before."""
        part = self._part
        if part.facts.contradict(self._told):
            raise FilmChangedError("The film has changed")
        self._skip = self._at - (part.held.first if part.held else 0)
        if not 0 <= self._skip <= SKIP_BYTES:
            raise FilmChangedError("The film cannot be had from its middle on")

    async def _enter(self, wanted: Range | None, if_range: str = "") -> None:
        opening = self._open_part(wanted, if_range)
        self._part = await self._stack.enter_async_context(opening)

    async def _leave(self) -> None:
        await self._stack.aclose()


@asynccontextmanager
async def open_pipe(
    open_part: OpenPart, wanted: Range | None = None, *, name: str, if_range: str = ""
) -> AsyncIterator[Pipe]:
    """Open a film for one viewer; leaving the block waits until its sender is let go.

    `wanted` is a range, or None for the whole; the whole also comes where `if_range` (an
    ETag or a date, as the header has it) tells of another film, and where the sender
    knows no ranges and what was asked for lies far ahead. `name` tells the film from all
    others. The first bytes are in hand inside the block.

    Raises as OpenPart says, UnsatisfiableRangeError included.
    """
    async with AsyncExitStack() as stack:
        pipe = Pipe(open_part, stack, name)
        await pipe.begin(wanted, if_range)
        yield pipe
