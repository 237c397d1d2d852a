"""Transport streams built packet by packet, so that a test knows every byte of them."""

from collections.abc import Iterator

from custom_components.telecast.formats.mpegts import PACKET

PMT_PID = 0x1000
VIDEO_PID = 0x100
AUDIO_PID = 0x101
H264, HEVC, MPEG2, AAC = 0x1B, 0x24, 0x02, 0x0F

_IDR = {
    H264: b"\0\0\0\1\x09\xf0\0\0\0\1\x67\x64\0\x1f\0\0\0\1\x65",
    HEVC: b"\0\0\0\1\x46\1\x10\0\0\0\1\x40\1\0\0\0\1\x26\1",
    MPEG2: b"\0\0\1\xb3\x2d\x02\x40",
}
_OTHER = {
    H264: b"\0\0\0\1\x09\xf0\0\0\0\1\x41",
    HEVC: b"\0\0\0\1\x46\1\x10\0\0\0\1\x02\1",
    MPEG2: b"\0\0\1\x00\x02\x57",
}


class Multiplex:
    """Makes packets with continuity counters that go on."""

    def __init__(
        self,
        *,
        streams: tuple[tuple[int, int], ...] = ((H264, VIDEO_PID), (AAC, AUDIO_PID)),
        pmt_padding: int = 0,
    ) -> None:
        self._streams = streams
        self._pmt_padding = pmt_padding
        self._counters: dict[int, int] = {}

    def tables(self) -> bytes:
        """Make PAT and PMT; `pmt_padding` bytes of descriptors swell the PMT."""
        return self.pat() + self.pmt()

    def pat(self) -> bytes:
        """Make the programme association table."""
        body = b"\0\1\xc1\0\0" + b"\0\1" + (0xE000 | PMT_PID).to_bytes(2)
        return self._section(0, 0, body)

    def pmt(self) -> bytes:
        """Make the programme map table."""
        info = b"".join(
            bytes((0x80, min(254, left))) + bytes(min(254, left))
            for left in range(self._pmt_padding, 0, -254)
        )
        clock = self._streams[0][1]
        body = b"\0\1\xc1\0\0" + (0xE000 | clock).to_bytes(2)
        body += (0xF000 | len(info)).to_bytes(2) + info
        for kind, pid in self._streams:
            body += bytes((kind,)) + (0xE000 | pid).to_bytes(2) + b"\xf0\0"
        return self._section(PMT_PID, 2, body)

    def frame(
        self, *, key: bool, size: int = 4, pid: int = VIDEO_PID, flagged: bool = False
    ) -> bytes:
        """Make a video frame of `size` packets; `flagged` sets random_access_indicator."""
        kind = {pid: kind for kind, pid in self._streams}[pid]
        head = b"\0\0\1\xe0\0\0\x80\x80\x05\x21\0\1\0\1"
        head += (_IDR if key else _OTHER).get(kind, b"")
        return self.pes(pid, head, size, flagged=flagged)

    def pes(self, pid: int, head: bytes, size: int, *, flagged: bool = False) -> bytes:
        """Make `size` packets of which the first begins with `head`."""
        field = b"\x07\x50" + bytes(6) if flagged else b""
        packets = [self.packet(pid, head, begins=True, field=field)]
        packets += [self.packet(pid, b"") for _ in range(size - 1)]
        return b"".join(packets)

    def packet(
        self, pid: int, payload: bytes, *, begins: bool = False, field: bytes = b""
    ) -> bytes:
        """Make one packet, its payload filled up with 0xAA."""
        counter = self._counters.get(pid, -1) + 1 & 15
        self._counters[pid] = counter
        flags = (0x30 if field else 0x10) | counter
        head = bytes((0x47, begins << 6 | pid >> 8, pid & 0xFF, flags)) + field
        return head + payload + b"\xaa" * (PACKET - len(head) - len(payload))

    def seconds(
        self, count: int, *, frames: int = 25, size: int = 20
    ) -> Iterator[bytes]:
        """Make seconds of video, each with tables and a key frame at its beginning."""
        for _ in range(count):
            rest = b"".join(self.frame(key=False, size=size) for _ in range(frames - 1))
            yield self.tables() + self.frame(key=True, size=size, flagged=True) + rest

    def _section(self, pid: int, table: int, body: bytes) -> bytes:
        section = bytes((table,)) + (0xB000 | len(body) + 4).to_bytes(2) + body
        section += crc32(section).to_bytes(4)
        data = b"\0" + section
        pieces = [data[at : at + PACKET - 4] for at in range(0, len(data), PACKET - 4)]
        packets = [
            self.packet(pid, piece, begins=index == 0)
            for index, piece in enumerate(pieces)
        ]
        return b"".join(packets)


def crc32(data: bytes) -> int:
    """Reckon the checksum of a table (13818-1, annex A)."""
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1 ^ (0x04C11DB7 if value & 1 << 31 else 0)) & 0xFFFFFFFF
    return value
