"""What a command writes: which video, which audio, and to which pipe."""

from dataclasses import dataclass, field
from enum import StrEnum

from .renditions import AUDIO_KBPS, Rendition

SAMPLE_RATE = 48000
"""Of all audio that we encode, in Hz."""


@dataclass(frozen=True, slots=True)
class Copy:
    """Video as it comes."""


@dataclass(frozen=True, slots=True)
class Encode:
    """Video encoded anew."""

    rendition: Rendition


class AudioCodec(StrEnum):
    """The audio that we encode, named as FFmpeg's encoders are."""

    AAC = "aac"
    AC3 = "ac3"


@dataclass(frozen=True, slots=True)
class AudioCopy:
    """Audio as it comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioEncode:
    """Audio encoded anew."""

    codec: AudioCodec = AudioCodec.AAC
    kbps: int = AUDIO_KBPS
    channels: int | None = 2
    """None for as many as the source has."""


type Video = Copy | Encode
type Audio = AudioCopy | AudioEncode


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One transport stream that a command writes.

    What it asks for may be missing in the source, video where it is copied, and audio.
    """

    descriptor: int = 1
    """Of the pipe, as the command knows it."""
    video: Video = field(default_factory=Copy)
    audio: Audio | None = field(default_factory=AudioEncode)


def audio_options(audio: Audio) -> list[str]:
    """Answer the options of audio.

    Nothing fills gaps or stretches time (`aresample=async`): each frame of audio keeps
    the time that it had in the source anyhow, and when a broken source leaps ahead by
    hours, FFmpeg would encode hours of silence.
    """
    if isinstance(audio, AudioCopy):
        return ["-c:a", "copy"]
    channels = [] if audio.channels is None else ["-ac", str(audio.channels)]
    rate = ["-b:a", f"{audio.kbps}k", *channels, "-ar", str(SAMPLE_RATE)]
    return ["-c:a", audio.codec, *rate]


def transport_stream(descriptor: int) -> list[str]:
    """Answer the options that write a transport stream into a pipe, with no delay."""
    delays = ["-muxdelay", "0", "-muxpreload", "0", "-flush_packets", "1"]
    return [*delays, "-f", "mpegts", f"pipe:{descriptor}"]
