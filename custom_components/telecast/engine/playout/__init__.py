"""Play-out: what a virtual channel shows now, as one stream without a seam."""

from .cards import ClockCards
from .pacing import LEAD, now
from .patience import STALL_SECONDS
from .pieces import Media, Noting, Pieces, Span, ticks_at
from .playout import PREPARE, Playout
from .stage import Cards, Opened, Programme, Relay, Shelf
from .turn import RETRY

__all__ = [
    "LEAD",
    "PREPARE",
    "RETRY",
    "STALL_SECONDS",
    "Cards",
    "ClockCards",
    "Media",
    "Noting",
    "Opened",
    "Pieces",
    "Playout",
    "Programme",
    "Relay",
    "Shelf",
    "Span",
    "now",
    "ticks_at",
]
