"""Slates: a picture that says that a channel is unavailable, made on the spot."""

import asyncio
from collections import OrderedDict
import logging
from typing import TYPE_CHECKING

from ..formats.ffmpeg import SlateCommand, arguments
from ..formats.mpegts import Loop
from .errors import TelecastError
from .process import Descriptors, Programs

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

_LOGGER = logging.getLogger(__name__)

_SIZE = _WIDTH, _HEIGHT = 1280, 720
_MARGIN = 80
_GROUND = (16, 20, 30)
# Text, its size, its colour and where its middle is: name, what is the matter, and why.
_NAME = 72, (255, 255, 255), 270
_HEADLINE = 48, (255, 190, 90), 380
_REASON = 30, (170, 178, 190), 470
_SMALLEST = 24
_LONGEST_NAME = 200

# The loop is whole frames of sound long; a little more is needed to find its end.
_LOOP_SECONDS = 8
_RECORDING_SECONDS = _LOOP_SECONDS + 1
PATIENCE_SECONDS = 10.0
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
        picture = await asyncio.to_thread(draw, name, words)
        recording = await self._record(picture)
        return Loop(recording, seconds=_LOOP_SECONDS)

    async def _record(self, picture: bytes) -> bytes:
        """Answer a recording of the picture; raise OSError where that takes too long."""
        async with self._programs.run(_command) as ffmpeg:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await ffmpeg.feed(picture)
                ffmpeg.end_input()
                recording = await ffmpeg.outputs[0].read(-1)
                if await ffmpeg.wait():
                    raise await ffmpeg.failure()
        return recording


def draw(name: str, words: str) -> bytes:
    """Answer the picture as rgb24, row by row; blocks for some milliseconds.

    Raises ImportError where Pillow is missing, or has no font to write with.
    """
    # Few ever need it, and it takes its time to load.
    from PIL import Image, ImageDraw  # noqa: PLC0415

    picture = Image.new("RGB", _SIZE, _GROUND)
    pen = ImageDraw.Draw(picture)
    for text, (size, colour, middle) in (
        (" ".join(name.split())[:_LONGEST_NAME], _NAME),
        (HEADLINE, _HEADLINE),
        (words, _REASON),
    ):
        line, font = _fitted(pen, text, size)
        pen.text((_WIDTH // 2, middle), line, fill=colour, font=font, anchor="mm")
    return picture.tobytes()


def _fitted(
    pen: ImageDraw, text: str, size: int
) -> tuple[str, FreeTypeFont | ImageFont]:
    """Answer as much of a text as fits into a line, and the font in which it does."""
    from PIL import ImageFont  # noqa: PLC0415

    room = _WIDTH - 2 * _MARGIN
    font = ImageFont.load_default(size)
    while pen.textlength(text, font=font) > room and size > _SMALLEST:
        size -= 4
        font = ImageFont.load_default(size)
    if pen.textlength(text, font=font) <= room:
        return text, font
    while pen.textlength(f"{text}...", font=font) > room:
        text = text[:-1]
    return f"{text}...", font


def _command(descriptors: Descriptors) -> list[str]:
    command = SlateCommand(seconds=_RECORDING_SECONDS, raw_size=_SIZE)
    # It means the only output, whatever its number.
    *given, _ = arguments(command)
    return [*given, f"pipe:{descriptors.outputs[0]}"]
