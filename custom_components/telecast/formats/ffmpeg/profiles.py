"""Profiles: what a transport stream may be turned into for who asks for it by name.

The first six names are those of HDHomeRun's devices that transcode.
"""

from dataclasses import dataclass

from .errors import InvalidProfileError
from .outputs import Audio, AudioCodec, AudioEncode, Copy, Encode, Video
from .renditions import RENDITIONS, Rendition

PASSTHROUGH = frozenset({"", "none", "passthrough"})
"""The names of leaving a stream as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What becomes of a stream's video and audio."""

    name: str
    video: Video
    audio: Audio


def _encoded(
    name: str, width: int, height: int, video_kbps: int, audio_kbps: int
) -> Profile:
    rendition = Rendition(
        name=name,
        width=width,
        height=height,
        video_kbps=video_kbps,
        audio_kbps=audio_kbps,
    )
    return Profile(
        name=name, video=Encode(rendition), audio=AudioEncode(kbps=audio_kbps)
    )


def _of_ladder(rendition: Rendition) -> Profile:
    audio = AudioEncode(kbps=rendition.audio_kbps)
    return Profile(name=rendition.name, video=Encode(rendition), audio=audio)


# AC-3 is for who has a receiver for it, and so perhaps more than two loudspeakers.
_AC3 = AudioEncode(codec=AudioCodec.AC3, kbps=384, channels=None)

PROFILES = (
    _encoded("heavy", 1920, 1080, 5000, 192),
    _encoded("mobile", 1280, 720, 3000, 192),
    _encoded("internet540", 960, 540, 2000, 192),
    _encoded("internet480", 854, 480, 1500, 192),
    _encoded("internet360", 640, 360, 900, 128),
    _encoded("internet240", 426, 240, 450, 96),
    *map(_of_ladder, RENDITIONS),
    Profile(name="aac", video=Copy(), audio=AudioEncode()),
    Profile(name="ac3", video=Copy(), audio=_AC3),
)
"""All profiles but that of leaving a stream as it is."""

_BY_NAME = {profile.name: profile for profile in PROFILES}


def profile(name: str) -> Profile | None:
    """Answer the profile that has this name; None for leaving the stream as it is.

    Raises InvalidProfileError.
    """
    if name in PASSTHROUGH:
        return None
    if name not in _BY_NAME:
        raise InvalidProfileError(f"No profile is named {name!r}")
    return _BY_NAME[name]
