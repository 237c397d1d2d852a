"""FFmpeg: what we ask of it, as lists of arguments, and what it says of itself."""

from .commands import Command, arguments
from .encoders import AUTO, DEVICE, Encoder, best, validate
from .errors import (
    EmptyInputError,
    EmptyOutputError,
    FFmpegError,
    InvalidEncoderError,
    InvalidInputError,
    InvalidListSizeError,
    InvalidOutputError,
    InvalidProfileError,
    InvalidRenditionError,
    InvalidSeekError,
    InvalidSegmentLengthError,
)
from .film import FilmCommand
from .hls_file import HlsFileCommand, hls_arguments, output_path
from .inputs import NETWORK_SCHEMES, Demuxer, Network, Piped
from .listing import MINIMUM, Version, available, parse_encoders, parse_version
from .outputs import (
    Audio,
    AudioCodec,
    AudioCopy,
    AudioEncode,
    Copy,
    Encode,
    Output,
    Video,
)
from .picture import Picture, size_in
from .playout import Norm, PlayoutCommand
from .profiles import PASSTHROUGH, PROFILES, Profile, profile
from .progress import Progress, ProgressParser
from .proof import ProofCommand
from .remux import RemuxCommand
from .renditions import RENDITIONS, Rendition, rendition
from .slate import SlateCommand
from .transcode import TranscodeCommand

__all__ = [
    "AUTO",
    "DEVICE",
    "MINIMUM",
    "NETWORK_SCHEMES",
    "PASSTHROUGH",
    "PROFILES",
    "RENDITIONS",
    "Audio",
    "AudioCodec",
    "AudioCopy",
    "AudioEncode",
    "Command",
    "Copy",
    "Demuxer",
    "EmptyInputError",
    "EmptyOutputError",
    "Encode",
    "Encoder",
    "FFmpegError",
    "FilmCommand",
    "HlsFileCommand",
    "InvalidEncoderError",
    "InvalidInputError",
    "InvalidListSizeError",
    "InvalidOutputError",
    "InvalidProfileError",
    "InvalidRenditionError",
    "InvalidSeekError",
    "InvalidSegmentLengthError",
    "Network",
    "Norm",
    "Output",
    "Picture",
    "Piped",
    "PlayoutCommand",
    "Profile",
    "Progress",
    "ProgressParser",
    "ProofCommand",
    "RemuxCommand",
    "Rendition",
    "SlateCommand",
    "TranscodeCommand",
    "Version",
    "Video",
    "arguments",
    "available",
    "best",
    "hls_arguments",
    "output_path",
    "parse_encoders",
    "parse_version",
    "profile",
    "rendition",
    "size_in",
    "validate",
]
