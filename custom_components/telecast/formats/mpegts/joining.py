"""Makes one stream of what several multiplexers have written one after another."""

from collections import defaultdict
from collections.abc import Iterator

from .clocks import PCR_WRAP, WRAP, dts_of, pcr_of
from .packets import NULL_PID, PACKET, fields_of, pid_of

_TICKS_OF_PCR = PCR_WRAP // WRAP


class Counters:
    """Counts packets on, so that no piece seems to begin or to lack anything (2.4.3.3)."""

    def __init__(self) -> None:
        self._next: defaultdict[int, int] = defaultdict(int)

    def counted(self, block: bytes) -> bytes:
        """Answer a block of whole packets with continuity counters that go on."""
        data, following = bytearray(block), self._next
        for at in range(0, len(data), PACKET):
            pid = (data[at + 1] & 0x1F) << 8 | data[at + 2]
            if pid == NULL_PID:
                continue
            flags, count = data[at + 3], following[pid]
            if flags & 0x10:
                following[pid] = count + 1 & 0x0F
            else:
                count -= 1  # without a payload it repeats the last one's
            data[at + 3] = flags & 0xF0 | count & 0x0F
        return bytes(data)


def timed(block: bytes, pcr_pid: int) -> Iterator[tuple[int | None, bytes]]:
    """Cut a block of whole packets where its clock is told.

    Yields each part with what the clock shows at its beginning, in ticks of 90 kHz; None
    for what comes before the first one. Where no clock is told in the whole block, as
    when the picture that has it is over before the sound is, it is cut where frames
    begin, by when these are decoded.
    """
    clock, begin = None, 0
    for ticks, at in tuple(_clocks(block, pcr_pid)) or _frames(block):
        if begin < at:
            yield clock, block[begin:at]
        clock, begin = ticks, at
    yield clock, block[begin:]


def _clocks(block: bytes, pcr_pid: int) -> Iterator[tuple[int, int]]:
    fields = fields_of(block)
    index = fields.find(1)
    while index >= 0:
        at = index * PACKET
        packet = block[at : at + PACKET]
        if pid_of(packet) == pcr_pid and (pcr := pcr_of(packet)) is not None:
            yield pcr // _TICKS_OF_PCR, at
        index = fields.find(1, index + 1)


def _frames(block: bytes) -> Iterator[tuple[int, int]]:
    for at in range(0, len(block), PACKET):
        if (dts := dts_of(block[at : at + PACKET])) is not None:
            yield dts, at
