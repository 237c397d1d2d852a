"""From one transport stream on standard input to one or more, decoded once."""

from dataclasses import dataclass, field

from ..mpegts import CLOCK, WRAP
from .encoders import DEVICE, Encoder, device_options
from .errors import EmptyOutputError
from .filters import graph, label
from .outputs import Encode, Output, audio_options, transport_stream
from .picture import Picture
from .video import video_options

QUIET = ("-hide_banner", "-nostats", "-loglevel", "warning")
PROBE_MICROSECONDS = 500_000
PROBE_BYTES = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscodeCommand:
    """Reads a transport stream at `pipe:0`, and writes its outputs.

    Time stamps come out as they went in, to the tick: what several commands make of one
    source fits together. A source whose clock leaps needs a new command, for the time of
    an output only goes forward.
    """

    outputs: tuple[Output, ...]
    encoder: Encoder = Encoder.NONE
    device: str = DEVICE
    picture: Picture = field(default_factory=Picture)
    key_frame_seconds: float | None = None
    """Force key frames this far apart; None has them where the source has them."""
    first_pts: int | None = None
    """When the first picture is shown, in ticks of 90 kHz, where it is known.

    Then forced key frames lie at multiples on the source's clock: commands that began at
    different places have the same ones.
    """
    progress_descriptor: int | None = None
    threads: int | None = None
    """For the decoder and for each encoder; None leaves it to FFmpeg."""
    probe_microseconds: int = PROBE_MICROSECONDS
    probe_bytes: int = PROBE_BYTES


def transcode_arguments(command: TranscodeCommand) -> list[str]:
    """Answer the command's arguments, without the binary's name.

    Raises EmptyOutputError and InvalidSegmentLengthError.
    """
    if not command.outputs:
        raise EmptyOutputError("Nothing is to be written")
    encodes = [out.video for out in command.outputs if isinstance(out.video, Encode)]
    arguments = [*QUIET, *_progress(command.progress_descriptor)]
    if encodes:
        arguments += device_options(command.encoder, command.device)
    arguments += _input(command)
    if encodes:
        renditions = [video.rendition for video in encodes]
        filters = graph(command.picture, renditions, command.encoder)
        arguments += ["-filter_complex", filters]
    encoded = 0
    for output in command.outputs:
        arguments += _output(command, output, label(encoded))
        encoded += isinstance(output.video, Encode)
    return arguments


def probing(microseconds: int, size: int) -> list[str]:
    """Answer the options that keep short what FFmpeg reads before it begins."""
    return ["-analyzeduration", str(microseconds), "-probesize", str(size)]


def _progress(descriptor: int | None) -> list[str]:
    if descriptor is None:
        return []
    return ["-progress", f"pipe:{descriptor}", "-stats_period", "1"]


def _input(command: TranscodeCommand) -> list[str]:
    threads = [] if command.threads is None else ["-threads", str(command.threads)]
    # In the minute before its clock begins anew, FFmpeg reads a source's time as negative,
    # and would drop or move what cannot be written. One turn of the clock on, nothing is.
    offset = ["-itsoffset", f"{WRAP / CLOCK:.6f}"]
    return [
        *probing(command.probe_microseconds, command.probe_bytes),
        *threads,
        *("-protocol_whitelist", "pipe", "-f", "mpegts"),
        *(*offset, "-copyts", "-i", "pipe:0"),
    ]


def _output(command: TranscodeCommand, output: Output, given_out: str) -> list[str]:
    if isinstance(output.video, Encode):
        options = ["-map", given_out]
        options += video_options(
            output.video.rendition,
            command.encoder,
            command.picture,
            key_frame_seconds=command.key_frame_seconds,
            first_pts=command.first_pts,
            threads=command.threads,
        )
    else:
        options = ["-map", "0:v:0?", "-c:v", "copy"]
    if output.audio:
        options += ["-map", "0:a:0?", *audio_options(output.audio)]
    return [*options, *transport_stream(output.descriptor)]
