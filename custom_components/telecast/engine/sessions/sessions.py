"""Who is watching what: connections make sessions, and sessions outlive connections."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
import time
from typing import Any, Protocol

from ..errors import (
    AccountBusyError,
    AccountChangedError,
    BusyError,
    StreamClosedError,
    StreamError,
    TelecastError,
)
from ..events import Event, SessionEnded, SessionStarted
from ..model import Account, Channel, Client
from .known import Known
from .record import Record
from .register import Register
from .session import GAVE_WAY, LEFT, REPLACED, STOPPING, Session, SessionState
from .traces import Traces

IDLE_SECONDS = 300.0
"""Who shows no activity for so long gives way to others."""

_DAY_SECONDS = 86400.0


type Objection = Callable[[Account, Channel], str | None]
"""Answers why an account, as it was when it was let in, may not watch a channel now."""


class Past(Protocol):
    """What is asked of what is kept on disk."""

    @property
    def well(self) -> bool:
        """Whether sessions are kept."""

    async def visits(self, most: int) -> tuple[Record, ...]:
        """Answer the sessions that are over, the latest first."""


class NoPast:
    """Keeps nothing."""

    well = True

    async def visits(self, most: int) -> tuple[Record, ...]:
        """Answer nothing."""
        return ()


class Sessions:
    """The sessions of now, and those whose viewers may come back.

    `active` are those that are connected. `known` are all in memory: also who left some
    minutes ago, who is expected back after a restart, and who only announced itself.
    """

    def __init__(
        self,
        emit: Callable[[Event], None],
        *,
        past: Past | None = None,
        keep_days: int = 30,
        upstream_of: Callable[[int], str] = lambda _: "",
        objection: Objection = lambda _account, _channel: None,
        now: Callable[[], float] = time.time,
        known: Known | None = None,
    ) -> None:
        """Begin with nobody.

        `upstream_of` names the source that delivers a channel now; `objection` is asked
        of each account that begins to watch; viewers are recognised for `keep_days` after
        they have left.
        """
        clock = asyncio.get_running_loop().time
        self.past = past or NoPast()
        self.register = Register(
            known=known or Known(clock),
            traces=Traces(keep_seconds=keep_days * _DAY_SECONDS, now=now),
            clock=clock,
            now=now,
        )
        self._emit = emit
        self._upstream_of = upstream_of
        self._objection = objection

    @property
    def active(self) -> list[Session]:
        """Those who watch now, or wait for their first picture."""
        return self.register.known.connected

    @property
    def known(self) -> list[Session]:
        """All in memory."""
        return list(self.register.known)

    @property
    def alive(self) -> list[Session]:
        """Those that are not over: who watches now, then who is expected."""
        expected = (one for one in self.register.known if not one.connected)
        return [*self.active, *(one for one in expected if not one.over)]

    @property
    def pids(self) -> int:
        """How many PIDs are issued."""
        return self.register.pids.count

    def of_account(self, username: str) -> list[Session]:
        """Those who watch with an account's login."""
        return [one for one in self.active if one.account == username]

    def is_idle(self, session: Session) -> bool:
        """Tell whether what a session holds is better given to others.

        So it is of one that has paused, has shown no activity for IDLE_SECONDS, or is
        not connected any more.
        """
        if not session.connected or session.state is SessionState.PAUSED:
            return True
        moved = session.bytes != session.seen_bytes  # since it was last looked at
        return not moved and self.register.silence(session) >= IDLE_SECONDS

    async def visits(self, most: int) -> list[dict[str, Any]]:
        """Answer sessions that are over, the latest first, as others see them."""
        return [record.as_dict() for record in await self.past.visits(most)]

    @contextmanager
    def open(
        self,
        channel: Channel,
        client: Client,
        *,
        protocol: str,
        account: Account | None,
        hang_up: Callable[[], None],
        metadata: Mapping[str, str] | None = None,
    ) -> Iterator[Session]:
        """Count a connection to a client's session on a channel inside the block.

        All that one client opens to one channel is one session, which is the same again
        when it comes back. `hang_up` is called when the session is ended by somebody
        else. A client who goes from channel to channel gives up the old one. Where an
        account's connections are taken by others, the longest idle of them gives way;
        where none is idle, AccountBusyError is raised, naming them. AccountChangedError
        is raised where the account may not do any more what it could when it was let in.
        """
        if account:
            # What it may do is looked at again when it changes, and for those who watch
            # by then: who was let in before, and is not among them yet, would be missed.
            if reason := self._objection(account, channel):
                raise AccountChangedError(reason)
            self._make_room(account, client, channel)
        username = account.username if account else None
        session = self.register.enter(channel, client, username, protocol)
        session.metadata |= metadata or {}
        connection = object()
        session.connections[connection] = hang_up
        self.register.touch(session)
        self.register.note(session)
        try:
            yield session
        except TelecastError as err:
            if connection in session.connections:
                session.reason = err.code
            raise
        finally:
            self._disconnect(session, connection)

    def streaming(self, session: Session) -> None:
        """Note that a session's first bytes are there."""
        if session.told or not session.connected:
            return
        session.told = True
        if session.state is SessionState.BUFFERING:
            session.state = SessionState.STREAMING
        self._look_at(session, self._upstream_of)
        self._emit(SessionStarted(session=session.as_dict()))

    def leaving(self, session: Session, reason: str) -> None:
        """Note why a connection is about to end, unless the session was ended before."""
        if session.connected:
            session.reason = reason

    def end(self, session_id: str, reason: str) -> bool:
        """Send a viewer away, or expect it no more; answer whether there was one."""
        session = self.register.known.by_id(session_id)
        if session is None or session.over:
            return False
        session.reason = reason
        hang_ups = list(session.connections.values())
        session.connections.clear()
        self._close(session, finished=reason not in _BACK_SOON)
        for hang_up in hang_ups:
            hang_up()
        return True

    def announce(self, client: Client, metadata: Mapping[str, str]) -> Session:
        """Answer the session that its client calls by `client.session`, or its id.

        It is made where there is none: of no channel, until one is tuned. Whoever speaks
        of it is taken to watch it, unless it has paused.
        """
        session = self.register.announced(client)
        session.metadata |= metadata
        if session.state is not SessionState.PAUSED:
            self.resume(session)
        self.register.note(session)
        return session

    def pause(self, session: Session) -> None:
        """Note that the viewer has paused."""
        session.state = SessionState.PAUSED
        self.register.note(session)

    def resume(self, session: Session) -> None:
        """Note that the viewer watches; of one that waits its first bytes tell that."""
        waiting = session.connected and not session.told
        session.state = SessionState.BUFFERING if waiting else SessionState.STREAMING
        session.reason = LEFT
        self.register.note(session)

    def look(self, sessions: Iterable[Session]) -> None:
        """Note who of them has got anything since the last look."""
        upstream_of = cache(self._upstream_of)  # many watch the same
        for session in sessions:
            if session.bytes != session.seen_bytes:
                self._look_at(session, upstream_of)

    def _look_at(self, session: Session, upstream_of: Callable[[int], str]) -> None:
        session.seen_bytes = session.bytes
        self.register.touch(session)
        session.upstream = upstream_of(session.channel.id) or session.upstream
        self.register.changes.note(session)

    def _make_room(self, account: Account, client: Client, channel: Channel) -> None:
        taken = [
            session
            for session in self.of_account(account.username)
            if (session.client, session.channel.id) != (client, channel.id)
        ]
        if not account.max_connections or len(taken) < account.max_connections:
            return
        mine = [session for session in taken if session.client == client]
        idle = filter(self.is_idle, taken)
        if mine:
            self.end(mine[0].id, REPLACED)
        elif longest := max(idle, key=self.register.silence, default=None):
            self.end(longest.id, GAVE_WAY)
        else:
            watched = "The account already watches"
            holders = [f"{one.channel.name} ({one.client.address})" for one in taken]
            raise AccountBusyError(
                f"{watched} {', '.join(holders)}",
                outline=f"{watched} {', '.join(one.channel.name for one in taken)}",
            )

    def _disconnect(self, session: Session, connection: object) -> None:
        if session.connections.pop(connection, None) is None:
            return  # ended by somebody else
        if session.connected:
            session.reason = LEFT  # what ended this connection is not what ends it all
        else:
            self._close(session, finished=session.reason in _FAILURES)

    def _close(self, session: Session, *, finished: bool) -> None:
        failed = session.reason in _FAILURES
        session.state = SessionState.ERROR if failed else SessionState.STOPPED
        session.last_activity = self.register.moment()
        told, session.told = session.told, False
        self.register.note(session, finished=finished)
        if told:
            self._emit(SessionEnded(session=session.as_dict(), reason=session.reason))


def _codes(error: type[TelecastError]) -> set[str]:
    return {error.code}.union(*map(_codes, error.__subclasses__()))


_BACK_SOON = frozenset({REPLACED, STOPPING, GAVE_WAY})
"""Why a session was ended whose viewer is expected back all the same."""
_FAILURES = (_codes(StreamError) | _codes(BusyError)) - {StreamClosedError.code}
