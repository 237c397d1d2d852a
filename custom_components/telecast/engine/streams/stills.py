"""Still pictures with a few lines of text, as streams that go round and round."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...formats.ffmpeg import SlateCommand, arguments
from ...formats.mpegts import Loop
from ..processes.process import Descriptors, Programs

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

PATIENCE_SECONDS = 10.0
"""How long the making of a picture may take."""

WHITE, AMBER, GREY = (255, 255, 255), (255, 190, 90), (170, 178, 190)

_SIZE = _WIDTH, _HEIGHT = 1280, 720
_MARGIN = 80
_GROUND = (16, 20, 30)
_SMALLEST = 24
_LONGEST = 200

# The loop is whole frames of sound long; a little more is needed to find its end.
_LOOP_SECONDS = 8
_RECORDING_SECONDS = _LOOP_SECONDS + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of text; a long one is written smaller, and cut at last."""

    text: str
    size: int
    colour: tuple[int, int, int]
    middle: int
    """How far from the top its middle is, in 720ths of the picture."""


async def still(programs: Programs, lines: Sequence[Line]) -> Loop:
    """Answer a picture of some lines, in 720p and with silence, to be shown for ever.

    Raises FFmpegMissingError and EncodingFailedError, ImportError where Pillow is
    missing or has no font to write with, OSError where it all takes too long, and
    ValueError where what FFmpeg made cannot be played round and round.
    """
    picture = await asyncio.to_thread(draw, lines)
    return Loop(await _record(programs, picture), seconds=_LOOP_SECONDS)


def draw(lines: Sequence[Line]) -> bytes:
    """Answer the picture as rgb24, row by row; blocks for some milliseconds.

    Raises ImportError where Pillow is missing, or has no font to write with.
    """
    # Few ever need it, and it takes its time to load.
    from PIL import Image, ImageDraw  # noqa: PLC0415

    picture = Image.new("RGB", _SIZE, _GROUND)
    pen = ImageDraw.Draw(picture)
    for line in lines:
        text, font = _fitted(pen, " ".join(line.text.split())[:_LONGEST], line.size)
        place = _WIDTH // 2, line.middle
        pen.text(place, text, fill=line.colour, font=font, anchor="mm")
    return picture.tobytes()


async def _record(programs: Programs, picture: bytes) -> bytes:
    """Answer a recording of the picture; raise OSError where that takes too long."""
    async with programs.run(_command) as ffmpeg:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await ffmpeg.feed(picture)
            ffmpeg.end_input()
            recording = await ffmpeg.outputs[0].read(-1)
            if await ffmpeg.wait():
                raise await ffmpeg.failure()
    return recording


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
