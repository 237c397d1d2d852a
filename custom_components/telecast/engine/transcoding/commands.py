"""What FFmpeg is told to make of a piece of a stream."""

from dataclasses import dataclass

from ...formats import mpegts
from ...formats.ffmpeg import (
    Audio,
    Encode,
    Encoder,
    Output,
    Picture,
    TranscodeCommand,
    Video,
    arguments,
)
from ..processes.process import Build, Descriptors
from .pieces import Piece


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One output."""

    name: str
    """What it is called where people see it."""
    video: Video
    audio: Audio


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """All outputs of one FFmpeg."""

    outputs: tuple[Wanted, ...]
    key_frame_seconds: float | None
    """How far apart key frames are; None has them where the source has them."""

    @property
    def encodes(self) -> bool:
        """Whether any picture is encoded."""
        return any(isinstance(output.video, Encode) for output in self.outputs)


def command_for(order: Order, piece: Piece, encoder: Encoder, *, device: str) -> Build:
    """Answer what tells FFmpeg to make an order of a piece."""

    def build(pipes: Descriptors) -> list[str]:
        return arguments(
            TranscodeCommand(
                outputs=tuple(
                    Output(
                        descriptor=descriptor,
                        video=one.video,
                        audio=one.audio,
                    )
                    for descriptor, one in zip(
                        pipes.outputs, order.outputs, strict=True
                    )
                ),
                encoder=encoder,
                device=device,
                picture=picture_of(piece.video),
                key_frame_seconds=order.key_frame_seconds,
                first_pts=piece.pts,
                progress_descriptor=pipes.progress,
            )
        )

    return build


def picture_of(video: mpegts.Video | None) -> Picture:
    """Answer what is known of a picture, for FFmpeg's filters."""
    if video is None:
        return Picture()
    return Picture(
        width=video.width,
        height=video.height,
        sample_aspect=video.sample_aspect,
        frame_rate=video.frame_rate,
        interlaced=video.interlaced,
    )
