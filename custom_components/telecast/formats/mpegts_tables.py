"""The two tables without which a transport stream cannot be decoded: PAT and PMT."""

from dataclasses import dataclass

PAT_PID = 0
_PAT_TABLE = 0
_PMT_TABLE = 2
_VIDEO_TYPES = frozenset({0x01, 0x02, 0x10, 0x1B, 0x24, 0x33, 0x42, 0xD1, 0xEA})


@dataclass(frozen=True, slots=True)
class Program:
    """What the PMT says of the programme."""

    pids: tuple[int, ...]
    """Those of the PMT, the clock and all elementary streams."""
    join_pid: int
    """Of the first video, or of the first stream where there is no video."""
    join_type: int
    """The stream type of that (13818-1, table 2-34)."""
    has_video: bool


class Tables:
    """Keeps the latest PAT and PMT, as packets to hand on and as values."""

    def __init__(self) -> None:
        self.pmt_pid: int | None = None
        self.program: Program | None = None
        self._pat = b""
        self._pmt = b""
        self._pending = b""
        self._section = b""

    @property
    def packets(self) -> bytes:
        """PAT and PMT as they last came whole."""
        return self._pat + self._pmt

    @property
    def incomplete(self) -> bool:
        """Whether a PMT has begun that goes on in packets to come."""
        return bool(self._pending)

    def begin(self, pid: int, packet: bytes) -> None:
        """Take the packet in which a table begins."""
        payload = _payload(packet)
        section = payload[1 + payload[0] :] if payload else b""
        if pid == PAT_PID:
            self._take_pat(packet, section)
            return
        self._pending, self._section = packet, section
        self._take_pmt_if_whole()

    def go_on(self, packet: bytes) -> None:
        """Take a further packet of a PMT that one packet could not hold."""
        self._pending += packet
        self._section += _payload(packet)
        self._take_pmt_if_whole()

    def _take_pat(self, packet: bytes, section: bytes) -> None:
        length = _length(section)
        if not length or section[0] != _PAT_TABLE or len(section) < length:
            return
        for at in range(8, length - 4, 4):
            if section[at] or section[at + 1]:  # programme 0 is the network's own table
                pid = int.from_bytes(section[at + 2 : at + 4]) & 0x1FFF
                if pid != self.pmt_pid:
                    self.pmt_pid, self.program, self._pmt = pid, None, b""
                self._pat = packet
                return

    def _take_pmt_if_whole(self) -> None:
        length = _length(self._section)
        if len(self._section) < length:
            return
        if length > 12 and self._section[0] == _PMT_TABLE:
            program = self._read_pmt(self._section[: length - 4])
            if program:
                self.program, self._pmt = program, self._pending
        self._pending, self._section = b"", b""

    def _read_pmt(self, section: bytes) -> Program | None:
        clock = int.from_bytes(section[8:10]) & 0x1FFF
        streams: list[tuple[int, int]] = []
        at = 12 + (int.from_bytes(section[10:12]) & 0xFFF)
        while at + 5 <= len(section):
            pid = int.from_bytes(section[at + 1 : at + 3]) & 0x1FFF
            streams.append((section[at], pid))
            at += 5 + (int.from_bytes(section[at + 3 : at + 5]) & 0xFFF)
        if not streams:
            return None
        videos = [stream for stream in streams if stream[0] in _VIDEO_TYPES]
        kind, join = (videos or streams)[0]
        pids = dict.fromkeys(
            (self.pmt_pid or 0, clock, *(pid for _, pid in streams if pid != 0x1FFF))
        )
        return Program(
            pids=tuple(pid for pid in pids if pid != 0x1FFF),
            join_pid=join,
            join_type=kind,
            has_video=bool(videos),
        )


def _payload(packet: bytes) -> bytes:
    if not packet[3] & 0x10:
        return b""
    return packet[5 + packet[4] :] if packet[3] & 0x20 else packet[4:]


def _length(section: bytes) -> int:
    """Answer a section's whole length, 0 where its head has not come yet."""
    if len(section) < 3:
        return 0
    return 3 + (int.from_bytes(section[1:3]) & 0xFFF)
