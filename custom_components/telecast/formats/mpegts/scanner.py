"""Places in a transport stream where a decoder may join.

Whole blocks are looked at by slicing out one header byte of every packet at a time, so
that a stream costs next to nothing: only packets that begin something are taken apart.
"""

from dataclasses import dataclass

from .clocks import pts_of
from .codecs import VIDEO_CODECS
from .discontinuity import discontinuities
from .packets import PACKET, PAT_PID
from .tables import Program, Tables

_HAS_START = bytes(bool(byte & 0x40) for byte in range(256))
_UNKNOWN = Program()


@dataclass(frozen=True, slots=True)
class Join:
    """A place where a decoder may begin, if it is given `tables` first."""

    offset: int
    """Of the key frame's first packet, in bytes from the block's beginning."""
    tables: bytes
    """The packets of PAT and PMT as they last came."""
    pts: int | None = None
    """When the key frame is shown: 33 bits of 90 kHz; None where it does not say."""
    program: Program = _UNKNOWN
    """What `tables` describe."""

    @property
    def head(self) -> bytes:
        """What goes in front for one whose last packets were not those before."""
        return discontinuities(self.program) + self.tables


@dataclass(frozen=True, slots=True)
class Frame:
    """A place where a frame of the joinable stream begins."""

    offset: int
    """In bytes from the block's beginning."""
    packet: bytes
    join: Join | None
    """Where a decoder may begin with it."""


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
        return [frame.join for frame in self.frames(block) if frame.join]

    def frames(self, block: bytes) -> list[Frame]:
        """Answer where frames begin in one block of whole packets."""
        frames: list[Frame] = []
        tables = self._tables
        flags, low = block[1::PACKET], block[2::PACKET]
        if tables.incomplete:
            self._finish_table(block, flags, low)
        begins = flags.translate(_HAS_START)
        index = begins.find(1)
        while index >= 0:
            pid = (flags[index] & 0x1F) << 8 | low[index]
            place = index * PACKET
            if pid in (PAT_PID, tables.pmt_pid):
                tables.begin(pid, block[place : place + PACKET])
                if tables.incomplete:
                    self._finish_table(block, flags, low, index + 1)
            elif tables.lead and pid == tables.lead.pid:
                packet = block[place : place + PACKET]
                frames.append(Frame(place, packet, self._join(place, packet)))
            index = begins.find(1, index + 1)
        return frames

    def _join(self, place: int, packet: bytes) -> Join | None:
        tables = self._tables
        program, lead = tables.program, tables.lead
        if not program or not lead or not _is_key(packet, lead.codec):
            return None
        return Join(place, tables.packets, pts_of(packet), program)

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


def _is_key(packet: bytes, codec: str) -> bool:
    """Tell whether a packet that begins a frame begins one that needs no other."""
    payload = 4
    if packet[3] & 0x20:
        if packet[4] and packet[5] & 0x40:
            return True
        payload += 1 + packet[4]
    if codec not in VIDEO_CODECS:
        return True
    if packet[3] & 0xC0 or packet[payload : payload + 3] != b"\0\0\1":
        return False
    frame = packet[payload + 9 + packet[min(payload + 8, PACKET - 1)] :]
    return _begins_with_key(frame, codec)


def _begins_with_key(frame: bytes, codec: str) -> bool:
    codes = _start_codes(frame)
    match codec:
        case "h264":
            return any(code & 0x1F in (5, 7) for code in codes)
        case "hevc":
            kinds = (code >> 1 & 0x3F for code in codes)
            return any(16 <= kind <= 21 or kind in (32, 33) for kind in kinds)
        case "mpeg1video" | "mpeg2video":
            return 0xB3 in codes
    return False


def _start_codes(frame: bytes) -> list[int]:
    """List the byte after each start code: it says what follows."""
    return [part[0] for part in frame.split(b"\0\0\1")[1:] if part]
