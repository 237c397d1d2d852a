"""Sessions: who watches what, recognised again, and kept across restarts."""

from .keeping import open_sessions
from .known import Known
from .session import Session, SessionState
from .sessions import Sessions

__all__ = ["Known", "Session", "SessionState", "Sessions", "open_sessions"]
