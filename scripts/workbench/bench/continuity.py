"""Finds what is missing from an MPEG-TS stream."""

from custom_components.telecast.formats.mpegts import PACKET

_NULL = 0x1FFF
# A recording has a clock every tenth of a second or so; what lacks 16 packets of each
# PID, or a multiple, shows no gap in its counters, but one in its clock.
_LONGEST_STEP = 45_000 * 0.3
_WRAP = 1 << 32


class Continuity:
    """Counts the gaps of one stream, fed piece by piece from a packet's beginning."""

    def __init__(self) -> None:
        self.gaps = 0
        self._rest = b""
        self._counters: dict[int, int] = {}
        self._clock: int | None = None

    def feed(self, data: bytes) -> None:
        """Look at the next bytes."""
        data = self._rest + data
        whole = len(data) - len(data) % PACKET
        self._rest = data[whole:]
        for start in range(0, whole, PACKET):
            if data[start] != 0x47:
                self.gaps += 1
                continue
            pid = (data[start + 1] & 0x1F) << 8 | data[start + 2]
            flags = data[start + 3]
            if flags & 0x10 and pid != _NULL:
                before = self._counters.get(pid)
                self._counters[pid] = flags & 0x0F
                if before is not None and (before + 1) & 0x0F != flags & 0x0F:
                    self.gaps += 1
            if flags & 0x20 and data[start + 4] and data[start + 5] & 0x10:
                clock = int.from_bytes(data[start + 6 : start + 10])
                if self._clock is not None and (
                    (clock - self._clock) % _WRAP > _LONGEST_STEP
                ):
                    self.gaps += 1
                self._clock = clock
