"""Sessions over a real file, clocks that a test moves, and viewers who come and go."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
import sqlite3
from typing import Any

from custom_components.telecast.engine.events import Event, SessionEnded, SessionStarted
from custom_components.telecast.engine.model import Account, Channel, Client
from custom_components.telecast.engine.sessions import Session, Sessions
from custom_components.telecast.engine.sessions.history import open_history
from custom_components.telecast.engine.sessions.keeping import Keeping
from tests.fakes.lineup import channel
from tests.fakes.loop_time import LoopTime

KODI = Client(address="192.168.1.2", user_agent="Kodi")
PLEX = Client(address="192.168.1.3", user_agent="Plex")
ACCOUNT = Account(id="a", username="ann", password="secret", max_connections=1)


class Now:
    """The time of day, which a test sets."""

    def __init__(self) -> None:
        self.seconds = datetime.now(UTC).timestamp()

    def __call__(self) -> float:
        """Tell seconds since 1970."""
        return self.seconds


@dataclass(kw_only=True)
class World:
    """Sessions, what they tell, and what brings them to disk."""

    sessions: Sessions
    keeping: Keeping
    now: Now
    time: LoopTime
    events: list[Event] = field(default_factory=list)
    hung_up: list[int] = field(default_factory=list)

    @contextmanager
    def watching(
        self,
        number: int = 1,
        client: Client = KODI,
        account: Account | None = None,
        *,
        size: int = 1000,
    ) -> Iterator[Session]:
        """Watch a channel, and get so many bytes of it."""
        with self.opened(channel(number), client, account) as session:
            self.sessions.streaming(session)
            session.meter.add(size)
            yield session

    @contextmanager
    def opened(
        self, watched: Channel, client: Client = KODI, account: Account | None = None
    ) -> Iterator[Session]:
        """Open a connection."""
        with self.sessions.open(
            watched,
            client,
            protocol="http",
            account=account,
            hang_up=lambda: self.hung_up.append(watched.id),
        ) as session:
            yield session

    @property
    def told(self) -> list[tuple[str, str]]:
        """What was told of sessions: `started` or why it ended, and the channel."""
        return [
            (
                event.reason if isinstance(event, SessionEnded) else "started",
                event.session["number"],
            )
            for event in self.events
            if isinstance(event, SessionStarted | SessionEnded)
        ]


@asynccontextmanager
async def open_world(
    path: Path, now: Now | None = None, *, keep_days: int = 30
) -> AsyncIterator[World]:
    """Run sessions as the engine does, but for the clockwork: a test says when."""
    time, now = LoopTime(), now or Now()
    events: list[Event] = []
    async with open_history(path, keep_days=keep_days, now=now) as history:
        sessions = Sessions(events.append, past=history, keep_days=keep_days, now=now)
        keeping = Keeping(sessions, history, now)
        await keeping.begin()
        yield World(
            sessions=sessions, keeping=keeping, now=now, time=time, events=events
        )
        for session in sessions.active:
            sessions.end(session.id, "stopping")
        await keeping.write()


def rows(path: Path, table: str) -> list[dict[str, Any]]:
    """Read a table of the file, as somebody else would."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        found = connection.execute(f"SELECT * FROM {table} ORDER BY started, id")
        return [dict(row) for row in found]
