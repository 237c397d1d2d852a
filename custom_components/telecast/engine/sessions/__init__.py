"""Sessions: who watches what, recognised again, and kept across restarts."""

from .keeping import open_sessions
from .known import Known
from .session import GAVE_WAY, STOPPING, Session, SessionState, film_channel
from .sessions import Sessions

__all__ = [
    "GAVE_WAY",
    "STOPPING",
    "Known",
    "Session",
    "SessionState",
    "Sessions",
    "film_channel",
    "open_sessions",
]
