"""Whom the history still knows: enough to give a viewer its session back."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
import hashlib

from ..model import Client

# A few megabytes at most; those who have been away longest are forgotten first.
MOST_TRACES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What a session leaves behind."""

    id: str
    pid: int
    left: float
    """When it ended, in seconds since 1970."""


class Traces:
    """What sessions have left behind, by who watched what, for as long as is allowed."""

    def __init__(
        self, *, keep_seconds: float, now: Callable[[], float], most: int = MOST_TRACES
    ) -> None:
        self._keep_seconds = keep_seconds
        self._now = now
        self._most = most
        self._traces: OrderedDict[bytes, Trace] = OrderedDict()

    def __len__(self) -> int:
        """Answer how many are kept."""
        return len(self._traces)

    def leave(self, mark: bytes, trace: Trace) -> None:
        """Keep what a session leaves behind."""
        self._traces[mark] = trace
        self._traces.move_to_end(mark)
        while self._traces and (
            len(self._traces) > self._most or self._is_old(next(iter(self._traces)))
        ):
            self._traces.popitem(last=False)

    def pick_up(self, mark: bytes) -> Trace | None:
        """Answer what was left behind, and keep it no more."""
        if mark not in self._traces or self._is_old(mark):
            self._traces.pop(mark, None)
            return None
        return self._traces.pop(mark)

    def _is_old(self, mark: bytes) -> bool:
        return self._traces[mark].left <= self._now() - self._keep_seconds


def mark_of(client: Client, account: str | None, channel_id: int) -> bytes:
    """Answer what stands for a viewer of a channel: short, and good for comparing only."""
    parts = (
        client.address,
        client.user_agent,
        client.session,
        repr(account),
        str(channel_id),
    )
    # Length first, so that no two viewers run together as one.
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=16).digest()
