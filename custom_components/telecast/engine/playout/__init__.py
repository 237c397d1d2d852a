"""Play-out: what a virtual channel shows now, as one stream without a seam."""

from .cards import ClockCards
from .pieces import Media, Pieces, Span, ticks_at
from .playout import PREPARE, RETRY, Cards, Opened, Playout, Programme, Relay, Shelf

__all__ = [
    "PREPARE",
    "RETRY",
    "Cards",
    "ClockCards",
    "Media",
    "Opened",
    "Pieces",
    "Playout",
    "Programme",
    "Relay",
    "Shelf",
    "Span",
    "ticks_at",
]
