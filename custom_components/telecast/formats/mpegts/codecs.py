"""What the streams of a programme hold, by the names that FFmpeg uses."""

from collections.abc import Iterable

VIDEO_CODECS = frozenset(
    {
        *("av1", "avs2", "avs3", "cavs", "dirac", "h264", "hevc", "jpeg2000"),
        *("mpeg1video", "mpeg2video", "mpeg4", "vc1", "vvc"),
    }
)
AUDIO_CODECS = frozenset(
    {
        *("aac", "aac_latm", "ac3", "ac4", "dts", "eac3", "mp2", "opus"),
        *("pcm_bluray", "s302m", "truehd"),
    }
)
AUDIO_CODEC_STRINGS = {
    "aac": "mp4a.40.2",
    "aac_latm": "mp4a.40.2",
    "ac3": "ac-3",
    "dts": "dtsc",
    "eac3": "ec-3",
    "mp2": "mp4a.40.33",
    "opus": "opus",
}
"""Audio as a playlist's CODECS names it (RFC 6381)."""

# 13818-1, table 2-34; from 0x80 on: ATSC A/53, SCTE 35, SMPTE RP 227 and custom.
_BY_TYPE = {
    0x01: "mpeg1video",
    0x02: "mpeg2video",
    0x03: "mp2",
    0x04: "mp2",
    0x0F: "aac",
    0x10: "mpeg4",
    0x11: "aac_latm",
    0x1B: "h264",
    0x1C: "aac",
    0x21: "jpeg2000",
    0x24: "hevc",
    0x33: "vvc",
    0x42: "cavs",
    0x81: "ac3",
    0x86: "scte_35",
    0x87: "eac3",
    0x8A: "dts",
    0xD1: "dirac",
    0xD2: "avs2",
    0xD4: "avs3",
    0xEA: "vc1",
}
# Where the programme is registered as HDMV, which Blu-ray recorders write.
_BLU_RAY = {
    0x80: "pcm_bluray",
    0x82: "dts",
    0x83: "truehd",
    0x84: "eac3",
    0x85: "dts",
    0x86: "dts",
    0x90: "hdmv_pgs_subtitle",
    0xA1: "eac3",
    0xA2: "dts",
}
_BY_REGISTRATION = {
    b"AC-3": "ac3",
    b"AC-4": "ac4",
    b"AV01": "av1",
    b"BSSD": "s302m",
    b"CUEI": "scte_35",
    b"DTS1": "dts",
    b"DTS2": "dts",
    b"DTS3": "dts",
    b"EAC3": "eac3",
    b"HEVC": "hevc",
    b"ID3 ": "timed_id3",
    b"KLVA": "klv",
    b"Opus": "opus",
    b"VC-1": "vc1",
    b"drac": "dirac",
}
# EN 300 468, table 12 and annexes D, G and H.
_BY_DESCRIPTOR = {
    0x46: "dvb_teletext",
    0x56: "dvb_teletext",
    0x59: "dvb_subtitle",
    0x6A: "ac3",
    0x7A: "eac3",
    0x7B: "dts",
    0x7C: "aac",
}
_REGISTRATION = 0x05
_LANGUAGE = 0x0A
_METADATA = 0x26
_TELETEXT = 0x56
_SUBTITLE = 0x59
_EXTENSION = 0x7F
_AC4 = 0x15

type Descriptors = dict[int, bytes]
"""The first descriptor of each tag."""


def parse_descriptors(data: bytes) -> Descriptors:
    """Parse descriptors; the last one may be cut short."""
    found: Descriptors = {}
    at = 0
    while at + 2 <= len(data):
        end = at + 2 + data[at + 1]
        found.setdefault(data[at], data[at + 2 : end])
        at = end
    return found


def codec_of(kind: int, own: Descriptors, programme: Descriptors) -> str:
    """Answer the codec of a stream by its type and the descriptors; may be empty."""
    if registration(programme) == b"HDMV" and kind in _BLU_RAY:
        return _BLU_RAY[kind]
    return _BY_TYPE.get(kind) or _private(own)


def language_of(descriptors: Descriptors) -> str:
    """Answer the language as ISO 639-2 writes it; empty where none is named."""
    for tag in (_LANGUAGE, _SUBTITLE, _TELETEXT):
        code = descriptors.get(tag, b"")[:3]
        if len(code) == 3 and code.isalpha():
            return code.decode("ascii").lower()
    return ""


def registration(descriptors: Descriptors) -> bytes:
    """Answer the four letters that tell whose private types these are; may be empty."""
    return descriptors.get(_REGISTRATION, b"")[:4]


def _private(descriptors: Descriptors) -> str:
    if codec := _first(_BY_DESCRIPTOR, descriptors):
        return codec
    if descriptors.get(_EXTENSION, b"")[:1] == bytes((_AC4,)):
        return "ac4"
    if b"ID3 " in descriptors.get(_METADATA, b""):
        return "timed_id3"
    return _BY_REGISTRATION.get(registration(descriptors), "")


def _first(names: dict[int, str], tags: Iterable[int]) -> str:
    return next((names[tag] for tag in tags if tag in names), "")
