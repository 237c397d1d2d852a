"""Gives each viewer its session, the one that it had where it had one."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
import secrets

from ..model import Channel, Client
from ..streams.meter import Meter
from .changes import Changes
from .known import Known
from .pids import Pids
from .record import Record, session_of
from .session import LEFT, NO_CHANNEL, STALE, Session, SessionState
from .traces import Trace, Traces, mark_of

# The protocol of who has announced itself and has not tuned yet.
_ANNOUNCED = "consumer"


class Register:
    """Makes sessions, recognises viewers, and forgets who has been silent for too long."""

    def __init__(
        self,
        *,
        known: Known,
        traces: Traces,
        clock: Callable[[], float],
        now: Callable[[], float],
    ) -> None:
        """Begin with nobody; `clock` is the loop's, `now` tells seconds since 1970."""
        self.known = known
        self.changes = Changes()
        """What there is to write."""
        self.pids = Pids()
        self._traces = traces
        self._clock = clock
        self._now = now

    def enter(
        self, channel: Channel, client: Client, account: str | None, protocol: str
    ) -> Session:
        """Answer the session of a viewer who has come, ready for a connection."""
        session = (
            self.known.by_place((client, account, channel.id))
            or self._tuned(channel, client, account)
            or self._new(channel, client, account)
        )
        session.protocol = protocol
        if not session.connected:
            # The channel may have got another name meanwhile.
            session.channel = channel
            session.bytes_before = session.seen_bytes = session.bytes
            session.meter = Meter(self._clock)
            session.state, session.reason = SessionState.BUFFERING, LEFT
        return session

    def announced(self, client: Client) -> Session:
        """Answer the session that its client calls by `client.session`, or its id.

        It is made where there is none, of no channel until one is tuned.
        """
        session = self.find(client.session)
        if session is None:
            session = self._new(NO_CHANNEL, client, None)
            self.note(session)
        else:
            self.touch(session)
        return session

    def find(self, name: str) -> Session | None:
        """Answer the session of this id, or that its client calls so."""
        return self.known.by_id(name) or self.known.by_name(name)

    def note(self, session: Session, *, finished: bool = False) -> None:
        """Take in that something happened to a session, and that others must make room.

        One that has `finished` is not expected back.
        """
        self.known.sort(session, finished=finished)
        self.changes.note(session)
        while surplus := self.known.surplus():
            self._forget(surplus)

    def restore(self, alive: Iterable[Record]) -> int:
        """Expect back who watched when Telecast ended; answer how many.

        Who has come meanwhile stays as it is; a record that makes no sense is left out.
        """
        restored = 0
        for record in alive:
            try:
                session = session_of(record, Meter(self._clock))
            except ValueError, OverflowError, OSError:
                continue
            if not self._is_there(session):
                session.pid = self.pids.take(record.pid) if session.watches else 0
                self.known.add(session)
                self.note(session)
                restored += 1
        return restored

    def remember(self, traces: Iterable[tuple[bytes, Trace]]) -> None:
        """Take over what those have left behind who watched before, the latest last."""
        for mark, trace in traces:
            self._traces.leave(mark, trace)

    def let_go(self, *, silent_for: float) -> bool:
        """Forget one that has finished or was silent for so long, if there is one."""
        session = self.known.due(self._clock() - silent_for)
        if session:
            self._forget(session)
        return session is not None

    def touch(self, session: Session) -> None:
        """Take note that something was heard of a session just now."""
        session.last_activity = self.moment()
        session.idle_since = self._clock()

    def silence(self, session: Session) -> float:
        """Answer for how many seconds nothing was heard of a session."""
        return self._clock() - session.idle_since

    def moment(self) -> datetime:
        """Answer what time it is."""
        return datetime.fromtimestamp(self._now(), UTC)

    def _new(self, channel: Channel, client: Client, account: str | None) -> Session:
        trace = self._traces.pick_up(mark_of(client, account, channel.id))
        if trace and self.known.by_id(trace.id):
            trace = None
        now = self.moment()
        session = Session(
            id=trace.id if trace else secrets.token_hex(8),
            pid=0,
            channel=channel,
            client=client,
            protocol=_ANNOUNCED,
            account=account,
            started_at=now,
            last_activity=now,
            idle_since=self._clock(),
            meter=Meter(self._clock),
        )
        if session.watches:
            session.pid = self.pids.take(trace.pid if trace else 0)
        self.known.add(session)
        return session

    def _tuned(
        self, channel: Channel, client: Client, account: str | None
    ) -> Session | None:
        """Answer the session of a client that announced itself and now tunes, if any."""
        session = self.known.by_name(client.session) if client.session else None
        if session is None or session.watches:
            return None
        self.known.drop(session)
        session.channel, session.client, session.account = channel, client, account
        session.pid = self.pids.take()
        self.known.add(session)
        return session

    def _is_there(self, session: Session) -> bool:
        if self.known.by_id(session.id):
            return True
        if session.watches:
            return self.known.by_place(session.place) is not None
        return self.known.by_name(session.client.session) is not None

    def _forget(self, session: Session) -> None:
        if not session.over:
            session.state, session.reason = SessionState.STOPPED, STALE
        self.known.drop(session)
        self.pids.give_back(session.pid)
        if session.watches:
            left = session.last_activity.timestamp()
            trace = Trace(id=session.id, pid=session.pid, left=left)
            self._traces.leave(mark_of(*session.place), trace)
        self.changes.end(session)
