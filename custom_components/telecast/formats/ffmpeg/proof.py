"""The proof that an encoder works on this machine: that it encodes something."""

from dataclasses import dataclass

from .encoders import DEVICE, Encoder, device_options
from .filters import graph, label
from .picture import Picture
from .renditions import Rendition
from .transcode import QUIET
from .video import video_options

# Some cards refuse pictures that are smaller.
_PICTURE = Picture(width=640, height=480, frame_rate=25, interlaced=True)
_RENDITION = Rendition(name="proof", width=320, height=240, video_kbps=500)
_FRAMES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofCommand:
    """Takes all the ways that a real picture takes, and ends well if each led somewhere."""

    encoder: Encoder
    device: str = DEVICE


def proof_arguments(command: ProofCommand) -> list[str]:
    """Answer the command's arguments, without the binary's name."""
    picture = f"testsrc2=size={_PICTURE.width}x{_PICTURE.height}:rate=25,setfield=tff"
    return [
        *(*QUIET, "-nostdin"),
        *device_options(command.encoder, command.device),
        *("-f", "lavfi", "-i", picture),
        *("-filter_complex", graph(_PICTURE, [_RENDITION], command.encoder)),
        *("-map", label(0)),
        *video_options(_RENDITION, command.encoder, _PICTURE, key_frame_seconds=None),
        *("-frames:v", str(_FRAMES), "-f", "null", "-"),
    ]
