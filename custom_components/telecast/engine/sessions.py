"""Who is watching what. Sessions live in memory; a store can take them from `Sessions`."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
    hang_up: Callable[[], None]
    """What ends the connection."""
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


class Sessions:
    """The sessions of now."""

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self._emit = emit
        self._clock = asyncio.get_running_loop().time
        self._sessions: dict[str, Session] = {}

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
        """Count a connection as a session inside the block.

        `hang_up` is called when the session is ended by somebody else. A client who goes
        from channel to channel gives up the old one; AccountBusyError is raised where an
        account's connections are taken by others. What one client opens to one channel
        counts once for that: some players open a channel several times to tune it.
        """
        if account:
            self._make_room(account, client, channel)
        session = Session(
            id=secrets.token_hex(8),
            pid=self._free_pid(),
            channel=channel,
            client=client,
            protocol=protocol,
            account=account.username if account else None,
            started_at=datetime.now(UTC),
            meter=Meter(self._clock),
            hang_up=hang_up,
        )
        self._sessions[session.id] = session
        try:
            yield session
        finally:
            self._close(session)

    def streaming(self, session: Session) -> None:
        """Note that a session's first bytes are there."""
        if session.state is SessionState.BUFFERING:
            session.state = SessionState.STREAMING
            self._emit(SessionStarted(session=session.as_dict()))

    def end(self, session_id: str, reason: str) -> bool:
        """Send a viewer away; answer whether there was one."""
        session = self._sessions.get(session_id)
        if session is None:
            return False
        session.reason = reason
        self._close(session)
        session.hang_up()
        return True

    def _make_room(self, account: Account, client: Client, channel: Channel) -> None:
        taken = {
            (session.client, session.channel.id): session
            for session in self.of_account(account.username)
        }
        taken.pop((client, channel.id), None)
        if not account.max_connections or len(taken) < account.max_connections:
            return
        mine = [watched for who, watched in taken if who == client]
        if not mine:
            names = ", ".join(session.channel.name for session in taken.values())
            raise AccountBusyError(f"The account already watches {names}")
        for session in self.of_account(account.username):
            if (session.client, session.channel.id) == (client, mine[0]):
                self.end(session.id, "replaced")

    def _free_pid(self) -> int:
        taken = {session.pid for session in self._sessions.values()}
        return next(pid for pid in range(1, len(taken) + 2) if pid not in taken)

    def _close(self, session: Session) -> None:
        if self._sessions.pop(session.id, None) is None:
            return
        seen = session.state is SessionState.STREAMING
        session.state = SessionState.STOPPED
        if seen:
            self._emit(SessionEnded(session=session.as_dict(), reason=session.reason))
