"""Which files can follow each other in one MPEG-TS as they are, with nothing encoded anew."""

from fractions import Fraction
import re
from typing import Any

# Codec by codec, what players of television take of it.
_PROFILES = {
    "h264": frozenset({"Constrained Baseline", "Baseline", "Main", "High"}),
    "hevc": frozenset({"Main"}),
    "mpeg2video": frozenset({"Simple", "Main"}),
}
_EIGHT_BITS = "yuv420p"
_PROGRESSIVE = frozenset({"progressive", "unknown", ""})
_WIDE_TRANSFERS = frozenset({"smpte2084", "arib-std-b67"})
_AUDIO_PROFILES = {
    "aac": frozenset({"LC", "HE-AAC", "HE-AACv2"}),
    "ac3": frozenset({""}),
    "mp2": frozenset({""}),
    "mp3": frozenset({""}),
}
_RATE = re.compile(r"([0-9]{1,9})/(0*[1-9][0-9]{0,8})")
_FASTEST = 60
# Where the mean is another one, pictures come at no steady rate.
_MOST_UNSTEADY = Fraction(1, 20)
_NEEDED = ("sample_rate", "channels")


def shape_of(told: dict[str, Any]) -> str:
    """Answer a text that is the same for files that fit together; empty for none.

    `told` is what parse_media answers. Two files of one shape have the same codecs,
    profile, level, picture size, frame rate, pixel shape, sample rate and channels, so
    that one decoder, once it is set up, goes from one to the other. Empty is answered for
    what is to be encoded whatever comes before or after it: other codecs, interlaced or
    turned pictures, more than 8 bits, no picture or no sound, and what is not the first
    stream of its kind, since that is what is copied.
    """
    video = _video(told.get("video", {}))
    audio = _audio(told.get("audio", {}))
    return f"{video} {audio}" if video and audio else ""


def _video(facts: dict[str, Any]) -> str:
    codec, rate = facts.get("codec_name", ""), _rate(facts.get("r_frame_rate"))
    profile = facts.get("profile", "")
    if (
        profile not in _PROFILES.get(codec, ())
        or facts.get("place") != 0
        or facts.get("rotation")
        or facts.get("pix_fmt") != _EIGHT_BITS
        or facts.get("field_order", "") not in _PROGRESSIVE
        or facts.get("color_transfer") in _WIDE_TRANSFERS
        or not (facts.get("width") and facts.get("height"))
        or not 0 < rate <= _FASTEST
        or not _is_steady(rate, _rate(facts.get("avg_frame_rate")))
    ):
        return ""
    return "_".join(
        (
            codec,
            profile.replace(" ", "-"),
            str(facts.get("level", "")),
            f"{facts['width']}x{facts['height']}",
            _pixel(str(facts.get("sample_aspect_ratio", ""))),
            str(rate),
        )
    )


def _audio(facts: dict[str, Any]) -> str:
    codec, profile = facts.get("codec_name", ""), facts.get("profile", "")
    if (
        profile not in _AUDIO_PROFILES.get(codec, ())
        or facts.get("place") != 0
        or not all(facts.get(name) for name in _NEEDED)
    ):
        return ""
    told = (codec, profile, *(str(facts[name]) for name in _NEEDED))
    return "_".join(filter(None, told))


def _pixel(ratio: str) -> str:
    """Answer the shape of a pixel; where nobody says one, it is square."""
    return "1:1" if ratio in {"", "0:1", "N/A"} else ratio


def _is_steady(rate: Fraction, mean: Fraction) -> bool:
    return not mean or abs(mean - rate) <= rate * _MOST_UNSTEADY


def _rate(told: Any) -> Fraction:
    """Answer a frame rate, as FFmpeg writes it; 0 for none."""
    found = _RATE.fullmatch(told) if isinstance(told, str) else None
    return Fraction(int(found[1]), int(found[2])) if found else Fraction(0)
