"""What is said of a rendition: in the master playlist, and to people."""

from pathlib import Path
from typing import Any

from ...formats import hls
from ...formats.ffmpeg import rendition
from ..transcoding.pieces import Piece
from .plan import Plan, Way, codecs_of, size_of
from .track import Track


def variant_of(plan: Plan, piece: Piece, track: Track) -> hls.Variant:
    """Answer a rendition as the master playlist lists it.

    What is copied is described by the segments that there are, what is encoded by what
    the encoder is told.
    """
    name = track.name
    way = plan.way(name, piece)
    if way is Way.ENCODE:
        peak = average = rendition(name).bandwidth
    else:
        peak, average = track.rate
    return hls.Variant(
        uri=track.playlist_name,
        bandwidth=peak,
        average_bandwidth=average,
        resolution=size_of(rendition(name), way, piece),
        codecs=codecs_of(piece, way),
        frame_rate=piece.video.frame_rate if piece.video else None,
    )


def quality_of(plan: Plan, piece: Piece, track: Track, folder: Path) -> dict[str, Any]:
    """Answer a rendition as JSON: bit rate in kbit/s, and where its files lie."""
    variant = variant_of(plan, piece, track)
    return {
        "level": track.name,
        "bitrate": variant.bandwidth // 1000,
        "resolution": "x".join(map(str, variant.resolution or ())),
        "segment_path": str(folder / hls.segment_pattern(track.name)),
        "playlist_path": str(folder / track.playlist_name),
    }
