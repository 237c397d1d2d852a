"""What FFmpeg may open, and what each kind of it may lead to."""

from dataclasses import dataclass, field
from enum import StrEnum
import re

from .errors import EmptyInputError, InvalidInputError

TIMEOUT_MICROSECONDS = 10_000_000
"""After which a silent network input is given up."""

# A file of another kind (a playlist, a script of FFmpeg's) could name other files.
_CONTAINERS = ",".join(
    (
        *("mov", "matroska", "mpegts", "mpeg", "avi", "flv", "asf", "ogg", "wtv"),
        *("mpegvideo", "h264", "hevc", "mp3", "aac", "ac3", "eac3", "flac", "wav"),
    )
)
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*[:,]")
# Neither has a place in an address; both could be a further line of a request.
_BLANK = re.compile(r"[\x00-\x20\x7f]")

_TCP_TIMEOUT = ("-rw_timeout", str(TIMEOUT_MICROSECONDS))
_OTHER_TIMEOUT = ("-timeout", str(TIMEOUT_MICROSECONDS))
_RTSP = ("-rtsp_transport", "tcp", *_OTHER_TIMEOUT)
# For each scheme the protocols that it is made of, and its own options.
_NETWORK: dict[str, tuple[str, tuple[str, ...]]] = {
    "rtsp": ("tcp", _RTSP),
    "rtsps": ("tls,tcp", _RTSP),
    "rtmp": ("rtmp,tcp", ("-format_whitelist", "flv,live_flv", *_TCP_TIMEOUT)),
    "rtmps": ("rtmps,tls,tcp", ("-format_whitelist", "flv,live_flv", *_TCP_TIMEOUT)),
    "srt": ("srt", ("-f", "mpegts", *_OTHER_TIMEOUT)),
    "udp": ("udp", ("-f", "mpegts", "-overrun_nonfatal", "1", *_OTHER_TIMEOUT)),
    "rtp": ("rtp,udp", ()),
}
_WEB = {"http": "http,tcp", "https": "https,tls,tcp"}

NETWORK_SCHEMES = frozenset(_NETWORK)
"""What a `Network` may be."""


class Demuxer(StrEnum):
    """The containers that may come through a pipe, named as FFmpeg does."""

    MPEGTS = "mpegts"
    MP4 = "mp4"
    FLV = "flv"
    MATROSKA = "matroska"
    OGG = "ogg"
    AAC = "aac"
    MP3 = "mp3"
    AC3 = "ac3"
    AVI = "avi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piped:
    """What comes through a pipe."""

    descriptor: int = 0
    demuxer: Demuxer | None = None
    """None lets FFmpeg find out which of them it is."""
    offset_seconds: float = 0.0
    """When it begins, where its own clock begins at nought."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """What FFmpeg fetches itself; the address is one argument of the command."""

    url: str = field(repr=False)


def pipe_input(piped: Piped) -> list[str]:
    """Answer the options of an input that comes through a pipe."""
    if piped.demuxer:
        container = ["-f", piped.demuxer]
    else:
        container = ["-format_whitelist", ",".join(Demuxer)]
    offset = ["-itsoffset", f"{piped.offset_seconds:.6f}"]
    return [
        *(offset if piped.offset_seconds else []),
        *container,
        *("-protocol_whitelist", "pipe", "-i", f"pipe:{piped.descriptor}"),
    ]


def network_input(network: Network) -> list[str]:
    """Answer the options of an input from the network.

    Raises EmptyInputError, and InvalidInputError for what is no address of such a kind.
    """
    scheme = _scheme(network.url)
    if scheme not in _NETWORK:
        raise InvalidInputError("The address is of a kind that may not be opened")
    protocols, options = _NETWORK[scheme]
    return ["-protocol_whitelist", protocols, *options, "-i", network.url]


def file_input(address: str) -> list[str]:
    """Answer the options of an input that is a path, or an address of the web.

    Raises EmptyInputError and InvalidInputError.
    """
    if not address.strip():
        raise EmptyInputError("There is nothing to read")
    whitelist = ["-format_whitelist", _CONTAINERS, "-protocol_whitelist"]
    if _PREFIX.match(address):
        scheme = _scheme(address)
        if scheme not in _WEB:
            raise InvalidInputError("The address is of a kind that may not be opened")
        return [*whitelist, _WEB[scheme], *_TCP_TIMEOUT, "-i", address]
    if "\0" in address:
        raise InvalidInputError("No path has such characters")
    return [*whitelist, "file", "-i", f"file:{address}"]


def _scheme(address: str) -> str:
    if not address.strip():
        raise EmptyInputError("There is nothing to read")
    scheme, colon, rest = address.partition("://")
    if not colon or not rest or _BLANK.search(address):
        raise InvalidInputError("That is no address")
    return scheme.lower()
