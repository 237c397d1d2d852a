"""Who watches a stream: what is asked of them where an upstream's slot is needed."""

from collections.abc import Iterable
from typing import Protocol

from ..sessions import GAVE_WAY, Session, Sessions
from .channel_stream import ChannelStream

# A refusal is read by people.
_MOST_NAMED = 5


class Audience(Protocol):
    """The viewers of streams."""

    def give_way(self, running: ChannelStream) -> bool:
        """Send the viewers of a stream away where all are idle; answer whether they were.

        Those who watch it by way of another channel are not.
        """

    def names(self, running: ChannelStream) -> str:
        """Answer the addresses of a stream's viewers; empty where none is known."""


class NoAudience:
    """Knows no viewer."""

    def give_way(self, running: ChannelStream) -> bool:
        """Answer that somebody may well need it."""
        return False

    def names(self, running: ChannelStream) -> str:
        """Answer nothing."""
        return ""


class SessionAudience:
    """The viewers as their sessions show them, whatever they watch the stream through."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def give_way(self, running: ChannelStream) -> bool:
        """Send the viewers away where there are any, and all are idle."""
        if running.is_relayed:
            return False
        watching = self._of(running)
        if not watching or not all(map(self._sessions.is_idle, watching)):
            return False
        for session in watching:
            self._sessions.end(session.id, GAVE_WAY)
        return True

    def names(self, running: ChannelStream) -> str:
        """Answer the addresses, the first ones if there are many."""
        addresses = list(dict.fromkeys(one.client.address for one in self._of(running)))
        named, more = addresses[:_MOST_NAMED], len(addresses) - _MOST_NAMED
        return ", ".join([*named, f"{more} more"] if more > 0 else named)

    def _of(self, running: ChannelStream) -> list[Session]:
        return [one for one in self._sessions.active if watches(one, running)]


def watches(session: Session, running: ChannelStream) -> bool:
    """Tell whether a stream is what a session watches."""
    return session.channel.id == running.channel.id and (
        running.pid is None or running.pid == session.pid
    )


def make_room(
    streams: Iterable[ChannelStream], audience: Audience, source: str
) -> bool:
    """Begin to end a stream that holds a slot of a source, and that nobody needs.

    That is one that nobody watches, or whose viewers were idle. Answers whether there
    was one.
    """
    for running in streams:
        if running.holding == source and (
            not running.is_watched or audience.give_way(running)
        ):
            running.stream.stop()
            return True
    return False
