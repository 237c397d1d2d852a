"""A slate: a still picture and silence, for when there is nothing else to show."""

from dataclasses import dataclass

from .encoders import Encoder
from .filters import graph, label
from .outputs import SAMPLE_RATE, AudioEncode, audio_options, transport_stream
from .picture import Picture
from .renditions import Rendition
from .transcode import QUIET
from .video import video_options

FRAME_RATE = 25

_LARGEST = Rendition(
    name="slate", width=1280, height=720, video_kbps=800, audio_kbps=64
)
_AAC_SAMPLES = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class SlateCommand:
    """Reads one picture at `pipe:0`, and writes a transport stream to `pipe:1`.

    It can be shown over and over without a seam if `seconds` is a multiple of 8: then as
    many whole frames of audio fit into it.
    """

    seconds: int = 8
    raw_size: tuple[int, int] | None = None
    """Width and height where the picture is raw (rgb24); None where it is a PNG."""


def slate_arguments(command: SlateCommand) -> list[str]:
    """Answer the command's arguments, without the binary's name."""
    picture = _picture(command.raw_size)
    # FFmpeg ends all parts with the first one that has all its frames (`-frames`), so
    # each is as long as it is to be from the beginning.
    repeats = command.seconds * FRAME_RATE - 1
    looped = f"{label(0)}loop=loop={repeats}:size=1[still]"
    filters = f"{graph(picture, [_LARGEST], Encoder.NONE)};{looped}"
    return [
        *QUIET,
        *_still(command.raw_size),
        *("-f", "lavfi", "-i", _silence(command.seconds)),
        *("-filter_complex", filters, "-map", "[still]"),
        *video_options(_LARGEST, Encoder.NONE, picture, key_frame_seconds=1),
        *("-map", "1:a:0", *audio_options(AudioEncode(kbps=_LARGEST.audio_kbps))),
        *transport_stream(1),
    ]


def _picture(size: tuple[int, int] | None) -> Picture:
    width, height = size or (0, 0)
    return Picture(width=width, height=height, frame_rate=FRAME_RATE, interlaced=False)


def _still(size: tuple[int, int] | None) -> list[str]:
    if size is None:
        container = ["-f", "png_pipe"]
    else:
        width, height = size
        container = ["-f", "rawvideo", "-pixel_format", "rgb24"]
        container += ["-video_size", f"{width}x{height}"]
    rate = ["-framerate", str(FRAME_RATE)]
    return [*container, *rate, "-protocol_whitelist", "pipe", "-i", "pipe:0"]


def _silence(seconds: int) -> str:
    # The encoder adds one frame, which comes before the beginning.
    frames = seconds * SAMPLE_RATE // _AAC_SAMPLES - 1
    end = frames * _AAC_SAMPLES
    return f"anullsrc=r={SAMPLE_RATE}:cl=stereo,atrim=end_sample={end}"
