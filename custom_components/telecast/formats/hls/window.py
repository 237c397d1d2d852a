"""The sliding window of a live stream (RFC 8216 §6.2.2), and how long a segment counts."""

from collections.abc import Iterable, Sequence

from .model import MediaPlaylist, MediaSegment

SHORTEST_WINDOW = 3
"""In target durations: no live playlist may become shorter by losing segments."""

DECIMALS = 6
"""Of a duration as it is written, so that it counts as it is read."""


def rounded(duration: float) -> int:
    """Round seconds as durations are before they are compared with the target (§4.3.3.1).

    A half goes up, so that no player thinks a segment longer than it may be.
    """
    return int(round(duration, DECIMALS) + 0.5)


def target_duration_of(segments: Iterable[MediaSegment]) -> int:
    """Answer the least target duration that fits all segments, at least 1 (§4.3.3.1)."""
    return max((rounded(segment.duration) for segment in segments), default=1) or 1


def window(
    segments: Sequence[MediaSegment],
    *,
    size: int = 0,
    media_sequence: int = 0,
    discontinuity_sequence: int = 0,
    target_duration: int | None = None,
    ended: bool = False,
    independent_segments: bool = False,
) -> MediaPlaylist:
    """Answer the live playlist of the last `size` segments, or of all if it is 0.

    `segments` are all that are kept; both sequence numbers are those of the first of
    them. More than `size` remain where those last less than three target durations.

    A target duration must stay the same as long as a stream lives: without one, it is
    that of the longest segment kept, which is right only for as long as that is.
    """
    target = target_duration or target_duration_of(segments)
    first = _first(segments, size, target) if size > 0 else 0
    lost = sum(segment.discontinuity for segment in segments[:first])
    return MediaPlaylist(
        target_duration=target,
        media_sequence=media_sequence + first,
        # The first segment's own tag stays in the playlist, and counts there.
        discontinuity_sequence=discontinuity_sequence + lost,
        segments=tuple(segments[first:]),
        ended=ended,
        independent_segments=independent_segments,
    )


def _first(segments: Sequence[MediaSegment], size: int, target: int) -> int:
    """Answer the index of the first segment that stays."""
    first = max(0, len(segments) - size)
    lasting = sum(segment.duration for segment in segments[first:])
    while first and round(lasting, DECIMALS) < SHORTEST_WINDOW * target:
        first -= 1
        lasting += segments[first].duration
    return first
