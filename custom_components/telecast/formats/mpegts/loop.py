"""A few seconds of MPEG-TS, played round and round as one endless stream."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from .clocks import CLOCK, WRAP, has_dts, pts_place, read_stamp, write_stamp
from .packets import PACKET, PAT_PID, pid_of


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is sent at once: from one PAT to the next, or what is before the first."""

    due: float
    """Seconds from the loop's beginning."""
    data: bytes
    stamps: tuple[tuple[int, bool], ...]
    """Where clocks stand in the data, and whether it is a PCR (else a PTS or DTS)."""
    key_pts: int | None
    """Of the key frame in it; None where nobody can begin."""


class Loop:
    """Plays a recording for ever: clocks go on, counters have no gap.

    What is on at an instant depends on the time alone, so everybody who watches sees the
    same picture, and who comes back finds the stream where it would have been.
    """

    def __init__(self, recording: bytes, *, seconds: int) -> None:
        """Cut the recording to `seconds`: whole video and audio frames, or clocks jump.

        Raises ValueError where it is too short, or has no key frame that is marked.
        """
        self._seconds = seconds
        packets, self._counts = _cut(recording, seconds * CLOCK)
        self._pieces = tuple(_pieces(packets))
        self._keys = [
            index
            for index, piece in enumerate(self._pieces)
            if piece.key_pts is not None
        ]
        if not self._keys:
            raise ValueError("The recording has no key frame to begin with")

    @property
    def bitrate(self) -> float:
        """Bits per second."""
        return sum(len(piece.data) for piece in self._pieces) * 8 / self._seconds

    def play(
        self, since: float, *, start: int | None = None
    ) -> Iterator[tuple[float, bytes]]:
        """Yield when each piece is due and its bytes, from the last keyframe before `since`.

        `start` sets the clocks: that keyframe is shown at so many ticks of 90 kHz. With
        none the clocks are the same for everybody.
        """
        turn, offset = divmod(since, self._seconds)
        first = max(
            (index for index in self._keys if self._pieces[index].due <= offset),
            default=self._keys[0],
        )
        turn, later = int(turn), 0
        if start is not None:
            later = start - (self._pieces[first].key_pts or 0) - self._ticks(turn)
        while True:
            for piece in self._pieces[first:]:
                due = turn * self._seconds + piece.due
                yield due, self._shifted(piece, turn, self._ticks(turn) + later)
            turn, first = turn + 1, 0

    def _ticks(self, turn: int) -> int:
        return turn * self._seconds * CLOCK

    def _shifted(self, piece: _Piece, turn: int, ticks: int) -> bytes:
        data = bytearray(piece.data)
        for start in range(0, len(data), PACKET):
            counted = turn * self._counts[_pid(data, start)]
            data[start + 3] = (
                data[start + 3] & 0xF0 | (data[start + 3] + counted) & 0x0F
            )
        for place, is_pcr in piece.stamps:
            if is_pcr:
                _write_pcr(data, place, _read_pcr(data, place) + ticks)
            else:
                write_stamp(data, place, read_stamp(data, place) + ticks)
        return bytes(data)


def _cut(recording: bytes, ticks: int) -> tuple[list[bytes], dict[int, int]]:
    """Keep the frames of the first `ticks`, counted anew; answer also packets per PID."""
    begins: dict[int, int] = {}
    over: set[int] = set()
    counts: defaultdict[int, int] = defaultdict(int)
    kept: list[bytes] = []
    for start in range(0, len(recording) - PACKET + 1, PACKET):
        packet = bytearray(recording[start : start + PACKET])
        pid = _pid(packet)
        if (place := pts_place(packet)) is not None:
            pts = read_stamp(packet, place)
            if pts - begins.setdefault(pid, pts) >= ticks:
                over.add(pid)
        if over and (pid in over or pid not in begins):
            continue
        counts[pid] += bool(packet[3] & 0x10)
        packet[3] = packet[3] & 0xF0 | (counts[pid] - 1) & 0x0F
        kept.append(bytes(packet))
    if over != begins.keys():
        raise ValueError("The recording is too short to be played round and round")
    return kept, counts


def _pieces(packets: list[bytes]) -> Iterator[_Piece]:
    tables = (at for at, packet in enumerate(packets) if pid_of(packet) == PAT_PID)
    first_clock: int | None = None
    due = 0.0
    for start, end in pairwise([0, *(at for at in tables if at), len(packets)]):
        data = b"".join(packets[start:end])
        stamps = tuple(_stamps(data))
        clocks = [_read_pcr(data, place) for place, is_pcr in stamps if is_pcr]
        if clocks:
            first_clock = clocks[0] if first_clock is None else first_clock
            due = (clocks[0] - first_clock) / CLOCK
        yield _Piece(due, data, stamps, _key_pts(packets[start:end]))


def _stamps(data: bytes) -> Iterator[tuple[int, bool]]:
    for start in range(0, len(data), PACKET):
        if _has_field(data, start) and data[start + 5] & 0x10:
            yield start + 6, True
        if (place := pts_place(data, start)) is not None:
            yield place, False
            if has_dts(data, place):
                yield place + 5, False


def _key_pts(packets: list[bytes]) -> int | None:
    for packet in packets:
        if _is_random_access(packet) and (place := pts_place(packet)) is not None:
            return read_stamp(packet, place)
    return None


def _pid(data: bytes | bytearray, start: int = 0) -> int:
    return (data[start + 1] & 0x1F) << 8 | data[start + 2]


def _has_field(data: bytes, start: int) -> bool:
    return bool(data[start + 3] & 0x20 and data[start + 4])


def _is_random_access(packet: bytes) -> bool:
    return _has_field(packet, 0) and packet[5] & 0x50 == 0x50


def _read_pcr(data: bytes | bytearray, at: int) -> int:
    return int.from_bytes(data[at : at + 4]) << 1 | data[at + 4] >> 7


def _write_pcr(data: bytearray, at: int, ticks: int) -> None:
    ticks %= WRAP
    data[at : at + 4] = (ticks >> 1).to_bytes(4)
    data[at + 4] = (ticks & 1) << 7 | data[at + 4] & 0x7F
