"""Renders media playlists that keep to RFC 8216, or says why it cannot."""

from collections.abc import Iterator
from datetime import UTC, datetime
import math
import re

from . import attributes as say
from .errors import InvalidDurationError, InvalidKeyError, InvalidTimeError
from .model import IDENTITY, Key, Map, MediaPlaylist, MediaSegment, PlaylistKind
from .window import DECIMALS, rounded

_METHOD = re.compile("[A-Za-z0-9-]+")


def render_media(playlist: MediaPlaylist) -> str:
    """Write a media playlist (§4.3.2, §4.3.3).

    Raises InvalidDurationError, InvalidKeyError, InvalidNumberError, InvalidTextError or
    InvalidTimeError.
    """
    return "".join(f"{line}\n" for line in _lines(playlist))


def _lines(playlist: MediaPlaylist) -> Iterator[str]:
    yield "#EXTM3U"
    yield f"#EXT-X-VERSION:{max(map(_version, playlist.segments), default=3)}"
    yield from _header(playlist)
    yield from _segments(playlist)
    if playlist.ended or playlist.kind is PlaylistKind.VOD:
        yield "#EXT-X-ENDLIST"


def _version(segment: MediaSegment) -> int:
    """Answer the lowest version of the protocol that knows all that is used (§7)."""
    if segment.map:
        return 6
    if segment.key and segment.key.keyformat != IDENTITY:
        return 5
    return 4 if segment.byte_range else 3  # for the decimals of its duration


def _header(playlist: MediaPlaylist) -> Iterator[str]:
    if playlist.target_duration < 1:
        raise InvalidDurationError("A target duration is one second at least")
    yield f"#EXT-X-TARGETDURATION:{say.render_integer(playlist.target_duration)}"
    yield f"#EXT-X-MEDIA-SEQUENCE:{say.render_integer(playlist.media_sequence)}"
    if playlist.discontinuity_sequence or _may_lose_discontinuities(playlist):
        number = say.render_integer(playlist.discontinuity_sequence)
        yield f"#EXT-X-DISCONTINUITY-SEQUENCE:{number}"
    if playlist.kind is not PlaylistKind.LIVE:
        yield f"#EXT-X-PLAYLIST-TYPE:{playlist.kind}"
    if playlist.independent_segments:
        yield "#EXT-X-INDEPENDENT-SEGMENTS"
    if playlist.blocks_reload:
        yield "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES"


def _may_lose_discontinuities(playlist: MediaPlaylist) -> bool:
    """Tell whether segments may go from a playlist that then has to count them (§6.2.2)."""
    live = playlist.kind is PlaylistKind.LIVE and not playlist.ended
    return live and any(segment.discontinuity for segment in playlist.segments)


def _segments(playlist: MediaPlaylist) -> Iterator[str]:
    key: Key | None = None
    initial: Map | None = None
    for number, segment in enumerate(playlist.segments, playlist.media_sequence):
        if segment.discontinuity:
            yield "#EXT-X-DISCONTINUITY"
        if segment.map != initial:
            initial = _next_map(segment.map)
            yield from _key_change(key, initial.key)
            key = initial.key
            yield _map(initial)
        yield from _key_change(key, segment.key)
        key = segment.key
        if segment.program_date_time:
            yield f"#EXT-X-PROGRAM-DATE-TIME:{_time(segment.program_date_time)}"
        yield _extinf(segment, number, playlist.target_duration)
        if segment.byte_range:
            yield f"#EXT-X-BYTERANGE:{say.render_byte_range(segment.byte_range)}"
        yield say.render_address(segment.uri)


def _extinf(segment: MediaSegment, number: int, target: int) -> str:
    duration = segment.duration
    if not (math.isfinite(duration) and duration >= 0):
        raise InvalidDurationError(f"Segment {number} cannot last {duration} s")
    if rounded(duration) > target:
        raise InvalidDurationError(
            f"Segment {number} lasts {duration:g} s, longer than the target duration of "
            f"{target} s (RFC 8216 §4.3.3.1)"
        )
    seconds = say.render_float(duration, DECIMALS)
    return f"#EXTINF:{seconds},{say.render_text(segment.title)}"


def _key_change(before: Key | None, after: Key | None) -> Iterator[str]:
    if before == after:
        return
    # A key of one format does not end that of another (§4.3.2.4).
    if after is None or (before and before.keyformat != after.keyformat):
        yield "#EXT-X-KEY:METHOD=NONE"
    if after:
        yield _key(after)


def _key(key: Key) -> str:
    if key.method == "NONE" or not _METHOD.fullmatch(key.method):
        raise InvalidKeyError("A key has a method, and it is a single word")
    if key.iv is not None and len(key.iv) != 16:
        raise InvalidKeyError("An initialisation vector has 16 bytes (§4.3.2.4)")
    plain = key.keyformat == IDENTITY
    pairs = say.render_attributes(
        ("METHOD", key.method),
        ("URI", say.render_quoted_address(key.uri)),
        ("IV", None if key.iv is None else f"0x{key.iv.hex().upper()}"),
        ("KEYFORMAT", None if plain else say.render_quoted(key.keyformat)),
    )
    return f"#EXT-X-KEY:{pairs}"


def _next_map(initial: Map | None) -> Map:
    if initial is None:
        raise InvalidKeyError(
            "A map applies until the next one: none cannot follow one"
        )
    if initial.key and initial.key.method == "AES-128" and initial.key.iv is None:
        raise InvalidKeyError("The key of a map needs an IV (RFC 8216 §4.3.2.5)")
    return initial


def _map(initial: Map) -> str:
    part = initial.byte_range
    pairs = say.render_attributes(
        ("URI", say.render_quoted_address(initial.uri)),
        # Here the range is in quotes; that of a segment is not (§4.3.2.5).
        ("BYTERANGE", f'"{say.render_byte_range(part)}"' if part else None),
    )
    return f"#EXT-X-MAP:{pairs}"


def _time(time: datetime) -> str:
    offset = time.utcoffset()
    if offset is None:
        raise InvalidTimeError("The time of a segment needs a zone (RFC 8216 §4.3.2.6)")
    # ISO 8601 knows zones of whole minutes only.
    told = time.astimezone(UTC) if offset.seconds % 60 or offset.microseconds else time
    return told.isoformat(timespec="milliseconds")
