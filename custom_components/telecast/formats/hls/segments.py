"""Media playlists as foreign servers write them: what can be understood is (§4.3.2, §4.3.3)."""

from collections import deque
from datetime import UTC, datetime
import math

from . import attributes as read
from .model import (
    IDENTITY,
    ByteRange,
    Key,
    Map,
    MediaPlaylist,
    MediaSegment,
    PlaylistKind,
)
from .reading import resolve
from .window import DECIMALS, target_duration_of

MAX_SEGMENTS = 50_000
"""That are taken of one playlist: more than three days."""

# A longer duration is no longer one; a film may be a single segment, though.
_MAX_SECONDS = 86_400


class SegmentReader:
    """Collects what the lines of a media playlist say."""

    def __init__(self, base: str, *, from_the_end: bool) -> None:
        """Resolve addresses against `base`; of too many segments keep the first ones.

        With `from_the_end` it is the newest ones that are kept.
        """
        self._base = base
        self._from_the_end = from_the_end
        self._segments: deque[MediaSegment] = deque()
        self._dropped = 0
        self._dropped_discontinuities = 0
        # Of the whole playlist.
        self._target = 0
        self._sequence = 0
        self._discontinuity_sequence = 0
        self._kind = PlaylistKind.LIVE
        self._ended = False
        self._independent = False
        # Of all segments from here on.
        self._keys: dict[str, Key] = {}
        self._map: Map | None = None
        # Of the last segment: its address, and where its range ended.
        self._range_of: tuple[str, int] = ("", 0)
        self._forget()

    def _forget(self) -> None:
        """Begin the next segment."""
        self._duration: float | None = None
        self._title = ""
        self._range = ""
        self._discontinuity = False
        self._time: datetime | None = None

    def read(self, tag: str, value: str) -> None:
        """Take a line: a tag in capitals with its value, or an address without a tag."""
        match tag:
            case "":
                self._add(value)
            case "#EXTINF":
                self._begin(value)
            case "#EXT-X-BYTERANGE":
                self._range = value
            case "#EXT-X-DISCONTINUITY":
                self._discontinuity = True
            case "#EXT-X-PROGRAM-DATE-TIME":
                self._time = _time(value)
            case "#EXT-X-KEY":
                self._change_key(read.parse_attributes(value))
            case "#EXT-X-MAP":
                self._change_map(read.parse_attributes(value))
            case _:
                self._read_header(tag, value)

    def playlist(self) -> MediaPlaylist:
        """Answer all that has been read."""
        return MediaPlaylist(
            target_duration=self._target or target_duration_of(self._segments),
            media_sequence=self._sequence + self._dropped,
            discontinuity_sequence=self._discontinuity_sequence
            + self._dropped_discontinuities,
            segments=tuple(self._segments),
            kind=self._kind,
            ended=self._ended,
            independent_segments=self._independent,
        )

    def _read_header(self, tag: str, value: str) -> None:
        match tag:
            case "#EXT-X-TARGETDURATION":
                self._target = math.ceil(_seconds(value) or 0)
            case "#EXT-X-MEDIA-SEQUENCE":
                self._sequence = read.parse_integer(value) or 0
            case "#EXT-X-DISCONTINUITY-SEQUENCE":
                self._discontinuity_sequence = read.parse_integer(value) or 0
            case "#EXT-X-PLAYLIST-TYPE":
                if (kind := value.strip().upper()) in {"EVENT", "VOD"}:
                    self._kind = PlaylistKind(kind)
            case "#EXT-X-ENDLIST":
                self._ended = True
            case "#EXT-X-INDEPENDENT-SEGMENTS":
                self._independent = True

    def _begin(self, value: str) -> None:
        duration, _, title = value.partition(",")
        seconds = _seconds(duration)
        # The segment counts all the same: without it all numbers after it were wrong.
        self._duration = float(self._target) if seconds is None else seconds
        self._title = title.strip()

    def _add(self, uri: str) -> None:
        if self._duration is None:
            return  # players pass over what no title announces
        if len(self._segments) == MAX_SEGMENTS:
            if not self._from_the_end:
                return
            self._dropped += 1
            self._dropped_discontinuities += self._segments.popleft().discontinuity
        uri = resolve(self._base, uri)
        self._segments.append(
            MediaSegment(
                uri=uri,
                duration=self._duration,
                title=self._title,
                discontinuity=self._discontinuity,
                key=self._key,
                map=self._map,
                byte_range=self._byte_range(uri),
                program_date_time=self._time,
            )
        )
        self._forget()

    def _byte_range(self, uri: str) -> ByteRange | None:
        """Answer the segment's range; without an offset it follows the one before it."""
        last_uri, end = self._range_of
        follows = end if uri == last_uri else 0
        part = read.parse_byte_range(self._range, follows=follows)
        self._range_of = (uri, part.offset + part.length) if part else ("", 0)
        return part

    @property
    def _key(self) -> Key | None:
        """Of several ways to get one key (§4.3.2.4) the plain one, or else the last one."""
        last = next(reversed(self._keys.values()), None)
        return self._keys.get(IDENTITY, last)

    def _change_key(self, attributes: dict[str, str]) -> None:
        method = attributes.get("METHOD", "").strip().upper()
        if method == "NONE":
            self._keys.clear()
        elif method:
            # One without an address is kept: what is encrypted must not pass for clear.
            uri = attributes.get("URI", "")
            keyformat = attributes.get("KEYFORMAT") or IDENTITY
            self._keys.pop(keyformat, None)
            self._keys[keyformat] = Key(
                method=method,
                uri=resolve(self._base, uri) if uri else "",
                iv=read.parse_iv(attributes.get("IV", "")),
                keyformat=keyformat,
            )

    def _change_map(self, attributes: dict[str, str]) -> None:
        if uri := attributes.get("URI"):
            part = read.parse_byte_range(attributes.get("BYTERANGE", ""))
            self._map = Map(
                uri=resolve(self._base, uri), byte_range=part, key=self._key
            )


def _seconds(text: str) -> float | None:
    seconds = read.parse_float(text)
    if seconds is None or seconds > _MAX_SECONDS:
        return None
    return round(seconds, DECIMALS)


def _time(text: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(text.strip().upper())
    except ValueError:
        return None
    # Without a zone it can only be meant as the others are.
    return time if time.tzinfo else time.replace(tzinfo=UTC)
