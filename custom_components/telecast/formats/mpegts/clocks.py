"""The clocks of a transport stream: PCR (27 MHz), PTS and DTS (90 kHz, 33 bits).

Stamps stand in the first packet of a frame; a packet is given by its bytes, or by a
block and where it begins in that.
"""

from .packets import PACKET, fields_of, pid_of

CLOCK = 90_000
"""Ticks of PTS and DTS in a second."""
WRAP = 1 << 33
"""Where PTS and DTS begin anew, in ticks."""
PCR_WRAP = WRAP * 300


def pcr_of(packet: bytes) -> int | None:
    """Answer the programme clock reference in ticks of 27 MHz, where there is one."""
    if not packet[3] & 0x20 or packet[4] < 7 or not packet[5] & 0x10:
        return None
    field = int.from_bytes(packet[6:12])
    return (field >> 15) * 300 + (field & 0x1FF)


def pts_of(packet: bytes) -> int | None:
    """Answer when the frame that begins in the packet is shown, in ticks of 90 kHz."""
    place = pts_place(packet)
    return None if place is None else read_stamp(packet, place)


def dts_of(packet: bytes) -> int | None:
    """Answer when that frame is decoded: its PTS, where it has no DTS of its own."""
    place = pts_place(packet)
    if place is None:
        return None
    return read_stamp(packet, place + 5 if has_dts(packet, place) else place)


def last_pcr(block: bytes, pid: int) -> int | None:
    """Answer the latest clock reference of `pid` in a block, in ticks of 27 MHz."""
    fields = fields_of(block)
    index = fields.rfind(1)
    while index >= 0:
        packet = block[index * PACKET : (index + 1) * PACKET]
        if pid_of(packet) == pid and (pcr := pcr_of(packet)) is not None:
            return pcr
        index = fields.rfind(1, 0, index)
    return None


def unwrap(previous: int, raw: int, *, wrap: int = WRAP) -> int:
    """Answer the time nearest to `previous` that a clock shows as `raw`.

    `wrap` is where the clock begins anew: WRAP, or PCR_WRAP for what `pcr_of` answers.
    """
    return previous + (raw - previous + wrap // 2) % wrap - wrap // 2


def pts_place(data: bytes | bytearray, at: int = 0) -> int | None:
    """Answer where the PTS stands in the packet that begins at `at`, if it has one."""
    # A frame begins, there is a payload, and it is not scrambled.
    if not data[at + 1] & 0x40 or data[at + 3] & 0xD0 != 0x10:
        return None
    payload = at + 4
    if data[at + 3] & 0x20:
        payload += 1 + data[at + 4]
    if payload + 14 > at + PACKET or data[payload : payload + 3] != b"\0\0\1":
        return None
    # Padding and private streams have no such head, hence no 10 in its first bits.
    if data[payload + 6] & 0xC0 != 0x80 or not data[payload + 7] & 0x80:
        return None
    return payload + 9


def has_dts(data: bytes | bytearray, place: int) -> bool:
    """Tell whether a DTS follows the PTS at `place`."""
    return bool(data[place - 2] & 0x40) and place % PACKET + 10 <= PACKET


def read_stamp(data: bytes | bytearray, at: int) -> int:
    """Read a PTS or DTS (13818-1, 2.4.3.7)."""
    return (
        (data[at] >> 1 & 0x07) << 30
        | data[at + 1] << 22
        | data[at + 2] >> 1 << 15
        | data[at + 3] << 7
        | data[at + 4] >> 1
    )


def write_stamp(data: bytearray, at: int, ticks: int) -> None:
    """Write a PTS or DTS over the one that stands there."""
    ticks %= WRAP
    data[at] = data[at] & 0xF1 | (ticks >> 30) << 1
    data[at + 1] = ticks >> 22 & 0xFF
    data[at + 2] = (ticks >> 15 & 0x7F) << 1 | 1
    data[at + 3] = ticks >> 7 & 0xFF
    data[at + 4] = (ticks & 0x7F) << 1 | 1
