"""The options of video that is encoded."""

from math import ceil

from ..mpegts import CLOCK, WRAP
from .encoders import Encoder, encoder_options
from .errors import InvalidSegmentLengthError
from .picture import Picture
from .renditions import Rendition

# The source, or we, say where key frames are. This only sees to it that there are some.
_LONGEST_GROUP_SECONDS = 20
_HIGHEST_FRAME_RATE = 60.0


def video_options(
    rendition: Rendition,
    encoder: Encoder,
    picture: Picture,
    *,
    key_frame_seconds: float | None,
    first_pts: int | None = None,
    threads: int | None = None,
) -> list[str]:
    """Answer the options of video in one rendition.

    `key_frame_seconds` and `first_pts` are as `key_frames` has them.
    Raises InvalidSegmentLengthError.
    """
    rate = rendition.video_kbps
    # Half full at first: a full buffer would be spent in the first seconds, and what
    # players begin with would be far larger than the playlist says.
    limits = ["-maxrate", f"{rate}k", "-bufsize", f"{2 * rate}k"]
    limits += ["-rc_init_occupancy", f"{rate}k"]
    forced = key_frames(key_frame_seconds, first_pts)
    group = ceil(_LONGEST_GROUP_SECONDS * (picture.frame_rate or _HIGHEST_FRAME_RATE))
    return [
        *encoder_options(encoder),
        *("-b:v", f"{rate}k", *limits),
        *("-g", str(group), "-force_key_frames", forced),
        # FFmpeg would round times to the frame rate: up to half a picture beside the
        # source's, and so beside those of a rendition that is copied. With ticks for a
        # frame rate, no picture may be repeated to keep that.
        *("-enc_time_base:v", f"1:{CLOCK}", "-fps_mode", "vfr"),
        *([] if threads is None else ["-threads", str(threads)]),
    ]


def key_frames(seconds: float | None, first_pts: int | None = None) -> str:
    """Answer where key frames are forced: where the source has them, or as below.

    With `seconds`, the first picture is one after each multiple of these on the source's
    clock, also after that has begun anew. What that clock shows FFmpeg does not tell, only
    the time since its first picture; so `first_pts` (in ticks) says when that is shown.
    Without, multiples count from there. Raises InvalidSegmentLengthError.
    """
    if seconds is None:
        return "source"
    if not seconds > 0:
        raise InvalidSegmentLengthError("Segments must be longer than nothing")
    now, last = (_segment(at, seconds, first_pts or 0) for at in ("t", "prev_forced_t"))
    return f"expr:if(isnan(prev_forced_t),1,not(eq({now},{last})))"


def _segment(at: str, seconds: float, first_pts: int) -> str:
    # Half a tick is added, lest an exact multiple be reckoned to lie below itself.
    ticks = f"mod({at}*{CLOCK}+{first_pts % WRAP}.5,{WRAP})"
    return f"floor({ticks}/{seconds * CLOCK:.15g})"
