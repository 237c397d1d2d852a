"""RTP (RFC 3550): what a datagram carries, and the order in which it was sent."""

from dataclasses import dataclass, field

WINDOW = 64
"""So many packets may wait for one that is missing before them."""

_VERSION = 2
_HEAD = 12
# What RTCP calls itself looks like these payload types (RFC 5761, 4).
_RTCP = range(72, 77)
_HALF = 1 << 15
# Who is further behind than this did not come late: the sender has begun anew.
_LATE = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """One packet."""

    sequence: int
    """16 bits, which wrap."""
    source: int
    """Who sent it: SSRC."""
    payload: bytes = field(repr=False)


def parse(datagram: bytes) -> Packet | None:
    """Read a packet; None for what is none, and for RTCP."""
    if len(datagram) < _HEAD or datagram[0] >> 6 != _VERSION:
        return None
    if datagram[1] & 0x7F in _RTCP:
        return None
    start = _HEAD + 4 * (datagram[0] & 0x0F)
    if datagram[0] & 0x10:
        words = int.from_bytes(datagram[start + 2 : start + 4])
        start += 4 + 4 * words
    end = len(datagram)
    if datagram[0] & 0x20:
        end -= datagram[-1]
    if start > end:
        return None
    return Packet(
        sequence=int.from_bytes(datagram[2:4]),
        source=int.from_bytes(datagram[8:12]),
        payload=datagram[start:end],
    )


class Order:
    """Puts packets into the order in which they were sent, each of them once."""

    def __init__(self) -> None:
        self._source: int | None = None
        self._next = 0
        self._waiting: dict[int, bytes] = {}
        self.lost = 0
        """Packets that were given up."""
        self.dropped = 0
        """Packets that came twice, or after they had been given up."""

    def take(self, packet: Packet) -> list[bytes]:
        """Take a packet; answer the payloads whose turn it is now."""
        ahead = (packet.sequence - self._next) % (2 * _HALF)
        behind = 2 * _HALF - ahead
        if packet.source != self._source or _LATE < behind <= _HALF:
            return self._begin(packet)
        if ahead >= _HALF or packet.sequence in self._waiting:
            self.dropped += 1
            return []
        self._waiting[packet.sequence] = packet.payload
        if len(self._waiting) > WINDOW:
            return self.give_up()
        return self._due()

    def give_up(self) -> list[bytes]:
        """Wait no longer for what is missing first; answer the payloads after it."""
        if not self._waiting:
            return []
        first = min((number - self._next) % (2 * _HALF) for number in self._waiting)
        self.lost += first
        self._next = (self._next + first) % (2 * _HALF)
        return self._due()

    def _begin(self, packet: Packet) -> list[bytes]:
        left: list[bytes] = []
        while self._waiting:
            left += self.give_up()
        self._source, self._next = packet.source, packet.sequence
        self._waiting[packet.sequence] = packet.payload
        return left + self._due()

    def _due(self) -> list[bytes]:
        due: list[bytes] = []
        while (payload := self._waiting.pop(self._next, None)) is not None:
            due.append(payload)
            self._next = (self._next + 1) % (2 * _HALF)
        return due
