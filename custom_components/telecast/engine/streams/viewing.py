"""One viewer's connection: a session, and the blocks of the stream it watches."""

from collections.abc import Callable

from ..sessions import Session, Sessions
from .reader import Reader


class HangUp:
    """What ends a connection from outside: the reading, and a write that is stuck."""

    def __init__(self) -> None:
        self.done = False
        self._calls: list[Callable[[], None]] = []

    def add(self, call: Callable[[], None]) -> None:
        """Make `call`, too, when hanging up; at once where that has been."""
        self._calls.append(call)
        if self.done:
            call()

    def __call__(self) -> None:
        """Hang up."""
        self.done = True
        for call in self._calls:
            call()


class Viewing:
    """Reads a stream on behalf of a session, and counts what was really sent."""

    def __init__(
        self, reader: Reader, session: Session, sessions: Sessions, hang_up: HangUp
    ) -> None:
        self.session = session
        self.hang_up = hang_up
        self._reader = reader
        self._sessions = sessions
        hang_up.add(reader.close)

    def __aiter__(self) -> Viewing:
        """Read block by block."""
        return self

    async def __anext__(self) -> bytes:
        """Answer the next block of whole packets; raises as Reader does."""
        try:
            block = await anext(self._reader)
        except StopAsyncIteration:
            if reason := self._reader.end_reason:
                self._sessions.leaving(self.session, reason)
            raise
        self._sessions.streaming(self.session)
        return block

    @property
    def behind(self) -> bool:
        """Whether there is more to send at once."""
        return self._reader.behind

    def sent(self, count: int) -> None:
        """Count bytes that went out."""
        self.session.meter.add(count)
