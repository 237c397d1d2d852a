"""Who is watching what. Sessions live in memory; a store can take them from `Sessions`."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
import secrets
from typing import Any

from .errors import AccountBusyError
from .events import Event, SessionEnded, SessionStarted
from .meter import Meter
from .model import Account, Channel, Client


class SessionState(StrEnum):
    """What a viewer's session is doing."""

    BUFFERING = "buffering"
    STREAMING = "streaming"
    STOPPED = "stopped"


@dataclass(eq=False, slots=True, kw_only=True)
class Session:
    """One viewer on one channel."""

    id: str
    pid: int
    channel: Channel
    client: Client
    protocol: str
    account: str | None
    started_at: datetime
    meter: Meter
    state: SessionState = SessionState.BUFFERING
    connections: set[Callable[[], None]] = field(default_factory=set)
    """What ends each connection; a player may open several to one channel."""
    reason: str = "left"
    """Why the session ended, or will have."""

    def as_dict(self) -> dict[str, Any]:
        """Answer what others see of the session; names fixed by the contract."""
        return {
            "id": self.id,
            "pid": self.pid,
            "channel": self.channel.name,
            "number": self.channel.number,
            "client": self.client.address,
            "user_agent": self.client.user_agent,
            "account": self.account,
            "protocol": self.protocol,
            "state": self.state.value,
            "started_at": self.started_at.isoformat(),
            "bytes": self.meter.total,
            "bitrate": self.meter.rate,
        }


type _Viewer = tuple[Client, str | None, int]


class Sessions:
    """The sessions of now."""

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self._emit = emit
        self._clock = asyncio.get_running_loop().time
        self._sessions: dict[_Viewer, Session] = {}

    @property
    def active(self) -> list[Session]:
        """Those who watch now, or wait for their first picture."""
        return list(self._sessions.values())

    def of_account(self, username: str) -> list[Session]:
        """Those who watch with an account's login."""
        return [one for one in self._sessions.values() if one.account == username]

    @contextmanager
    def open(
        self,
        channel: Channel,
        client: Client,
        *,
        protocol: str,
        account: Account | None,
        hang_up: Callable[[], None],
    ) -> Iterator[Session]:
        """Count a connection as its viewer's session inside the block.

        `hang_up` is called when the session is ended by somebody else. A client who goes
        from channel to channel gives up the old one; AccountBusyError is raised where an
        account's connections are taken by others.
        """
        viewer = (client, account.username if account else None, channel.id)
        session = self._sessions.get(viewer)
        if not session:
            if account:
                self._make_room(account, client)
            session = self._new(channel, client, protocol, viewer[1])
            self._sessions[viewer] = session
        session.connections.add(hang_up)
        try:
            yield session
        finally:
            session.connections.discard(hang_up)
            if not session.connections:
                self._close(viewer, session)

    def streaming(self, session: Session) -> None:
        """Note that a session's first bytes are there."""
        if session.state is SessionState.BUFFERING:
            session.state = SessionState.STREAMING
            self._emit(SessionStarted(session=session.as_dict()))

    def end(self, session_id: str, reason: str) -> bool:
        """Send a viewer away; answer whether there was one."""
        for viewer, session in self._sessions.items():
            if session.id == session_id:
                session.reason = reason
                self._close(viewer, session)
                return True
        return False

    def _make_room(self, account: Account, client: Client) -> None:
        others = self.of_account(account.username)
        if not account.max_connections or len(others) < account.max_connections:
            return
        mine = [session for session in others if session.client == client]
        if not mine:
            watched = ", ".join(session.channel.name for session in others)
            raise AccountBusyError(f"The account already watches {watched}")
        self.end(mine[0].id, "replaced")

    def _new(
        self, channel: Channel, client: Client, protocol: str, account: str | None
    ) -> Session:
        taken = {session.pid for session in self._sessions.values()}
        return Session(
            id=secrets.token_hex(8),
            pid=next(pid for pid in range(1, len(taken) + 2) if pid not in taken),
            channel=channel,
            client=client,
            protocol=protocol,
            account=account,
            started_at=datetime.now(UTC),
            meter=Meter(self._clock),
        )

    def _close(self, viewer: _Viewer, session: Session) -> None:
        if self._sessions.get(viewer) is not session:
            return
        del self._sessions[viewer]
        seen = session.state is SessionState.STREAMING
        session.state = SessionState.STOPPED
        for hang_up in tuple(session.connections):
            hang_up()
        if seen:
            self._emit(SessionEnded(session=session.as_dict(), reason=session.reason))
