"""What happens in the engine, told to whoever listens, in the event loop, at once."""

from collections.abc import Callable
from dataclasses import dataclass
import logging
from typing import Any

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStarted:
    """A viewer began to watch; `session` is the session as contract fields."""

    session: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnded:
    """A viewer left or was sent away; `reason` is a code."""

    session: dict[str, Any]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamStarted:
    """A stream delivers its first bytes."""

    channel_id: int
    channel: str
    number: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamFailedOver:
    """A stream went on from another candidate, or from the same one reconnected."""

    channel_id: int
    channel: str
    number: str
    source: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamFailed:
    """A stream could not start, or ended because nothing delivers it any more."""

    channel_id: int
    channel: str
    number: str
    source: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamEnded:
    """A stream ended in order: nobody watched, or we ended it."""

    channel_id: int
    channel: str
    number: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceChanged:
    """A source's status changed: refreshing, refreshed, progress, slots."""

    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualChannelChanged:
    """What a virtual channel plays now, or is to play, may be another."""

    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFailed:
    """A refresh failed; the line-up is as it was."""

    source: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineupChanged:
    """Channels were added, removed or altered."""

    channels: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderChanged:
    """Video is encoded by another encoder now, or for another reason, or not at all."""

    encoder: str
    reason: str
    """Why it is not the one that is wanted; empty where it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodersChanged:
    """An FFmpeg was started or has ended; `running` do run now."""

    running: int


type Event = (
    SessionStarted
    | SessionEnded
    | StreamStarted
    | StreamFailedOver
    | StreamFailed
    | StreamEnded
    | SourceChanged
    | VirtualChannelChanged
    | SourceFailed
    | LineupChanged
    | EncoderChanged
    | EncodersChanged
)


class Events:
    """Passes each event to every listener, in the order in which they came."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Event], None]] = []

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call `listener` with every event from now on; the returned call ends that."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            self._listeners.remove(listener)

        return unsubscribe

    def emit(self, event: Event) -> None:
        """Tell all listeners; one that fails is logged and costs the others nothing."""
        for listener in tuple(self._listeners):
            try:
                listener(event)
            except Exception:
                _LOGGER.exception("A listener failed on %s", type(event).__name__)
