"""What HLS playlists say, as values (RFC 8216); addresses are absolute once parsed."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

IDENTITY = "identity"
"""The format of keys that are 16 plain bytes at their address (§4.3.2.4)."""

MAX_INTEGER = 2**64 - 1
"""The greatest decimal-integer (§4.2)."""


class PlaylistKind(StrEnum):
    """How a media playlist may change (§4.3.3.5)."""

    LIVE = "LIVE"
    """A sliding window: the one kind that has no tag, as it may drop segments."""
    EVENT = "EVENT"
    """Segments are only ever added."""
    VOD = "VOD"
    """Nothing changes any more."""


class AlternativeType(StrEnum):
    """What an alternative is an alternative of (§4.3.4.1)."""

    AUDIO = "AUDIO"
    VIDEO = "VIDEO"
    SUBTITLES = "SUBTITLES"
    CLOSED_CAPTIONS = "CLOSED-CAPTIONS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One quality of a stream, with a media playlist of its own (§4.3.4.2)."""

    bandwidth: int
    """At the peak, in bits a second; 0 where a foreign playlist does not say."""
    average_bandwidth: int | None = None
    resolution: tuple[int, int] | None = None
    """Width and height in pixels."""
    codecs: str = ""
    """As RFC 6381 writes them, between commas; empty where they are not told."""
    frame_rate: float | None = None
    """The highest one, in frames a second and to three decimals."""
    audio: str | None = None
    """The group of audio alternatives."""
    uri: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another rendition of the same content: a language, a camera (§4.3.4.1)."""

    type: AlternativeType
    group_id: str
    name: str
    language: str = ""
    default: bool = False
    autoselect: bool = False
    instream_id: str = ""
    """Of closed captions, which are within the video: `CC1` to `CC4`, `SERVICE1` to `63`."""
    uri: str | None = field(default=None, repr=False)
    """None where the variants' own segments hold it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterPlaylist:
    """The qualities of one stream (§4.3.4)."""

    variants: tuple[Variant, ...]
    alternatives: tuple[Alternative, ...] = ()
    independent_segments: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """How segments are encrypted (§4.3.2.4)."""

    method: str
    """`AES-128`, `SAMPLE-AES`, or the word of a foreign playlist; never `NONE`."""
    uri: str = field(repr=False)
    iv: bytes | None = field(default=None, repr=False)
    """16 bytes; None where each segment's sequence number stands for them."""
    keyformat: str = IDENTITY


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteRange:
    """A part of what an address holds, in bytes (§4.3.2.2)."""

    length: int
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """What a decoder has to be given before the segments (§4.3.2.5)."""

    uri: str = field(repr=False)
    byte_range: ByteRange | None = None
    key: Key | None = None
    """How it is encrypted itself, which may be other than its segments are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaSegment:
    """A few seconds of a stream (§4.3.2)."""

    uri: str = field(repr=False)
    duration: float
    """In seconds, and to microseconds."""
    title: str = ""
    discontinuity: bool = False
    """Whether it does not continue the segment before it."""
    key: Key | None = None
    map: Map | None = None
    byte_range: ByteRange | None = None
    program_date_time: datetime | None = None
    """Of its first picture, with a zone and to milliseconds; None where nothing tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaPlaylist:
    """The segments of one rendition, in order (§4.3.3)."""

    target_duration: int
    """In seconds; no segment is longer, rounded to whole seconds."""
    media_sequence: int = 0
    """The number of the first segment; the others count on from it."""
    discontinuity_sequence: int = 0
    """How many discontinuities there were before the first segment's own."""
    segments: tuple[MediaSegment, ...]
    kind: PlaylistKind = PlaylistKind.LIVE
    ended: bool = False
    """Whether no segment will follow; what is rendered as VOD always says so."""
    independent_segments: bool = False
    """Whether each segment can be decoded by itself (§4.3.5.1)."""
    blocks_reload: bool = False
    """Whether the server answers `?_HLS_msn=` once it has that segment.

    An extension of draft-pantos-hls-rfc8216bis (§4.4.3.8); others pass it over.
    """

    @property
    def duration(self) -> float:
        """Of all segments, in seconds."""
        return sum(segment.duration for segment in self.segments)
