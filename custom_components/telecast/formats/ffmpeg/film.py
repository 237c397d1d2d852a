"""From a film that comes through a pipe to one transport stream, from some place on."""

from dataclasses import dataclass, field

from .encoders import DEVICE, Encoder, device_options
from .errors import InvalidSeekError
from .filters import graph, label
from .inputs import Piped, pipe_input
from .outputs import AudioCopy, Copy, Encode, Output, audio_options, transport_stream
from .picture import Picture
from .transcode import QUIET, probing
from .video import video_options

# A film may tell of its parts late, and nobody misses its first second meanwhile.
_PROBE_MICROSECONDS = 5_000_000
_PROBE_BYTES = 5_000_000
_KEY_FRAME_SECONDS = 2.0
_UNKNOWN = Picture()


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmCommand:
    """Writes a film's first video, and its audio: all of it where it is copied."""

    source: Piped = field(default_factory=Piped)
    output: Output = field(
        default_factory=lambda: Output(video=Copy(), audio=AudioCopy())
    )
    seek_seconds: float = 0
    """What comes before is read and left out: a pipe cannot be wound on."""
    encoder: Encoder = Encoder.NONE
    device: str = DEVICE
    progress_descriptor: int | None = None


def film_arguments(command: FilmCommand) -> list[str]:
    """Answer the command's arguments, without the binary's name.

    Raises InvalidSeekError.
    """
    if command.seek_seconds < 0:
        raise InvalidSeekError("A film begins at 0 seconds")
    video, audio = command.output.video, command.output.audio
    arguments = list(QUIET)
    if command.progress_descriptor is not None:
        arguments += ["-progress", f"pipe:{command.progress_descriptor}"]
    if isinstance(video, Encode):
        arguments += device_options(command.encoder, command.device)
    arguments += probing(_PROBE_MICROSECONDS, _PROBE_BYTES)
    arguments += ["-fflags", "+genpts", *pipe_input(command.source)]
    if isinstance(video, Encode):
        filters = graph(_UNKNOWN, [video.rendition], command.encoder)
        arguments += ["-filter_complex", filters, "-map", label(0)]
        arguments += video_options(
            video.rendition,
            command.encoder,
            _UNKNOWN,
            key_frame_seconds=_KEY_FRAME_SECONDS,
        )
    else:
        arguments += ["-map", "0:v:0?", "-c:v", "copy"]
    if audio:
        which = "0:a?" if isinstance(audio, AudioCopy) else "0:a:0?"
        arguments += ["-map", which, *audio_options(audio)]
    if command.seek_seconds:
        arguments += ["-ss", f"{command.seek_seconds:.3f}"]
    return [*arguments, *transport_stream(command.output.descriptor)]
