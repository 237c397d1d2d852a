"""The states of a stream, and which of them may follow each other."""

from enum import StrEnum


class StreamState(StrEnum):
    """Where a stream is in its life."""

    IDLE = "idle"
    STARTING = "starting"
    ACTIVE = "active"
    STOPPING = "stopping"
    FAILED = "failed"


_TRANSITIONS: dict[StreamState, frozenset[StreamState]] = {
    StreamState.IDLE: frozenset({StreamState.STARTING}),
    StreamState.STARTING: frozenset(
        {StreamState.ACTIVE, StreamState.FAILED, StreamState.STOPPING}
    ),
    StreamState.ACTIVE: frozenset({StreamState.STOPPING, StreamState.FAILED}),
    StreamState.STOPPING: frozenset({StreamState.IDLE}),
    StreamState.FAILED: frozenset({StreamState.STARTING, StreamState.IDLE}),
}


def check_step(state: StreamState, following: StreamState) -> None:
    """Raise RuntimeError where a state may not follow another one."""
    if following not in _TRANSITIONS[state]:
        raise RuntimeError(f"A stream cannot go from {state} to {following}")
