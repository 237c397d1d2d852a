"""One request for a film, as whoever sends it on sees it."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
import socket

from ...formats.byte_ranges import ContentRange
from ..errors import (
    MissingFileError,
    NoDataError,
    SourceError,
    SourceTimeoutError,
    TuneFailedError,
    UnknownFilmError,
)
from ..pipe import Pipe
from ..sessions import Session, Sessions
from ..streams.meter import Meter
from ..upstreams.remux import Read

type Move = Callable[[socket.socket], Awaitable[int]]
"""Moves what comes next straight to an outlet, as Pipe.move does."""


class Showing:
    """What one request gets of a film; counts what was really sent."""

    def __init__(
        self,
        pipe: Pipe,
        read: Read,
        *,
        move: Move | None,
        session: Session,
        sessions: Sessions,
    ) -> None:
        self.facts = pipe.facts
        """What is known of the film as its owner has it."""
        self.session = session
        self._pipe = pipe
        self._read = read
        self._move = move
        self._sessions = sessions

    @property
    def part(self) -> ContentRange | None:
        """Which bytes are read; None where that is the whole, asked for or not."""
        return self._pipe.content_range

    @property
    def length(self) -> int | None:
        """How many bytes of the film are read; None where nobody knows."""
        return self._pipe.length

    async def read(self) -> bytes:
        """Answer what comes next; b"" at the end.

        Raises StreamError where the film breaks off and does not come back.
        """
        with as_viewers_see_it():
            data = await self._read()
        if data:
            self._sessions.streaming(self.session)
        return data

    @property
    def moves(self) -> bool:
        """Whether its bytes can be moved; what is converted has to be read."""
        return self._move is not None and self._pipe.moves

    async def move(self, outlet: socket.socket) -> int:
        """Move what comes next straight to an outlet, as Pipe does; only where it `moves`.

        Raises as `read` does, and ConnectionError where the outlet breaks.
        """
        assert self._move
        with as_viewers_see_it():
            count = await self._move(outlet)
        if count:
            self._sessions.streaming(self.session)
        return count

    def sent(self, count: int) -> None:
        """Count bytes that went out."""
        self.session.meter.add(count)


def metered_moves(pipe: Pipe, meter: Meter) -> Move:
    """Answer what moves what comes next of a film, and counts it."""

    async def move(outlet: socket.socket) -> int:
        count = await pipe.move(outlet)
        meter.add(count)
        return count

    return move


@contextmanager
def as_viewers_see_it() -> Iterator[None]:
    """Raise what is wrong with a source as what that means to who watches."""
    try:
        yield
    except SourceTimeoutError as err:
        raise NoDataError(str(err)) from err
    except MissingFileError as err:
        raise UnknownFilmError("The film is no longer there") from err
    except SourceError as err:
        raise TuneFailedError(str(err)) from err
