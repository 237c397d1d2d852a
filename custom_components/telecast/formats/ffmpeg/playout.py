"""One item of a virtual channel, from some place in it on, as a piece of one stream.

Pieces that differ fit together: they have the same picture size, frame rate, pixel
format, audio layout and loudness, and time stamps that go on from one to the next. Each
is made by an FFmpeg of its own, so that one can be begun before the last has ended.
"""

from dataclasses import dataclass, field

from ..mpegts import CLOCK, WRAP
from .encoders import DEVICE, Encoder, device_options
from .errors import InvalidSeekError
from .filters import FIELDS, fitted, handed_to, label
from .outputs import SAMPLE_RATE, AudioEncode, audio_options, transport_stream
from .picture import Picture
from .probe import CONTAINERS
from .renditions import Rendition
from .transcode import QUIET
from .video import video_options

# As broadcasters have it (EBU R 128): programme loudness, its range, and true peak.
_LOUDNESS = "loudnorm=I=-23:LRA=11:TP=-2"
# A file whose picture or sound ends a little early goes on with its last picture, and
# with silence. One that ends much earlier is broken, and its piece ends there, too.
_HELD_SECONDS = 2
# The encoder adds a frame before the beginning, and fills up the last one.
_AAC_SAMPLES = 1024
_AUDIO_MARGIN_SECONDS = 2 * _AAC_SAMPLES / SAMPLE_RATE
# Who joins begins with one, and is to see what is on then.
_KEY_FRAME_SECONDS = 0.8
# What is copied ends a little early: what follows may have pictures that are sent before
# they are shown by other times than this has.
_COPY_MARGIN_SECONDS = 0.12
# Whoever has seen one programme map takes another of the same version for the same.
_COPY_TABLES = 1
# Where key frames begin no new sequence (open groups), FFmpeg would leave out what a
# decoder needs to begin with them. In front of it stands a delimiter, if any.
_DESCRIBED = "h264_mp4toannexb,filter_units=remove_types=9,dump_extra=freq=keyframe"
_AUDIO = "[a0]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """What all items of a channel are made into."""

    rendition: Rendition
    """Its width and height are those of the picture, whatever an item's are."""
    frame_rate: int = 25
    audio: AudioEncode = field(default_factory=AudioEncode)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayoutCommand:
    """Reads the file on standard input, and writes a piece of it to a pipe.

    The file must be one that can be wound on; no path is told.
    """

    descriptor: int = 1
    seek: float = 0.0
    """Where in the item to begin, in seconds."""
    seconds: float
    """How long the piece is."""
    first_pts: int
    """When the piece begins on the stream's clock, in ticks of 90 kHz."""
    norm: Norm | None
    """None copies picture and sound as they are.

    Then the picture begins with a key frame, wherever that lies; see `early`.
    """
    early: bool = False
    """Whether a copy begins with the key frame before `seek`, its time stamps earlier
    than `first_pts`; else with the first one after it, while the sound begins at once.
    """
    run_up: float = 0.0
    """How many seconds before `seek` are read, too: some files can only be entered at a
    picture that comes too late. What is copied has none.
    """
    codec: str = ""
    """What the picture is coded in, as FFmpeg calls it, where it is copied."""
    picture: int | None = 0
    """Which of the file's pictures is played, counted from 0; None where it has none."""
    sound: int | None = 0
    encoder: Encoder = Encoder.NONE
    device: str = DEVICE
    progress_descriptor: int | None = None


def playout_arguments(command: PlayoutCommand) -> list[str]:
    """Answer the command's arguments, without the binary's name.

    Raises InvalidSeekError for a piece that begins before the item, or lasts no time.
    """
    if not 0 <= command.run_up <= command.seek or command.seconds <= 0:
        raise InvalidSeekError("A piece begins in its item, and lasts some time")
    # What is on standard input would be taken for commands otherwise.
    arguments = [*QUIET, "-nostdin"]
    if command.progress_descriptor is not None:
        arguments += ["-progress", f"pipe:{command.progress_descriptor}"]
    made = _copied(command) if command.norm is None else _encoded(command, command.norm)
    seconds = command.seconds - (_COPY_MARGIN_SECONDS if command.norm is None else 0)
    # FFmpeg would move what lies before nought. One turn of the clock on, nothing does.
    start = (command.first_pts % WRAP + WRAP) / CLOCK
    return [
        *arguments,
        *(device_options(command.encoder, command.device) if command.norm else []),
        *_file(command),
        *made,
        *("-t", f"{max(seconds, 0.001):.3f}", "-output_ts_offset", f"{start:.6f}"),
        *("-avoid_negative_ts", "disabled"),
        *transport_stream(command.descriptor),
    ]


def _file(command: PlayoutCommand) -> list[str]:
    begin, seconds = command.seek - command.run_up, command.seconds + command.run_up
    seek = ["-ss", f"{begin:.3f}"] if begin else []
    return [
        *("-format_whitelist", CONTAINERS, "-protocol_whitelist", "file"),
        *(*seek, "-t", f"{seconds:.3f}", "-i", "file:/dev/fd/0"),
    ]


def _copied(command: PlayoutCommand) -> list[str]:
    described = ["-bsf:v", _DESCRIBED] if command.codec == "h264" else []
    return [
        *("-map", "0:v:0?", "-map", "0:a:0?", "-c", "copy", *described),
        *("-copypriorss", str(int(command.early))),
        *("-tables_version", str(_COPY_TABLES)),
    ]


def _encoded(command: PlayoutCommand, norm: Norm) -> list[str]:
    picture = Picture(frame_rate=norm.frame_rate)
    filters = f"{_video(command, norm)};{_sound(command)}"
    return [
        *("-filter_complex", filters, "-map", label(0)),
        *video_options(
            norm.rendition,
            command.encoder,
            picture,
            key_frame_seconds=_KEY_FRAME_SECONDS,
        ),
        *("-map", _AUDIO, *audio_options(norm.audio)),
    ]


def _video(command: PlayoutCommand, norm: Norm) -> str:
    width, height = norm.rendition.width, norm.rendition.height
    if command.picture is not None:
        chain = [f"[0:v:{command.picture}]{FIELDS}"]
        if command.run_up:
            chain += [f"trim=start={command.run_up:.3f}"]
            chain += [f"setpts=PTS-{command.run_up:.3f}/TB"]
        chain += [*fitted(width, height), "setsar=1"]
        chain += [f"fps={norm.frame_rate}:start_time=0"]
        chain += [f"tpad=stop_mode=clone:stop_duration={_HELD_SECONDS}"]
    else:
        chain = [f"color=black:size={width}x{height}:rate={norm.frame_rate}"]
    chain += [f"trim=end={command.seconds:.3f}", *handed_to(command.encoder)]
    return ",".join(chain) + label(0)


def _sound(command: PlayoutCommand) -> str:
    layout = f"sample_rates={SAMPLE_RATE}:channel_layouts=stereo"
    if command.sound is not None:
        # As it is, so that what follows may be anything.
        chain = [f"[0:a:{command.sound}]anull"]
        if command.run_up:
            chain += [f"atrim=start={command.run_up:.3f}"]
            chain += [f"asetpts=PTS-{command.run_up:.3f}/TB"]
        # Loudness is measured at four times the rate: of two channels rather than six.
        chain += ["aresample=async=1:first_pts=0", f"aformat={layout}", _LOUDNESS]
        chain += [f"aformat={layout}", f"apad=pad_dur={_HELD_SECONDS}"]
    else:
        chain = [f"anullsrc=sample_rate={SAMPLE_RATE}:channel_layout=stereo"]
    end = max(command.seconds - _AUDIO_MARGIN_SECONDS, _AUDIO_MARGIN_SECONDS)
    return ",".join([*chain, f"atrim=end={end:.6f}"]) + _AUDIO
