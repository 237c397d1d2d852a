"""One viewer on one channel, from its first connection until it is forgotten."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from ..model import Channel, Client, FilmKind, Playable
from ..streams.meter import Meter

LEFT = "left"
"""The viewer hung up, or asks no more."""
REPLACED = "replaced"
"""The viewer's account was needed for another channel."""
GAVE_WAY = "gave_way"
"""The viewer was idle, and what it held was needed for another one."""
STOPPING = "stopping"
"""Telecast stopped; whoever watched then is expected back."""
STALE = "stale"
"""Nothing was heard of it for too long."""
LOST = "lost"
"""Telecast was away when it ended."""

NO_CHANNEL = Channel(
    id=0, number="", name="", group="", group_id=0, guide_id="", source=""
)
"""What a client watches that has announced itself, and has not tuned yet."""


def film_channel(film: Playable) -> Channel:
    """Answer what a session on a film is of: its title in the place of a channel's name.

    It has no number, and an id below nought, where no channel's is.
    """
    odd = film.kind is FilmKind.SERIES
    return Channel(
        id=-2 * film.id - odd,
        number="",
        name=film.title,
        group=film.group,
        group_id=0,
        guide_id="",
        source=film.candidate.source,
    )


type Place = tuple[Client, str | None, int]
"""What a viewer is recognised by: the client, its account, and the channel's id."""


class SessionState(StrEnum):
    """What a viewer's session is doing."""

    BUFFERING = "buffering"
    STREAMING = "streaming"
    PAUSED = "paused"
    STOPPED = "stopped"
    ERROR = "error"


OVER = frozenset({SessionState.STOPPED, SessionState.ERROR})
"""The states of a session that nobody watches."""


@dataclass(eq=False, slots=True, kw_only=True)
class Session:
    """One viewer on one channel."""

    id: str
    pid: int
    """Tells players apart; 0 for a client that has not tuned yet."""
    channel: Channel
    client: Client
    protocol: str
    account: str | None
    started_at: datetime
    last_activity: datetime
    """When bytes last went out, or the client last said something; some seconds late."""
    meter: Meter
    """Counts since the session last came back."""
    bytes_before: int = 0
    """What had gone out before that."""
    state: SessionState = SessionState.BUFFERING
    reason: str = LEFT
    """Why the session ended, or will have."""
    upstream: str = ""
    """The source that delivers, by name."""
    metadata: dict[str, str] = field(default_factory=dict)
    """What else is known of the viewer: its device, its profile."""
    connections: dict[object, Callable[[], None]] = field(default_factory=dict)
    """What is open now, each with what ends it."""
    told: bool = False
    """Whether others were told that it started, and not yet that it ended."""
    seen_bytes: int = 0
    """What had gone out when it was last looked at."""
    written: bool = False
    """Whether the disk may know it."""
    idle_since: float = 0.0
    """When it was last heard of, or last got something, by the loop's clock."""

    @property
    def connected(self) -> bool:
        """Whether the viewer is there now."""
        return bool(self.connections)

    @property
    def watches(self) -> bool:
        """Whether it is of a channel; else a client has only announced itself."""
        return self.channel is not NO_CHANNEL

    @property
    def over(self) -> bool:
        """Whether it has ended, if only for now."""
        return self.state in OVER

    @property
    def bytes(self) -> int:
        """All that went out since the session began."""
        return self.bytes_before + self.meter.total

    @property
    def place(self) -> Place:
        """What the viewer is recognised by."""
        return self.client, self.account, self.channel.id

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
            "last_activity": self.last_activity.isoformat(),
            "bytes": self.bytes,
            "bitrate": self.meter.rate,
            "upstream": self.upstream,
            "metadata": dict(self.metadata),
        }
