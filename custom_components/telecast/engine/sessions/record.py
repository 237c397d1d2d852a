"""What is kept of a session on disk: one row, and the way there and back."""

from dataclasses import astuple, dataclass, field, fields
from datetime import UTC, datetime
import json
from typing import Any

from ..model import Channel, Client
from ..streams.meter import Meter
from .session import LEFT, NO_CHANNEL, STOPPING, Session, SessionState
from .traces import Trace, mark_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A session as it was at one moment; the columns of its row, in their order.

    Times are in seconds since 1970.
    """

    id: str
    pid: int
    session: str
    channel_id: int
    number: str
    channel: str
    address: str
    user_agent: str
    account: str | None
    protocol: str
    state: str
    reason: str
    started: float
    last_activity: float
    bytes: int
    bitrate: int
    upstream: str
    metadata: str = field(default="{}")
    """A JSON object of texts."""

    @property
    def row(self) -> tuple[Any, ...]:
        """The values of the columns."""
        return astuple(self)

    @property
    def client(self) -> Client:
        """Who watched."""
        return Client(
            address=self.address, user_agent=self.user_agent, session=self.session
        )

    def as_dict(self) -> dict[str, Any]:
        """Answer what others see of a session that is over."""
        return {
            "id": self.id,
            "pid": self.pid,
            "channel": self.channel,
            "number": self.number,
            "client": self.address,
            "user_agent": self.user_agent,
            "account": self.account,
            "protocol": self.protocol,
            "state": self.state,
            "reason": self.reason,
            "started_at": _moment(self.started).isoformat(),
            "last_activity": _moment(self.last_activity).isoformat(),
            "bytes": self.bytes,
            "bitrate": self.bitrate,
            "upstream": self.upstream,
            "metadata": _metadata(self.metadata),
        }


COLUMNS = tuple(one.name for one in fields(Record))


def record_of(session: Session) -> Record:
    """Answer what to keep of a session as it is now.

    Whoever watched while Telecast was stopped is kept as somebody who will come back.
    """
    away = session.state is SessionState.STOPPED and session.reason == STOPPING
    client, channel = session.client, session.channel
    return Record(
        id=session.id,
        pid=session.pid,
        session=client.session,
        channel_id=channel.id,
        number=channel.number,
        channel=channel.name,
        address=client.address,
        user_agent=client.user_agent,
        account=session.account,
        protocol=session.protocol,
        state=SessionState.BUFFERING.value if away else session.state.value,
        reason=session.reason,
        started=session.started_at.timestamp(),
        last_activity=session.last_activity.timestamp(),
        bytes=session.bytes,
        bitrate=session.meter.rate,
        upstream=session.upstream,
        metadata=json.dumps(session.metadata) if session.metadata else "{}",
    )


def session_of(record: Record, meter: Meter) -> Session:
    """Answer a session that waits for its player to come back.

    Raises ValueError or OverflowError for a time that is none.
    """
    return Session(
        id=record.id,
        pid=record.pid,
        channel=_channel(record),
        client=record.client,
        protocol=record.protocol,
        account=record.account,
        started_at=_moment(record.started),
        last_activity=_moment(record.last_activity),
        meter=meter,
        bytes_before=record.bytes,
        seen_bytes=record.bytes,
        state=SessionState.BUFFERING,
        reason=LEFT,
        upstream=record.upstream,
        metadata=_metadata(record.metadata),
        written=True,
    )


def left_by(record: Record) -> tuple[bytes, Trace]:
    """Answer what a session leaves behind, and what stands for who watched what."""
    mark = mark_of(record.client, record.account, record.channel_id)
    return mark, Trace(id=record.id, pid=record.pid, left=record.last_activity)


def _channel(record: Record) -> Channel:
    """Answer as much of the channel as is kept; whoever returns brings the rest."""
    if not record.channel_id:
        return NO_CHANNEL
    return Channel(
        id=record.channel_id,
        number=record.number,
        name=record.channel,
        group="",
        group_id=0,
        guide_id="",
        source="",
    )


def _metadata(text: str) -> dict[str, str]:
    found = json.loads(text)
    pairs = found.items() if isinstance(found, dict) else ()
    return {str(key): str(value) for key, value in pairs}


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
