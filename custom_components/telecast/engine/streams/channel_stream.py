"""A stream of the line-up, and what is known of it beside its bytes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
import secrets
from typing import TypedDict

from ...formats.acestream import Swarm
from ..model import Channel
from .quality import Quality
from .stream import Stream


class ChannelStream:
    """A stream, and what it is of."""

    stream: Stream

    def __init__(self, channel: Channel, pid: int | None = None) -> None:
        self.id = secrets.token_hex(8)
        self.channel = channel
        self.pid = pid
        """The number of the viewer whose own it is; None where it is shared."""
        self.swarm: Swarm | None = None
        """What an AceStream engine says of its peers; None for any other upstream."""
        self._needed: list[Callable[[], bool]] = []
        self._relays: list[Callable[[], bool]] = []
        self.source = channel.source
        """The source whose candidate delivers, or is tried."""
        self.holding: str | None = None
        """The source whose slot is held."""
        self.quality: Quality | None = None
        """What is known of its candidates; None before they are."""
        self.failing = False
        """Whether it was told that nothing is delivered."""

    @property
    def is_watched(self) -> bool:
        """Whether anybody watches it, or what is made of it."""
        return any(needed() for needed in self._needed)

    @property
    def is_relayed(self) -> bool:
        """Whether somebody watches it by way of another channel."""
        return any(needed() for needed in self._relays)

    def hear(self, swarm: Swarm) -> None:
        """Take note of what an AceStream engine says."""
        self.swarm = swarm

    @contextmanager
    def noting(
        self, needed: Callable[[], bool], *, relays: bool = False
    ) -> Iterator[None]:
        """Count a reader inside the block, by what tells whether it is needed.

        `relays` says that it reads for viewers of another channel.
        """
        noted = (self._needed, self._relays) if relays else (self._needed,)
        for one in noted:
            one.append(needed)
        try:
            yield
        finally:
            for one in noted:
                one.remove(needed)

    @property
    def facts(self) -> StreamFacts:
        """What events tell of a stream."""
        return {
            "channel_id": self.channel.id,
            "channel": self.channel.name,
            "number": self.channel.number,
            "source": self.source,
        }


class StreamFacts(TypedDict):
    """The fields that all events of a stream share."""

    channel_id: int
    channel: str
    number: str
    source: str
