"""What a player makes of a playlist: which variant, where to begin, with which IV."""

from .errors import EmptyVariantsError
from .model import MasterPlaylist, MediaPlaylist, MediaSegment, PlaylistKind, Variant

BEHIND = 3
"""Target durations that a player stays behind the end of a live playlist (§6.3.3)."""

# How the names of what is no picture begin (RFC 6381); whatever else there is may be one.
_NO_PICTURE = (
    *("mp4a", "ac-3", "ec-3", "ac-4", "opus", "flac", "alac", "mp3", "dts", "vorbis"),
    *("wvtt", "stpp"),
)


def may_be_video(codecs: str) -> bool:
    """Tell whether codecs, as a variant names them, leave room for a picture."""
    names = (codec.strip().lower() for codec in codecs.split(","))
    return not all(name.startswith(_NO_PICTURE) for name in names)


def has_video(variant: Variant) -> bool:
    """Tell whether a variant has pictures, as far as it says; in doubt it has."""
    return variant.resolution is not None or may_be_video(variant.codecs)


def best_variant(master: MasterPlaylist, *, max_height: int | None = None) -> Variant:
    """Answer the variant of the highest bandwidth that has video.

    Where all pictures are higher than `max_height`, the lowest of them is the best; one
    whose height is not told counts only where none is known to fit. What has no video
    is taken only where nothing has.

    Raises EmptyVariantsError.
    """
    if not master.variants:
        raise EmptyVariantsError("The playlist has no variant")
    # Of equals the first one counts: the order is the provider's.
    return max(master.variants, key=lambda variant: _worth(variant, max_height))


def live_edge(playlist: MediaPlaylist, *, behind: int = BEHIND) -> int:
    """Answer the index of the segment to begin with.

    It is the last one that begins at least `behind` target durations before the end
    (§6.3.3), and the first one of a playlist that has ended or is VOD.
    """
    if playlist.ended or playlist.kind is PlaylistKind.VOD:
        return 0
    left = float(behind * playlist.target_duration)
    for index in range(len(playlist.segments) - 1, 0, -1):
        left -= playlist.segments[index].duration
        if left <= 0:
            return index
    return 0


def iv_of(segment: MediaSegment, sequence: int) -> bytes:
    """Answer the initialisation vector of a segment, 16 bytes.

    Where the key has none, it is the segment's media sequence number (§5.2).
    """
    if segment.key and segment.key.iv is not None:
        return segment.key.iv
    return sequence.to_bytes(16)


def _worth(variant: Variant, max_height: int | None) -> tuple[bool, int, int, int, int]:
    """Rank a variant: video, within the limit, low if it is not, bandwidth, height."""
    height = variant.resolution[1] if variant.resolution else 0
    fits, excess = 2, 0
    if max_height is not None:
        if not height:
            fits = 1
        elif height > max_height:
            fits, excess = 0, height - max_height
    return has_video(variant), fits, -excess, variant.bandwidth, height
