"""What a virtual channel plays, and when; all times in milliseconds since 1970 (UTC)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ..errors import InvalidTimelineError

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY

UNIX_DAY = date(1970, 1, 1).toordinal()
"""The day of which all times are counted, as `date.fromordinal` counts days."""
EARLIEST = 0
"""The first instant that any timeline covers."""
LATEST = (date(9999, 1, 1).toordinal() - UNIX_DAY) * DAY
"""Where all timelines end, because calendars do; what never ends is on until then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A film, an episode or a clip, to be played from its beginning."""

    key: str
    """What its owner knows it by; a list may name the same more than once."""
    duration: int
    """In milliseconds, at least one."""
    series: str = ""
    """What the episodes of one series have in common; empty for a film."""
    season: int = 0
    number: int = 0
    """Of the episode in its season."""
    title: str = ""
    """What it is called when it is appointed; empty for its own name."""

    def __post_init__(self) -> None:
        """Raise InvalidTimelineError where it would never be over."""
        if self.duration < 1:
            raise InvalidTimelineError(f"The item {self.key!r} has no duration")


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """Another channel of the line-up, as it is; it has no end of its own."""

    channel: int
    """The channel's id."""
    title: str = ""
    """What that is called when it is appointed; empty for what the channel says itself."""


class Cause(StrEnum):
    """Why nothing is scheduled."""

    BEFORE = "before"
    """The timeline had not begun, or what was on then is forgotten."""
    NOTHING = "nothing"
    """Nothing is to be played at that time, or there is nothing to play."""
    PADDING = "padding"
    """What is next begins at the full or half hour."""
    WAITING = "waiting"
    """What is next would not be over in time, and waits."""
    OVER = "over"
    """Everything was played, and is not to be played again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Nothing is scheduled; the viewer is shown filler or a clock card."""

    cause: Cause


type Playing = Item | Live | Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """What is on from one instant until another one; an item is always on from its beginning."""

    item: Playing
    start: int
    stop: int
    """Where the next one begins. An item may have been longer, and is cut there."""
    offset: int = 0
    """How far it was at the instant that was asked for; 0 in lists."""
