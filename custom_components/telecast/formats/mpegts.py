"""MPEG transport streams (ISO/IEC 13818-1): packets, tables, where a decoder may join.

Whole blocks are looked at by slicing out one header byte of every packet at a time, so
that a stream costs next to nothing: only packets that begin something are taken apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from .mpegts_tables import PAT_PID, Program, Tables

PACKET = 188
SYNC = 0x47
NULL_PID = 0x1FFF

# A lone 0x47 proves nothing; three at the right distance do.
_SYNCS_NEEDED = 3
_HAS_START = bytes(bool(byte & 0x40) for byte in range(256))

_H264 = frozenset({0x1B})
_HEVC = frozenset({0x24})
_MPEG_VIDEO = frozenset({0x01, 0x02})


class Aligner:
    """Cuts bytes as they arrive into whole packets; what is between packets is dropped."""

    def __init__(self) -> None:
        self._rest = b""
        self.dropped = 0
        """Bytes that belonged to no packet."""

    def feed(self, data: bytes) -> bytes:
        """Answer as many whole packets as there are now; may be empty."""
        data = self._rest + data if self._rest else data
        whole = len(data) - len(data) % PACKET
        if data[:whole:PACKET].count(SYNC) == whole // PACKET:
            self._rest = data[whole:]
            return data[:whole] if self._rest else data
        return self._resync(data)

    def _resync(self, data: bytes) -> bytes:
        packets: list[bytes] = []
        place = 0
        while place + PACKET <= len(data):
            if data[place] == SYNC and self._holds(data, place):
                end = self._end_of_run(data, place)
                packets.append(data[place:end])
                place = end
                continue
            found = data.find(SYNC, place + 1)
            found = len(data) if found < 0 else found
            self.dropped += found - place
            place = found
        self._rest = data[place:]
        return b"".join(packets)

    @staticmethod
    def _holds(data: bytes, place: int) -> bool:
        return all(
            data[at] == SYNC
            for at in range(place, place + _SYNCS_NEEDED * PACKET, PACKET)
            if at < len(data)
        )

    @staticmethod
    def _end_of_run(data: bytes, place: int) -> int:
        while place + PACKET <= len(data) and data[place] == SYNC:
            place += PACKET
        return place


@dataclass(frozen=True, slots=True)
class Join:
    """A place where a decoder may begin, if it is given `tables` first."""

    offset: int
    """Of the key frame's first packet, in bytes from the block's beginning."""
    tables: bytes
    """The packets of PAT and PMT as they last came."""


class Scanner:
    """Follows a stream's tables and finds its key frames."""

    def __init__(self) -> None:
        self._tables = Tables()

    @property
    def program(self) -> Program | None:
        """The programme that the tables describe; None until both have come."""
        return self._tables.program

    def scan(self, block: bytes) -> list[Join]:
        """Answer the joins of one block of whole packets."""
        joins: list[Join] = []
        flags, low = block[1::PACKET], block[2::PACKET]
        if self._tables.incomplete:
            self._finish_table(block, flags, low)
        begins = flags.translate(_HAS_START)
        index = begins.find(1)
        while index >= 0:
            pid = (flags[index] & 0x1F) << 8 | low[index]
            place = index * PACKET
            if pid in (PAT_PID, self._tables.pmt_pid):
                self._tables.begin(pid, block[place : place + PACKET])
                if self._tables.incomplete:
                    self._finish_table(block, flags, low, index + 1)
            elif self._may_join(pid, block[place : place + PACKET]):
                joins.append(Join(place, self._tables.packets))
            index = begins.find(1, index + 1)
        return joins

    def _may_join(self, pid: int, packet: bytes) -> bool:
        program = self._tables.program
        return bool(program and pid == program.join_pid and _is_key(packet, program))

    def _finish_table(
        self, block: bytes, flags: bytes, low: bytes, start: int = 0
    ) -> None:
        for index in range(start, len(low)):
            if (flags[index] & 0x1F) << 8 | low[index] == self._tables.pmt_pid:
                if flags[index] & 0x40:
                    return
                place = index * PACKET
                self._tables.go_on(block[place : place + PACKET])
                if not self._tables.incomplete:
                    return


def pid_of(packet: bytes) -> int:
    """Answer the packet identifier."""
    return (packet[1] & 0x1F) << 8 | packet[2]


def pcr_of(packet: bytes) -> int | None:
    """Answer the programme clock reference in ticks of 27 MHz, where there is one."""
    if not packet[3] & 0x20 or packet[4] < 7 or not packet[5] & 0x10:
        return None
    field = int.from_bytes(packet[6:12])
    return (field >> 15) * 300 + (field & 0x1FF)


def discontinuities(program: Program) -> bytes:
    """Render packets that tell a decoder of a break in every part of the programme.

    They hold nothing but the discontinuity indicator (13818-1, 2.4.3.5), after which
    neither continuity counters nor the clock need to go on from what was before.
    """
    return b"".join(_discontinuity(pid) for pid in (PAT_PID, *program.pids))


def _discontinuity(pid: int) -> bytes:
    head = bytes((SYNC, pid >> 8, pid & 0xFF, 0x20, PACKET - 5, 0x80))
    return head + b"\xff" * (PACKET - len(head))


def _is_key(packet: bytes, program: Program) -> bool:
    """Tell whether a packet that begins a frame begins one that needs no other."""
    payload = 4
    if packet[3] & 0x20:
        if packet[4] and packet[5] & 0x40:
            return True
        payload += 1 + packet[4]
    if not program.has_video:
        return True
    if packet[3] & 0xC0 or packet[payload : payload + 3] != b"\0\0\1":
        return False
    frame = packet[payload + 9 + packet[min(payload + 8, PACKET - 1)] :]
    return _begins_with_key(frame, program.join_type)


def _begins_with_key(frame: bytes, stream_type: int) -> bool:
    codes = _start_codes(frame)
    if stream_type in _H264:
        return any(code & 0x1F in (5, 7) for code in codes)
    if stream_type in _HEVC:
        return any(
            code >> 1 & 0x3F in (16, 17, 18, 19, 20, 21, 32, 33) for code in codes
        )
    if stream_type in _MPEG_VIDEO:
        return 0xB3 in codes
    return False


def _start_codes(frame: bytes) -> Iterable[int]:
    """List the byte after each start code: it says what follows."""
    return tuple(part[0] for part in frame.split(b"\0\0\1")[1:] if part)
