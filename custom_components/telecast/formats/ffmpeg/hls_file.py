"""From a file to an HLS playlist with its segments, all written by FFmpeg."""

from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ..hls import PlaylistKind, parse_playlist_name, playlist_name, segment_pattern
from .encoders import DEVICE, Encoder, device_options
from .errors import (
    EmptyOutputError,
    InvalidListSizeError,
    InvalidOutputError,
    InvalidSeekError,
)
from .filters import graph, label
from .inputs import file_input
from .outputs import AudioEncode, audio_options
from .picture import Picture
from .renditions import Rendition
from .transcode import QUIET
from .video import video_options


@dataclass(frozen=True, slots=True, kw_only=True)
class HlsFileCommand:
    """Encodes a file in one rendition, from some place on."""

    input: str = field(repr=False)
    """A path, or an http(s) address."""
    output: str
    """The path of the playlist, absolute; its name is a rendition's (`1080p.m3u8`).

    The segments lie beside it.
    """
    rendition: Rendition
    encoder: Encoder = Encoder.NONE
    device: str = DEVICE
    picture: Picture = field(default_factory=Picture)
    seek_seconds: float = 0
    segment_seconds: float = 6
    list_size: int = 10
    """How many segments a live playlist lists; those that it lists no more are deleted."""
    kind: PlaylistKind = PlaylistKind.LIVE
    paced: bool = False
    """Whether it is read no faster than it plays."""


def hls_arguments(command: HlsFileCommand) -> list[str]:
    """Answer the command's arguments, without the binary's name.

    Raises EmptyInputError, InvalidInputError, InvalidSeekError, EmptyOutputError,
    InvalidOutputError, InvalidSegmentLengthError and InvalidListSizeError.
    """
    _check(command)
    video = video_options(
        command.rendition,
        command.encoder,
        command.picture,
        key_frame_seconds=command.segment_seconds,
    )
    audio = AudioEncode(kbps=command.rendition.audio_kbps)
    filters = graph(command.picture, [command.rendition], command.encoder)
    return [
        *(*QUIET, "-nostdin", "-y"),
        *device_options(command.encoder, command.device),
        *(["-re"] if command.paced else []),
        *(["-ss", f"{command.seek_seconds:.3f}"] if command.seek_seconds else []),
        *file_input(command.input),
        *("-filter_complex", filters, "-map", label(0), *video),
        *("-map", "0:a:0?", *audio_options(audio)),
        *("-f", "hls", "-hls_time", f"{command.segment_seconds:g}"),
        *_playlist(command),
        *("-hls_segment_filename", _segments_of(command.output), command.output),
    ]


def output_path(folder: str, channel_id: str, rendition: str) -> str:
    """Answer where a channel's playlist is: `/streams/news/1080p.m3u8`.

    Raises InvalidOutputError for an id that leads elsewhere, InvalidNameError of HLS for
    what can be no rendition's name.
    """
    if channel_id in ("", ".", "..") or "/" in channel_id:
        raise InvalidOutputError("The channel's id is no name of a folder")
    return str(PurePosixPath(folder, channel_id, playlist_name(rendition)))


def _check(command: HlsFileCommand) -> None:
    if not command.output.strip():
        raise EmptyOutputError("There is nowhere to write")
    # Only what begins so is certain to be neither an option nor a protocol.
    if not command.output.startswith("/") or "\0" in command.output:
        raise InvalidOutputError("A playlist is written to an absolute path")
    if "%" in command.output:
        raise InvalidOutputError("FFmpeg would write the number of a segment there")
    if command.seek_seconds < 0:
        raise InvalidSeekError("A file begins at 0 seconds")
    if command.list_size <= 0:
        raise InvalidListSizeError("A playlist must list at least one segment")


def _playlist(command: HlsFileCommand) -> list[str]:
    if command.kind is PlaylistKind.LIVE:
        size = str(command.list_size)
        return ["-hls_list_size", size, "-hls_flags", "delete_segments"]
    return ["-hls_list_size", "0", "-hls_playlist_type", command.kind.lower()]


def _segments_of(playlist: str) -> str:
    path = PurePosixPath(playlist)
    rendition = parse_playlist_name(path.name)
    if rendition is None:
        raise InvalidOutputError("A playlist is named after its rendition")
    return str(path.with_name(segment_pattern(rendition)))
