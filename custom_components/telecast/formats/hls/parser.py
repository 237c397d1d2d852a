"""Playlists of foreign servers, lenient and bounded; nothing that they name is opened."""

import re

from . import attributes as read
from .errors import NotAPlaylistError
from .model import Alternative, AlternativeType, MasterPlaylist, MediaPlaylist, Variant
from .reading import begins_playlist, resolve, tags
from .segments import SegmentReader

MAX_VARIANTS = 1_000
"""That are taken of one playlist, and as many alternatives."""

_VARIANT = re.compile(r"(?:^|[\r\n])[ \t]*#EXT-X-STREAM-INF", re.IGNORECASE)
_ALTERNATIVE = re.compile(r"[\r\n][ \t]*#EXT-X-MEDIA[ \t]*:", re.IGNORECASE)
_SEGMENT = re.compile(r"[\r\n][ \t]*#EXTINF", re.IGNORECASE)
_FINAL = re.compile(
    r"[\r\n][ \t]*#EXT-X-(?:ENDLIST|PLAYLIST-TYPE[ \t]*:[ \t]*VOD)", re.IGNORECASE
)


def parse(text: str, base: str) -> MasterPlaylist | MediaPlaylist:
    """Read a playlist whose own address is `base`, as far as it makes sense.

    Addresses come out absolute and unchecked: what they may lead to is for the caller
    to say. Of more than MAX_SEGMENTS those of a live playlist are the newest ones.

    Raises NotAPlaylistError if the text does not begin with #EXTM3U.
    """
    if not begins_playlist(text):
        raise NotAPlaylistError("What came does not begin as an HLS playlist does")
    if _VARIANT.search(text):
        return _master(text, base)
    if _ALTERNATIVE.search(text) and not _SEGMENT.search(text):
        return _master(text, base)
    return _media(text, base)


def _media(text: str, base: str) -> MediaPlaylist:
    reader = SegmentReader(base, from_the_end=_FINAL.search(text) is None)
    for tag, value in tags(text):
        reader.read(tag, value)
    return reader.playlist()


def _master(text: str, base: str) -> MasterPlaylist:
    variants: list[Variant] = []
    alternatives: list[Alternative] = []
    independent = False
    announced: dict[str, str] | None = None
    for tag, value in tags(text):
        match tag:
            case "" if announced is not None:
                variants.append(_variant(announced, resolve(base, value)))
                announced = None
            case "#EXT-X-STREAM-INF" if len(variants) < MAX_VARIANTS:
                announced = read.parse_attributes(value)
            case "#EXT-X-MEDIA" if len(alternatives) < MAX_VARIANTS:
                alternatives += _alternative(read.parse_attributes(value), base)
            case "#EXT-X-INDEPENDENT-SEGMENTS":
                independent = True
    return MasterPlaylist(
        variants=tuple(variants),
        alternatives=tuple(alternatives),
        independent_segments=independent,
    )


def _variant(attributes: dict[str, str], uri: str) -> Variant:
    rate = read.parse_float(attributes.get("FRAME-RATE", ""))
    return Variant(
        bandwidth=read.parse_integer(attributes.get("BANDWIDTH", "")) or 0,
        average_bandwidth=read.parse_integer(attributes.get("AVERAGE-BANDWIDTH", ""))
        or None,
        resolution=read.parse_resolution(attributes.get("RESOLUTION", "")),
        codecs=attributes.get("CODECS", "").strip(),
        frame_rate=round(rate, 3) if rate else None,
        audio=attributes.get("AUDIO") or None,
        uri=uri,
    )


def _alternative(attributes: dict[str, str], base: str) -> list[Alternative]:
    """Answer an alternative, or none of a kind or a group that nobody can name."""
    kind, group = attributes.get("TYPE", "").upper(), attributes.get("GROUP-ID", "")
    if kind not in set(AlternativeType) or not group:
        return []
    uri = attributes.get("URI")
    return [
        Alternative(
            type=AlternativeType(kind),
            group_id=group,
            name=attributes.get("NAME", ""),
            language=attributes.get("LANGUAGE", ""),
            default=attributes.get("DEFAULT", "").upper() == "YES",
            autoselect=attributes.get("AUTOSELECT", "").upper() == "YES",
            instream_id=attributes.get("INSTREAM-ID", ""),
            uri=resolve(base, uri) if uri else None,
        )
    ]
