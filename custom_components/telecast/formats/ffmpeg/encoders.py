"""The ways to encode H.264, from the graphics cards' own down to software."""

from collections.abc import Collection
from enum import StrEnum

from .errors import InvalidEncoderError

AUTO = "auto"
"""The wish for the best encoder that there is."""
DEVICE = "/dev/dri/renderD128"
"""Where Linux has its first graphics card."""


class Encoder(StrEnum):
    """A way of encoding video; the best one first."""

    NVENC = "nvenc"
    QSV = "qsv"
    VIDEOTOOLBOX = "videotoolbox"
    VAAPI = "vaapi"
    NONE = "none"

    @property
    def codec(self) -> str:
        """FFmpeg's name of it."""
        return "libx264" if self is Encoder.NONE else f"h264_{self}"


# B-frames are worth 0.8 dB at the same rate; of devices, not all have them.
# Threads that share a picture (slices) hold back no pictures, threads that have one each
# hold back as many as there are cores. A look-ahead of 5 costs 0.1 dB, and gives back
# half of what one of 10 delays.
_OWN_OPTIONS = {
    Encoder.NONE: (
        *("-preset", "veryfast", "-bf", "2", "-sc_threshold", "0"),
        *("-x264-params", "rc-lookahead=5:sync-lookahead=0:sliced-threads=1"),
    ),
    Encoder.NVENC: ("-preset", "p1", "-rc", "vbr", "-bf", "0", "-forced-idr", "1"),
    Encoder.QSV: ("-preset", "veryfast", "-bf", "0", "-forced_idr", "1"),
    Encoder.VIDEOTOOLBOX: ("-bf", "0"),
    Encoder.VAAPI: ("-bf", "0"),
}


def best(available: Collection[Encoder]) -> Encoder:
    """Answer the best encoder of those available.

    Raises InvalidEncoderError if none is, not even software.
    """
    for encoder in Encoder:
        if encoder in available:
            return encoder
    raise InvalidEncoderError("There is no encoder of H.264")


def validate(wish: str, available: Collection[Encoder]) -> Encoder:
    """Answer the encoder that is wished for; `auto` is the best one.

    Raises InvalidEncoderError if there is no such encoder, or if it is not available.
    """
    if wish == AUTO:
        return best(available)
    if wish not in Encoder:
        raise InvalidEncoderError(f"No encoder is named {wish!r}")
    if wish not in available:
        raise InvalidEncoderError(f"The encoder {wish} is not available")
    return Encoder(wish)


def device_options(encoder: Encoder, device: str) -> list[str]:
    """Answer the global options that open the encoder's device (a DRM render node)."""
    match encoder:
        case Encoder.VAAPI:
            return ["-vaapi_device", device]
        case Encoder.QSV:
            # By itself QSV takes the first card it finds, whichever was meant.
            opened = ["-init_hw_device", f"vaapi=va:{device}"]
            return [*opened, "-init_hw_device", "qsv=hw@va", "-filter_hw_device", "hw"]
        case _:
            return []


def encoder_options(encoder: Encoder) -> list[str]:
    """Answer the options of video that are the encoder's own.

    What is forced to be a key frame must be one at which a decoder may begin (IDR): not
    all encoders see to that by themselves.
    """
    return ["-c:v", encoder.codec, *_OWN_OPTIONS[encoder], "-profile:v", "high"]
