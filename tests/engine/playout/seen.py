"""What a viewer of a play-out gets."""

from collections.abc import Awaitable, Callable
from itertools import pairwise

from custom_components.telecast.engine.upstreams.basin import Basin
from custom_components.telecast.formats.mpegts import (
    PACKET,
    WRAP,
    Scanner,
    breaks,
    dts_of,
    pcr_of,
    pid_of,
    unwrap,
)

from .world import TICKS, clock

LATE = 500
"""What comes so many milliseconds after it should be shown was held up by something."""
TRIES = 4
"""Of so many, one at least is held up by nothing else on the machine."""


class Seen:
    """What a viewer has got."""

    def __init__(self, now: Callable[[], int] = clock) -> None:
        self._now = now
        self.data = b""
        self.lags: list[int] = []
        """By how many milliseconds each key frame's time was before its coming."""
        self.keys: list[int] = []
        """When key frames are shown, in milliseconds since 1970."""
        self._scanner = Scanner()
        self._reached = 0

    async def watch(self, basin: Basin, until: int) -> None:
        """Read up to an instant, and until what is to be shown then has come."""
        while self._now() < until or self._reached < until:
            self._take(await basin.read())

    async def drain(self, basin: Basin) -> None:
        """Read all that there is."""
        while block := await basin.read():
            self._take(block)

    def lateness(self, *, since: int) -> int:
        """Answer by how much the latest of what is shown since an instant was late."""
        return max(
            lag for lag, key in zip(self.lags, self.keys, strict=True) if key >= since
        )

    def _take(self, block: bytes) -> None:
        at = self._now()
        for start in range(0, len(block), PACKET):
            if (stamp := dts_of(block[start : start + PACKET])) is not None:
                self._reached = unwrap(at * TICKS, stamp, wrap=WRAP) // TICKS
        for join in self._scanner.scan(block):
            assert join.pts is not None
            shown = unwrap(at * TICKS, join.pts, wrap=WRAP) // TICKS
            self.lags.append(at - shown)
            self.keys.append(shown)
        self.data += block

    @property
    def breaks(self) -> list[int]:
        """Where a break is told of, in bytes."""
        return breaks(self.data, None)

    def hold_together(self, *, longest: float = 0.5) -> None:
        """Hold what came to going forward, counted through, and without a gap."""
        stamps: dict[int, list[int]] = {}
        counts: dict[int, int] = {}
        for start in range(0, len(self.data), PACKET):
            packet = self.data[start : start + PACKET]
            pid = pid_of(packet)
            if packet[3] & 0x10:
                count = packet[3] & 0x0F
                assert counts.get(pid, count - 1 & 0x0F) == count - 1 & 0x0F
                counts[pid] = count
            if (clock_of := pcr_of(packet)) is not None:
                stamps.setdefault(-1, []).append(clock_of // 300)
            if (stamp := dts_of(packet)) is not None:
                stamps.setdefault(pid, []).append(stamp)
        assert len(stamps) == 3
        for found in stamps.values():
            steps = [(later - one) % WRAP for one, later in pairwise(found)]
            assert min(steps) > 0
            assert max(steps) <= longest * 90_000


async def undisturbed(watch: Callable[[], Awaitable[Seen]], *, since: int) -> Seen:
    """Watch, and once more where something was late that is shown `since` then.

    That is in milliseconds after it was begun. Other work on the machine may hold up one
    try, and not one after the other.
    """
    for _ in range(TRIES):
        begun = clock()
        seen = await watch()
        if seen.lateness(since=begun + since) <= LATE:
            break
    return seen
