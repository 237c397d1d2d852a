"""Reads of an MPEG-TS piece whether a decoder may begin with it."""

from custom_components.telecast.formats.mpegts import PACKET

_H264_STREAM = 0x1B
_IDR = 5


def begins_with_keyframe(data: bytes) -> bool:
    """Tell whether PAT and PMT come first, then the H.264 stream with an IDR picture."""
    packets = _packets(data)
    if len(packets) < 3 or _pid(packets[0]) != 0:
        return False
    pmt_pid = _pmt_pid(_section(packets[0]))
    if _pid(packets[1]) != pmt_pid:
        return False
    video = _video_pid(_section(packets[1]))
    first_picture = b""
    for packet in packets:
        if _pid(packet) != video:
            continue
        if packet[1] & 0x40 and first_picture:
            break
        if not packet[1] & 0x40 and not first_picture:
            return False
        first_picture += _payload(packet)
    return _IDR in _nal_types(first_picture)


def whole_pictures(data: bytes) -> bytes:
    """Leave out the last picture: whoever stops reading stops in the middle of one."""
    packets = _packets(data)
    video = _video_pid(_section(packets[1]))
    last = max(
        at
        for at, packet in enumerate(packets)
        if _pid(packet) == video and packet[1] & 0x40
    )
    return data[: last * PACKET]


def _packets(data: bytes) -> list[bytes]:
    return [data[at : at + PACKET] for at in range(0, len(data) - PACKET + 1, PACKET)]


def _pid(packet: bytes) -> int:
    return (packet[1] & 0x1F) << 8 | packet[2]


def _payload(packet: bytes) -> bytes:
    return packet[5 + packet[4] if packet[3] & 0x20 else 4 :]


def _section(packet: bytes) -> bytes:
    payload = _payload(packet)
    return payload[1 + payload[0] :]


def _pmt_pid(pat: bytes) -> int:
    length = (pat[1] & 0x0F) << 8 | pat[2]
    programs = pat[8 : 3 + length - 4]
    for at in range(0, len(programs), 4):
        if programs[at : at + 2] != b"\0\0":
            return (programs[at + 2] & 0x1F) << 8 | programs[at + 3]
    return -1


def _video_pid(pmt: bytes) -> int:
    length = (pmt[1] & 0x0F) << 8 | pmt[2]
    at = 12 + ((pmt[10] & 0x0F) << 8 | pmt[11])
    while at < 3 + length - 4:
        if pmt[at] == _H264_STREAM:
            return (pmt[at + 1] & 0x1F) << 8 | pmt[at + 2]
        at += 5 + ((pmt[at + 3] & 0x0F) << 8 | pmt[at + 4])
    return -1


def _nal_types(elementary: bytes) -> set[int]:
    return {part[0] & 0x1F for part in elementary.split(b"\0\0\1")[1:] if part}
