"""AceStream: an engine of the user's makes MPEG-TS of what peers send each other."""

from .engine import AceStreamEngine, check_engine
from .playing import Player, open_acestream

__all__ = ["AceStreamEngine", "Player", "check_engine", "open_acestream"]
