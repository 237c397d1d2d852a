"""What a stream is, judged by its first bytes: providers mislabel them all the time."""

from enum import StrEnum

from .id3 import end_of_tag
from .mpegts import PACKET, SYNC

ENOUGH = 4 * PACKET
"""So many bytes tell a container, if anything does."""


class Container(StrEnum):
    """What bytes are in."""

    MPEGTS = "mpegts"
    MP4 = "mp4"
    """ISO base media, whole or in fragments."""
    FLV = "flv"
    MATROSKA = "matroska"
    """WebM, too."""
    OGG = "ogg"
    AAC = "aac"
    """In ADTS frames, maybe behind an ID3 tag."""
    MP3 = "mp3"
    AC3 = "ac3"
    HLS = "hls"
    DASH = "dash"
    PAGE = "page"
    """Something for people, or for another program."""


_PREFIXES = {
    b"FLV\x01": Container.FLV,
    b"\x1a\x45\xdf\xa3": Container.MATROSKA,
    b"OggS": Container.OGG,
}
_BOXES = frozenset(
    {
        *(b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"sidx", b"emsg", b"prft"),
        *(b"free", b"skip", b"wide", b"pdin"),
    }
)
# Those of bytes that may not tell: radio that begins within a frame, errors in words.
_NAMES = {
    "application/dash+xml": Container.DASH,
    "audio/aac": Container.AAC,
    "audio/aacp": Container.AAC,
    "audio/mp3": Container.MP3,
    "audio/mpeg": Container.MP3,
    "text/html": Container.PAGE,
}
# What films are named, and what players are told of them.
_EXTENSIONS = {
    "3gp": "video/3gpp",
    "avi": "video/x-msvideo",
    "divx": "video/x-msvideo",
    "flv": "video/x-flv",
    "m2ts": "video/mp2t",
    "m4v": "video/mp4",
    "mkv": "video/x-matroska",
    "mov": "video/quicktime",
    "mp4": "video/mp4",
    "mpeg": "video/mpeg",
    "mpg": "video/mpeg",
    "mts": "video/mp2t",
    "ogv": "video/ogg",
    "ts": "video/mp2t",
    "vob": "video/mpeg",
    "webm": "video/webm",
    "wmv": "video/x-ms-wmv",
}
_BLANK = b" \t\r\n\0\xef\xbb\xbf"
# A lone 0x47 proves nothing; three at the right distance do.
_SYNCS_NEEDED = 3


def container_of(head: bytes) -> Container | None:
    """Answer what begins with `head`; None where that does not tell, or not yet."""
    for prefix, container in _PREFIXES.items():
        if head.startswith(prefix):
            return container
    if head[4:8] in _BOXES:
        return Container.MP4
    if _syncs(head) >= _SYNCS_NEEDED:
        return Container.MPEGTS
    return _container_of_text(head.lstrip(_BLANK)) or _container_of_audio(head)


def container_named(content_type: str) -> Container | None:
    """Answer what a MIME type means, where bytes alone may not tell."""
    content_type = content_type.partition(";")[0].strip().casefold()
    if "mpegurl" in content_type:
        return Container.HLS
    return _NAMES.get(content_type)


def content_type_of(extension: str) -> str:
    """Answer the MIME type of what is named so; the extension is without its dot."""
    return _EXTENSIONS.get(extension.casefold(), "application/octet-stream")


def is_video(extension: str) -> bool:
    """Tell whether what is named so is a film's file; the extension is without its dot."""
    return extension.casefold() in _EXTENSIONS


def _syncs(head: bytes) -> int:
    """Answer how many packets there are in a row, wherever the first one begins."""
    best = 0
    for start in range(min(PACKET, len(head))):
        bytes_there = head[start::PACKET]
        run = len(bytes_there) - len(bytes_there.lstrip(bytes((SYNC,))))
        best = max(best, run)
    return best


def _container_of_text(text: bytes) -> Container | None:
    if text[:7].upper() == b"#EXTM3U":
        return Container.HLS
    if not text.startswith(b"<"):
        return None
    return Container.DASH if b"<MPD" in text else Container.PAGE


def _container_of_audio(head: bytes) -> Container | None:
    frame = head[end_of_tag(head) :]
    if frame.startswith(b"\x0b\x77"):
        return Container.AC3
    if len(frame) < 2 or frame[0] != 0xFF:
        return None
    # MPEG-4 has the layer that MPEG audio has not.
    if frame[1] & 0xF6 == 0xF0:
        return Container.AAC
    return Container.MP3 if _begins_mpeg_audio(frame) else None


def _begins_mpeg_audio(frame: bytes) -> bool:
    """Tell whether version, layer, bit rate and sample rate are such as there are."""
    return (
        len(frame) > 2
        and frame[1] & 0xE0 == 0xE0
        and frame[1] & 0x18 != 0x08
        and frame[1] & 0x06 != 0
        and frame[2] & 0xF0 != 0xF0
        and frame[2] & 0x0C != 0x0C
    )
