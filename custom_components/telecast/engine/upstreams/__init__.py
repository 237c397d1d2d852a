"""One opened candidate, whatever it speaks, as MPEG-TS that comes in."""

from .acestream import AceStreamEngine, Player, check_engine
from .opening import OpenUpstream, open_upstream
from .upstream import (
    CONNECT_SECONDS,
    GATHER_BYTES,
    GATHER_SECONDS,
    HEADERS_SECONDS,
    SILENCE_SECONDS,
    Upstream,
)

__all__ = [
    "CONNECT_SECONDS",
    "GATHER_BYTES",
    "GATHER_SECONDS",
    "HEADERS_SECONDS",
    "SILENCE_SECONDS",
    "AceStreamEngine",
    "OpenUpstream",
    "Player",
    "Upstream",
    "check_engine",
    "open_upstream",
]
