"""Which renditions a channel is offered in, and how each of them comes about."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from ...formats.ffmpeg import (
    RENDITIONS,
    AudioEncode,
    Copy,
    Encode,
    Rendition,
    rendition,
    size_in,
)
from ...formats.mpegts import Program
from ..transcoding.commands import Order, Wanted, picture_of
from ..transcoding.pieces import Piece

# What every player of HLS takes in a transport stream (hls.js, AVPlayer, ExoPlayer).
_PLAYABLE_VIDEO = frozenset({"h264"})
_PLAYABLE_AUDIO = frozenset({"aac"})
_AAC = "mp4a.40.2"
# What our own encodes are at most: High profile, level 4.0.
_H264 = "avc1.640028"


class Way(StrEnum):
    """How a rendition is made from a piece of the stream."""

    COPY = "copy"
    """Cut out of the stream as it is, without FFmpeg."""
    REMUX = "remux"
    """The picture as it is, the sound encoded anew."""
    ENCODE = "encode"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The renditions of a channel, from the best to the smallest.

    Their names stay for as long as the channel is packaged, whatever its upstream turns
    into: a player that watches one of them goes on with it.
    """

    names: tuple[str, ...]
    """Those that the master playlist lists."""
    seconds: float
    """How long the shortest segments are to be."""

    @property
    def top(self) -> str:
        """The one that is as good as the stream itself."""
        return self.names[0]

    def order(self, names: Collection[str], piece: Piece) -> Order:
        """Order from FFmpeg what of some renditions cannot be copied."""
        known = [one.name for one in RENDITIONS if one.name in names]
        ways = {name: self.way(name, piece) for name in known}
        copies = self.way(self.top, piece) is not Way.ENCODE
        return Order(
            outputs=tuple(
                Wanted(
                    name=name,
                    video=Encode(rendition(name)) if way is Way.ENCODE else Copy(),
                    audio=AudioEncode(),
                )
                for name, way in ways.items()
                if way is not Way.COPY
            ),
            # What is copied is cut at the source's key frames; the others follow.
            key_frame_seconds=None if copies else self.seconds,
        )

    def way(self, name: str, piece: Piece) -> Way:
        """Answer how to make a rendition from a piece."""
        if name != self.top or not _video_is_playable(piece.program):
            return Way.ENCODE
        return Way.COPY if _audio_is_playable(piece.program) else Way.REMUX


def plan_for(piece: Piece, *, seconds: float) -> Plan:
    """Plan for a channel by the first piece of its stream: nothing is made larger.

    The best rendition is named after the least that holds the whole picture; below it
    come those that are smaller. `seconds` is what the shortest segments are to last.
    """
    names = [rendition.name for rendition in RENDITIONS]
    height = piece.video.height if piece.video else RENDITIONS[0].height
    if not piece.program.has_video:
        return Plan(names=tuple(names[-1:]), seconds=seconds)
    holding = [rendition for rendition in RENDITIONS if rendition.height >= height]
    return Plan(names=tuple(names[max(0, len(holding) - 1) :]), seconds=seconds)


def size_of(wanted: Rendition, way: Way, piece: Piece) -> tuple[int, int] | None:
    """Answer the width and height that a rendition has, in pixels; None without picture."""
    picture = picture_of(piece.video)
    if not piece.program.has_video:
        return None
    if picture.known and way is not Way.ENCODE:
        return picture.width, picture.height
    return size_in(picture, wanted)


def codecs_of(piece: Piece, way: Way) -> str:
    """Answer the codecs of a rendition as RFC 6381 names them."""
    video = piece.video
    kinds = []
    if piece.program.has_video:
        copied = way is not Way.ENCODE and video and video.codec_string
        kinds.append(copied or _H264)
    if piece.program.audio:
        kinds.append(_AAC)
    return ",".join(kinds)


def _video_is_playable(program: Program) -> bool:
    return program.video is None or program.video.codec in _PLAYABLE_VIDEO


def _audio_is_playable(program: Program) -> bool:
    return program.audio is None or program.audio.codec in _PLAYABLE_AUDIO
