"""What FFmpeg tells of itself: its version, and the encoders it was built with."""

from dataclasses import dataclass
import re

from .encoders import Encoder

MINIMUM = (5, 1, 0)
"""The first release that knows all our options (`-fps_mode`)."""

_VERSION = re.compile(r"ffmpeg version (\S+)")
_RELEASE = re.compile(r"n?(\d{1,3})\.(\d+)(?:\.(\d+))?")
# What follows the rule: a space, six flags, a space, the name, spaces, the description.
_ENCODER = re.compile(r" [VAS][F.][S.][X.][B.][D.] (\S+)(?: .*)?")
_RULE = re.compile(r"\s*-+\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """Which FFmpeg it is."""

    text: str
    """As it names itself: `5.1.9-0+deb12u1`, `N-118315-g4f3c9f2f03`."""
    release: tuple[int, int, int] | None
    """None for a snapshot, which is named after a commit or a day."""

    @property
    def sufficient(self) -> bool:
        """Whether it knows all our options; who has a snapshot is believed to."""
        return self.release is None or self.release >= MINIMUM


def parse_version(text: str) -> Version | None:
    """Read what `ffmpeg -version` prints; None if that is not FFmpeg's."""
    found = _VERSION.match(text)
    if not found:
        return None
    name = found[1]
    release = _RELEASE.match(name)
    if not release:
        return Version(text=name, release=None)
    major, minor, patch = (int(number or 0) for number in release.groups())
    return Version(text=name, release=(major, minor, patch))


def parse_encoders(text: str) -> frozenset[str]:
    """Read the names out of what `ffmpeg -encoders` prints."""
    names: set[str] = set()
    listed = False
    for line in text.splitlines():
        if not listed:
            listed = bool(line.strip() and _RULE.fullmatch(line))
        elif found := _ENCODER.fullmatch(line):
            names.add(found[1])
    return frozenset(names)


def available(text: str) -> tuple[Encoder, ...]:
    """Answer the encoders that `ffmpeg -encoders` lists, the best one first.

    That one is listed does not say that this machine has what it needs.
    """
    names = parse_encoders(text)
    return tuple(encoder for encoder in Encoder if encoder.codec in names)
