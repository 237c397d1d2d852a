"""Slates: a picture that says that a channel is unavailable, made on the spot."""

import asyncio
from collections import OrderedDict
import logging

from ...formats.mpegts import Loop
from ..errors import TelecastError
from ..processes.process import Programs
from .stills import AMBER, GREY, WHITE, Line, still

_LOGGER = logging.getLogger(__name__)

# A loop takes 150 KiB.
KEPT = 8

HEADLINE = "Channel unavailable"
WORDS = {
    "address_not_allowed": "The provider's address leads where it may not.",
    "cannot_connect": "The provider cannot be reached, or refuses us.",
    "encoding_failed": "FFmpeg cannot make a picture of what comes.",
    "ffmpeg_missing": "FFmpeg is needed for this channel, and missing.",
    "no_data": "The provider sends nothing that can be shown.",
    "no_picture": "What the provider sends holds no picture.",
    "source_busy": "All connections to the provider are in use.",
    "starved": "The provider sends too slowly.",
    "timeout": "The provider does not answer in time.",
    "unsupported_stream": "This kind of stream cannot be shown.",
}
_OTHER_WORDS = "The provider delivers nothing."


class SlateMaker:
    """Makes slates with Pillow and FFmpeg, one at a time, and keeps the last few."""

    def __init__(self, programs: Programs, *, kept: int = KEPT) -> None:
        self._programs = programs
        self._most_kept = kept
        self._kept: OrderedDict[tuple[str, str], Loop] = OrderedDict()
        # A provider takes many channels with it; they need not all encode at once.
        self._making = asyncio.Lock()

    async def slate(self, name: str, reason: str) -> Loop | None:
        """Answer the slate of a channel with a reason (a code); None if it fails."""
        key = name, WORDS.get(reason, _OTHER_WORDS)
        async with self._making:
            if key not in self._kept:
                try:
                    self._kept[key] = await self._make(*key)
                except (TelecastError, ImportError, OSError, ValueError) as err:
                    what = type(err).__name__
                    _LOGGER.info("There is no slate for viewers (%s: %s)", what, err)
                    return None
            self._kept.move_to_end(key)
            while len(self._kept) > self._most_kept:
                self._kept.popitem(last=False)
            return self._kept[key]

    async def _make(self, name: str, words: str) -> Loop:
        return await still(self._programs, lines(name, words))


def lines(name: str, words: str) -> list[Line]:
    """Answer what a slate says: the channel's name, what is the matter, and why."""
    return [
        Line(text=name, size=72, colour=WHITE, middle=270),
        Line(text=HEADLINE, size=48, colour=AMBER, middle=380),
        Line(text=words, size=30, colour=GREY, middle=470),
    ]
