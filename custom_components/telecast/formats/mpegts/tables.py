"""The two tables without which a transport stream cannot be decoded: PAT and PMT."""

from dataclasses import dataclass

from .codecs import AUDIO_CODECS, VIDEO_CODECS, codec_of, language_of, parse_descriptors
from .packets import NULL_PID, PAT_PID, payload_of

_PAT_TABLE = 0
_PMT_TABLE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Elementary:
    """One stream of a programme."""

    pid: int
    type: int
    """13818-1, table 2-34."""
    codec: str = ""
    """As FFmpeg names it; empty where the tables do not tell."""
    language: str = ""
    """ISO 639-2, in small letters; may be empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What the PMT says of the programme; without `streams`, nothing is known of it."""

    pmt_pid: int = NULL_PID
    pcr_pid: int = NULL_PID
    """Where its clock stands."""
    streams: tuple[Elementary, ...] = ()

    @property
    def video(self) -> Elementary | None:
        """The first video stream."""
        return next((it for it in self.streams if it.codec in VIDEO_CODECS), None)

    @property
    def audio(self) -> Elementary | None:
        """The first audio stream."""
        return next((it for it in self.streams if it.codec in AUDIO_CODECS), None)

    @property
    def lead(self) -> Elementary | None:
        """The stream where a decoder may join: video, else audio, else the first."""
        return self.video or self.audio or next(iter(self.streams), None)

    @property
    def pids(self) -> tuple[int, ...]:
        """Those of the PMT, the clock and all elementary streams."""
        pids = (self.pmt_pid, self.pcr_pid, *(it.pid for it in self.streams))
        return tuple(pid for pid in dict.fromkeys(pids) if pid != NULL_PID)

    @property
    def join_pid(self) -> int:
        """The PID of `lead`."""
        return self.lead.pid if self.lead else NULL_PID

    @property
    def join_type(self) -> int:
        """The stream type of `lead`; 0 where there is none."""
        return self.lead.type if self.lead else 0

    @property
    def has_video(self) -> bool:
        """Whether there is a picture."""
        return self.video is not None


class Tables:
    """Keeps the latest PAT and PMT, as packets to hand on and as values."""

    def __init__(self) -> None:
        self.pmt_pid: int | None = None
        self.program: Program | None = None
        self.lead: Elementary | None = None
        """That of the programme."""
        self._pat = b""
        self._pmt = b""
        self._pending = b""
        self._section = b""
        self._known = b""

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
        payload = payload_of(packet)
        section = payload[1 + payload[0] :] if payload else b""
        if pid == PAT_PID:
            self._take_pat(packet, section)
            return
        self._pending, self._section = packet, section
        self._take_pmt_if_whole()

    def go_on(self, packet: bytes) -> None:
        """Take a further packet of a PMT that one packet could not hold."""
        self._pending += packet
        self._section += payload_of(packet)
        self._take_pmt_if_whole()

    def _take_pat(self, packet: bytes, section: bytes) -> None:
        length = _length(section)
        if not length or section[0] != _PAT_TABLE or len(section) < length:
            return
        for at in range(8, length - 4, 4):
            if section[at] or section[at + 1]:  # programme 0 is the network's own table
                pid = int.from_bytes(section[at + 2 : at + 4]) & 0x1FFF
                if pid != self.pmt_pid:
                    self.pmt_pid = pid
                    self.program = self.lead = None
                    self._pmt = self._known = b""
                self._pat = packet
                return

    def _take_pmt_if_whole(self) -> None:
        length = _length(self._section)
        if len(self._section) < length:
            return
        if length > 12 and self._section[0] == _PMT_TABLE:
            self._take_pmt(self._section[: length - 4])
        self._pending, self._section = b"", b""

    def _take_pmt(self, section: bytes) -> None:
        # It comes many times a second, and is hardly ever new.
        if section != self._known:
            program = _parse_pmt(self.pmt_pid or 0, section)
            if not program.streams:
                return
            self.program, self.lead, self._known = program, program.lead, section
        self._pmt = self._pending


def _parse_pmt(pmt_pid: int, section: bytes) -> Program:
    at = 12 + (int.from_bytes(section[10:12]) & 0xFFF)
    programme = parse_descriptors(section[12:at])
    streams: list[Elementary] = []
    while at + 5 <= len(section):
        end = at + 5 + (int.from_bytes(section[at + 3 : at + 5]) & 0xFFF)
        own = parse_descriptors(section[at + 5 : end])
        streams.append(
            Elementary(
                pid=int.from_bytes(section[at + 1 : at + 3]) & 0x1FFF,
                type=section[at],
                codec=codec_of(section[at], own, programme),
                language=language_of(own),
            )
        )
        at = end
    return Program(
        pmt_pid=pmt_pid,
        pcr_pid=int.from_bytes(section[8:10]) & 0x1FFF,
        streams=tuple(streams),
    )


def _length(section: bytes) -> int:
    """Answer a section's whole length, 0 where its head has not come yet."""
    if len(section) < 3:
        return 0
    return 3 + (int.from_bytes(section[1:3]) & 0xFFF)
