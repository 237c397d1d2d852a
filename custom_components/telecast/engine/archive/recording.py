"""What is had from an archive, on its way to one viewer."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from ...formats.byte_ranges import ContentRange
from ..errors import NoDataError, SourceError, SourceTimeoutError, TuneFailedError
from ..model import Channel
from ..pipe import Facts, Pipe
from ..sessions import Session, Sessions

type Read = Callable[[], Awaitable[bytes]]
"""Answers what comes next; b"" at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """What a channel showed, as a viewer asks for it."""

    channel: Channel
    start: datetime
    """In UTC."""
    seconds: int
    """How long it was."""


class Recording:
    """Reads what a channel showed on behalf of a session; nothing of it is skipped."""

    def __init__(
        self,
        read: Read,
        pipe: Pipe | None,
        *,
        session: Session,
        sessions: Sessions,
    ) -> None:
        """Read what `read` answers; `pipe` knows which bytes these are, if anything does."""
        self.facts = pipe.facts if pipe else Facts()
        """What is known of the recording as its owner has it."""
        self.session = session
        self._read = read
        self._pipe = pipe
        self._sessions = sessions

    @property
    def part(self) -> ContentRange | None:
        """Which bytes are read; None where that is the whole, asked for or not."""
        return self._pipe.content_range if self._pipe else None

    @property
    def length(self) -> int | None:
        """How many bytes are read; None where nobody knows."""
        return self._pipe.length if self._pipe else None

    async def read(self) -> bytes:
        """Answer what comes next; b"" at the end.

        It is fetched no faster than it is read. Raises StreamError where it breaks off.
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
    except SourceError as err:
        raise TuneFailedError(str(err)) from err
