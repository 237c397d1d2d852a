"""What has happened to sessions since they were last written."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Iterator

from .record import Record, record_of
from .session import Session

# Where the disk takes nothing for long, what ended first is lost first.
_MOST_OVER = 20_000


class Changes:
    """Gathers what there is to write; of each session only how it is in the end."""

    def __init__(self) -> None:
        self.news = asyncio.Event()
        """Set while there is anything."""
        self._changed: OrderedDict[str, Session] = OrderedDict()
        self._over: deque[Record] = deque(maxlen=_MOST_OVER)

    def __bool__(self) -> bool:
        """Tell whether there is anything."""
        return bool(self._changed or self._over)

    def note(self, session: Session) -> None:
        """Have a session written."""
        self._changed[session.id] = session
        self.news.set()

    def end(self, session: Session) -> None:
        """Have a session moved to the history, as it is now."""
        self._changed.pop(session.id, None)
        # Anybody may announce sessions: those that came and went are no work.
        if session.watches or session.written:
            self._over.append(record_of(session))
            self.news.set()

    def put_back(self, over: list[Record]) -> None:
        """Have written what could not be."""
        self._over.extendleft(reversed(over))
        self.news.set()

    def over(self, most: int) -> list[Record]:
        """Take so many of those that are over, the first ones first."""
        self.news.clear()
        return [self._over.popleft() for _ in range(min(most, len(self._over)))]

    def changed(self, most: int) -> Iterator[Record]:
        """Take so many others, each as it is when its turn comes."""
        # Who comes back is written after its last visit has been moved away.
        while most > 0 and self._changed and not self._over:
            _, session = self._changed.popitem(last=False)
            session.written = True
            yield record_of(session)
            most -= 1
