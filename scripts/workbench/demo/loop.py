"""A few seconds of MPEG-TS, played round and round as one endless stream."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

PACKET = 188
CLOCK = 90_000
_WRAP = 1 << 33
_PAT = 0


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is sent at once: from one PAT to the next."""

    due: float
    """Seconds from the loop's beginning."""
    data: bytes
    stamps: tuple[tuple[int, bool], ...]
    """Where clocks stand in the data, and whether it is a PCR (else a PTS or DTS)."""
    joinable: bool


class Loop:
    """Plays a recording for ever: clocks go on, counters have no gap.

    What is on at an instant depends on the time alone, so everybody who watches sees the
    same picture, and who comes back finds the stream where it would have been.
    """

    def __init__(self, recording: bytes, *, seconds: int) -> None:
        """Cut the recording to `seconds`: whole video and audio frames, or clocks jump."""
        self._seconds = seconds
        packets, self._counts = _cut(recording, seconds * CLOCK)
        self._pieces = tuple(_pieces(packets))

    @property
    def bitrate(self) -> float:
        """Bits per second."""
        return sum(len(piece.data) for piece in self._pieces) * 8 / self._seconds

    def play(self, since: float) -> Iterator[tuple[float, bytes]]:
        """Yield when each piece is due and its bytes, from the last keyframe before `since`."""
        turn, offset = divmod(since, self._seconds)
        first = max(
            index
            for index, piece in enumerate(self._pieces)
            if piece.joinable and (piece.due <= offset or index == 0)
        )
        turn = int(turn)
        while True:
            for piece in self._pieces[first:]:
                yield turn * self._seconds + piece.due, self._shifted(piece, turn)
            turn, first = turn + 1, 0

    def _shifted(self, piece: _Piece, turn: int) -> bytes:
        data = bytearray(piece.data)
        for start in range(0, len(data), PACKET):
            counted = turn * self._counts[_pid(data, start)]
            data[start + 3] = (
                data[start + 3] & 0xF0 | (data[start + 3] + counted) & 0x0F
            )
        ticks = turn * self._seconds * CLOCK
        for place, is_pcr in piece.stamps:
            if is_pcr:
                _write_pcr(data, place, _read_pcr(data, place) + ticks)
            else:
                _write_pts(data, place, _read_pts(data, place) + ticks)
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
        if (place := _pts_place(packet)) is not None:
            pts = _read_pts(packet, place)
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
    bounds = [index for index, packet in enumerate(packets) if _pid(packet) == _PAT]
    first_clock: int | None = None
    due = 0.0
    for start, end in zip([0, *bounds[1:]], [*bounds[1:], len(packets)], strict=True):
        data = b"".join(packets[start:end])
        stamps = tuple(_stamps(data))
        clocks = [_read_pcr(data, place) for place, is_pcr in stamps if is_pcr]
        if clocks:
            first_clock = clocks[0] if first_clock is None else first_clock
            due = (clocks[0] - first_clock) / CLOCK
        joinable = any(map(_is_random_access, packets[start:end]))
        yield _Piece(due, data, stamps, joinable)


def _stamps(data: bytes) -> Iterator[tuple[int, bool]]:
    for start in range(0, len(data), PACKET):
        if _has_adaptation(data, start) and data[start + 5] & 0x10:
            yield start + 6, True
        if (place := _pts_place(data, start)) is not None:
            yield place, False
            if data[place - 2] & 0x40:
                yield place + 5, False


def _pid(data: bytes | bytearray, start: int = 0) -> int:
    return (data[start + 1] & 0x1F) << 8 | data[start + 2]


def _has_adaptation(data: bytes | bytearray, start: int) -> bool:
    return bool(data[start + 3] & 0x20 and data[start + 4])


def _is_random_access(packet: bytes) -> bool:
    return _has_adaptation(packet, 0) and packet[5] & 0x50 == 0x50


def _pts_place(data: bytes | bytearray, start: int = 0) -> int | None:
    """Answer where the PTS of the PES that begins in this packet stands, if one does."""
    if not data[start + 1] & 0x40 or not data[start + 3] & 0x10:
        return None
    payload = start + 4
    if data[start + 3] & 0x20:
        payload += 1 + data[start + 4]
    if data[payload : payload + 3] != b"\0\0\1" or not data[payload + 7] & 0x80:
        return None
    return payload + 9


def _read_pcr(data: bytes | bytearray, at: int) -> int:
    return int.from_bytes(data[at : at + 4]) << 1 | data[at + 4] >> 7


def _write_pcr(data: bytearray, at: int, ticks: int) -> None:
    ticks %= _WRAP
    data[at : at + 4] = (ticks >> 1).to_bytes(4)
    data[at + 4] = (ticks & 1) << 7 | data[at + 4] & 0x7F


def _read_pts(data: bytes | bytearray, at: int) -> int:
    return (
        (data[at] >> 1 & 0x07) << 30
        | data[at + 1] << 22
        | data[at + 2] >> 1 << 15
        | data[at + 3] << 7
        | data[at + 4] >> 1
    )


def _write_pts(data: bytearray, at: int, ticks: int) -> None:
    ticks %= _WRAP
    data[at] = data[at] & 0xF1 | (ticks >> 30) << 1
    data[at + 1] = ticks >> 22 & 0xFF
    data[at + 2] = (ticks >> 15 & 0x7F) << 1 | 1
    data[at + 3] = ticks >> 7 & 0xFF
    data[at + 4] = (ticks & 0x7F) << 1 | 1
