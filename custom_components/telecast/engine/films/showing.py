"""One request for a film, as whoever sends it on sees it."""

from collections.abc import Iterator
from contextlib import contextmanager

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
from ..upstreams.remux import Read


class Showing:
    """What one request gets of a film; counts what was really sent."""

    def __init__(
        self,
        pipe: Pipe,
        read: Read,
        *,
        session: Session,
        sessions: Sessions,
    ) -> None:
        self.facts = pipe.facts
        """What is known of the film as its owner has it."""
        self.session = session
        self._pipe = pipe
        self._read = read
        self._sessions = sessions

    @property
    def part(self) -> ContentRange | None:
        """Which bytes are read; None where that is the whole, asked for or not."""
        pipe = self._pipe
        if not pipe.partial or pipe.last is None:
            return None
        return ContentRange(first=pipe.first, last=pipe.last, size=pipe.facts.size)

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

    def sent(self, count: int) -> None:
        """Count bytes that went out."""
        self.session.meter.add(count)


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
