"""The names of a stream's files, as FFmpeg is told to write them and viewers ask for them."""

from collections.abc import Iterable
import re

from .errors import InvalidNameError
from .model import MediaSegment

MASTER = "master.m3u8"
"""The playlist that names the renditions'."""

SEGMENT_SECONDS = 6.0
"""How long a segment lasts when nothing but its name is known."""

# A rendition has no underscore, a number no needless zero: each name has one meaning.
_RENDITION = r"[a-z0-9]{1,32}"
_NUMBER = r"[0-9]{3}|[1-9][0-9]{3,17}"
_IS_RENDITION = re.compile(_RENDITION)
_SEGMENT = re.compile(rf"({_RENDITION})_segment_({_NUMBER})\.ts")
_PLAYLIST = re.compile(rf"({_RENDITION})\.m3u8")
_END = 10**18


def playlist_name(rendition: str) -> str:
    """Name the playlist of a rendition (`720p.m3u8`); raises InvalidNameError."""
    return f"{_checked(rendition)}.m3u8"


def parse_playlist_name(name: str) -> str | None:
    """Answer whose playlist a name is, or None if it is no rendition's."""
    match = _PLAYLIST.fullmatch(name)
    return match[1] if match and name != MASTER else None


def segment_name(rendition: str, number: int) -> str:
    """Name a segment of a rendition (`720p_segment_007.ts`); raises InvalidNameError."""
    if not 0 <= number < _END:
        raise InvalidNameError(f"No segment can have the number {number}")
    return f"{_checked(rendition)}_segment_{number:03d}.ts"


def segment_pattern(rendition: str) -> str:
    """Name all segments of a rendition as FFmpeg wants it; raises InvalidNameError."""
    return f"{_checked(rendition)}_segment_%03d.ts"


def parse_segment_name(name: str) -> tuple[str, int] | None:
    """Answer the rendition and number that a name says, or None if it is no segment's."""
    match = _SEGMENT.fullmatch(name)
    return (match[1], int(match[2])) if match else None


def discover_segments(
    names: Iterable[str], *, rendition: str | None = None
) -> list[tuple[int, str]]:
    """Answer numbers and names of the segments among a folder's files, by number.

    With a rendition only its own count; files of other names are passed over.
    """
    return sorted(
        (parsed[1], name)
        for name in names
        if (parsed := parse_segment_name(name)) and rendition in {None, parsed[0]}
    )


def discovered(
    found: Iterable[tuple[int, str]], *, duration: float = SEGMENT_SECONDS
) -> tuple[MediaSegment, ...]:
    """Make segments of what was discovered, each of the same duration in seconds."""
    return tuple(MediaSegment(uri=name, duration=duration) for _, name in found)


def _checked(rendition: str) -> str:
    if not _IS_RENDITION.fullmatch(rendition) or f"{rendition}.m3u8" == MASTER:
        raise InvalidNameError("A rendition's name is of small letters and digits")
    return rendition
