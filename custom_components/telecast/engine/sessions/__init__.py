"""Sessions: who watches what, recognised again, and kept across restarts."""

from .keeping import open_sessions
from .known import Known
from .session import GAVE_WAY, Session, SessionState
from .sessions import Sessions

__all__ = ["GAVE_WAY", "Known", "Session", "SessionState", "Sessions", "open_sessions"]
