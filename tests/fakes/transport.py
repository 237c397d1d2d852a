"""Transport streams built packet by packet, so that a test knows every byte of them."""

from collections.abc import Iterator, Mapping

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
    """Makes packets with continuity counters that go on.

    `descriptors` go with the streams of these PIDs, `info` with the programme; without
    a `clock` of its own its PCR is said to be in the first stream.
    """

    def __init__(
        self,
        *,
        streams: tuple[tuple[int, int], ...] = ((H264, VIDEO_PID), (AAC, AUDIO_PID)),
        pmt_padding: int = 0,
        descriptors: Mapping[int, bytes] | None = None,
        info: bytes = b"",
        clock: int | None = None,
    ) -> None:
        self._streams = streams
        self._pmt_padding = pmt_padding
        self._descriptors = descriptors or {}
        self._info = info
        self._clock = streams[0][1] if clock is None else clock
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
        info = self._info + b"".join(
            bytes((0x80, min(254, left))) + bytes(min(254, left))
            for left in range(self._pmt_padding, 0, -254)
        )
        body = b"\0\1\xc1\0\0" + (0xE000 | self._clock).to_bytes(2)
        body += (0xF000 | len(info)).to_bytes(2) + info
        for kind, pid in self._streams:
            own = self._descriptors.get(pid, b"")
            body += bytes((kind,)) + (0xE000 | pid).to_bytes(2)
            body += (0xF000 | len(own)).to_bytes(2) + own
        return self._section(PMT_PID, 2, body)

    def frame(
        self,
        *,
        key: bool,
        size: int = 4,
        pid: int = VIDEO_PID,
        flagged: bool = False,
        pts: int | None = 0,
        dts: int | None = None,
        pcr: int | None = None,
        headers: bytes | None = None,
        anew: bool = False,
    ) -> bytes:
        """Make a video frame of `size` packets.

        `flagged` sets random_access_indicator, `anew` discontinuity_indicator; `headers`
        take the place of what begins a frame of the stream's type.
        """
        kind = {pid: kind for kind, pid in self._streams}[pid]
        if headers is None:
            headers = (_IDR if key else _OTHER).get(kind, b"")
        head = pes_head(pts=pts, dts=dts) + headers
        if flagged and pcr is None:
            pcr = 0
        return self.pes(pid, head, size, flagged=flagged, pcr=pcr, anew=anew)

    def pes(
        self,
        pid: int,
        head: bytes,
        size: int,
        *,
        flagged: bool = False,
        pcr: int | None = None,
        anew: bool = False,
    ) -> bytes:
        """Make as many packets as `head` needs, but at least `size`."""
        if flagged and pcr is None:
            pcr = 0
        field = adaptation(flagged=flagged, pcr=pcr, anew=anew)
        first = PACKET - 4 - len(field)
        packets = [self.packet(pid, head[:first], begins=True, field=field)]
        packets += [
            self.packet(pid, head[at : at + PACKET - 4])
            for at in range(first, len(head), PACKET - 4)
        ]
        packets += [self.packet(pid, b"") for _ in range(size - len(packets))]
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

    def clip(
        self,
        frames: int,
        *,
        start: int = 0,
        group: int = 25,
        step: int = 3600,
        size: int = 2,
        headers: bytes | None = None,
    ) -> Iterator[bytes]:
        """Make frames with time stamps, `step` ticks of 90 kHz apart.

        Each `group`th is a key frame and comes after tables; sound comes after each,
        where there is any.
        """
        pids = {pid for _, pid in self._streams}
        for number in range(frames):
            pts, key = (start + number * step) % (1 << 33), number % group == 0
            data = self.tables() if key else b""
            if VIDEO_PID in pids:
                data += self.frame(
                    key=key,
                    size=size,
                    pts=pts,
                    pcr=pts * 300,
                    headers=headers if key else None,
                )
            if AUDIO_PID in pids:
                data += self.pes(AUDIO_PID, pes_head(0xC0, pts=pts), 1)
            yield data

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


def pes_head(
    stream_id: int = 0xE0, *, pts: int | None = None, dts: int | None = None
) -> bytes:
    """Make the head of a PES (13818-1, 2.4.3.6) with the stamps that are given."""
    stamps = b""
    if pts is not None:
        stamps += stamp(2 if dts is None else 3, pts)
    if dts is not None:
        stamps += stamp(1, dts)
    flags = (pts is not None) << 7 | (dts is not None) << 6
    return bytes((0, 0, 1, stream_id, 0, 0, 0x80, flags, len(stamps))) + stamps


def stamp(prefix: int, ticks: int) -> bytes:
    """Make a PTS or DTS of 33 bits."""
    bits = f"{prefix:04b}{ticks:033b}"
    return int(f"{bits[:7]}1{bits[7:22]}1{bits[22:]}1", 2).to_bytes(5)


def adaptation(
    *, flagged: bool = False, pcr: int | None = None, anew: bool = False
) -> bytes:
    """Make an adaptation field; empty where there is nothing to tell. PCR is in 27 MHz."""
    flags = anew << 7 | flagged << 6 | (pcr is not None) << 4
    if not flags:
        return b""
    clock = b""
    if pcr is not None:
        clock = (pcr // 300 << 15 | 0x3F << 9 | pcr % 300).to_bytes(6)
    return bytes((1 + len(clock), flags)) + clock


def crc32(data: bytes) -> int:
    """Reckon the checksum of a table (13818-1, annex A)."""
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1 ^ (0x04C11DB7 if value & 1 << 31 else 0)) & 0xFFFFFFFF
    return value
