"""Items whose pictures say which one they are, and how far it is; and how to read that."""

from dataclasses import dataclass
import json
import subprocess

from tests.formats.clips import TURN, ran

_STEP = 10
_DARKEST = 24
_BRIGHTEST = 220
SECONDS = 2.0
"""How long an item is."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as a viewer sees it."""

    pts: int
    """In ticks of 90 kHz."""
    item: int | None
    """None where it is of no item."""
    offset: float
    """How far into that, in seconds; exact to a few hundredths."""


def marked(number: int, *options: str, size: str, rate: int, sound: str) -> bytes:
    """Make an item: its left half is as bright as its number, its right one as it is late."""
    left = _DARKEST + _STEP * number
    right = f"{_DARKEST}+T*{(_BRIGHTEST - _DARKEST) / SECONDS}"
    picture = f"color=gray:size=16x8:rate={rate},format=yuv420p"
    picture += f",geq=lum='if(lt(X,W/2),{left},{right})':cb=128:cr=128"
    picture += f",scale={size.replace('x', ':')}:flags=neighbor,setsar=1"
    sources = ["-f", "lavfi", "-i", picture]
    if sound:
        sources += ["-f", "lavfi", "-i", sound]
    return ran("-v", "error", *sources, "-t", str(SECONDS), *options, "-")


def read(stream: bytes) -> list[Shown]:
    """Answer what a viewer of a stream sees, picture by picture."""
    told = subprocess.run(
        [
            *("ffprobe", "-v", "fatal", "-select_streams", "v:0", "-show_frames"),
            *("-show_entries", "frame=pts", "-of", "json", "-"),
        ],
        input=stream,
        capture_output=True,
        check=True,
    )
    stamps = [frame["pts"] % TURN for frame in json.loads(told.stdout)["frames"]]
    # One picture of two pixels each: the middles of the halves.
    halves = "[0:v:0]scale=160:90,split[l][r];"
    halves += "[l]crop=8:8:40:40,scale=1:1:flags=area[a];"
    halves += "[r]crop=8:8:112:40,scale=1:1:flags=area[b];[a][b]hstack,format=gray"
    pixels = ran(
        *("-v", "error", "-i", "-", "-filter_complex", halves),
        *("-fps_mode", "passthrough", "-f", "rawvideo", "-"),
        stdin=stream,
    )
    assert len(pixels) == 2 * len(stamps)
    # Grey comes out brighter than it was in the picture, whose black is 16.
    levels = [16 + pixel * 219 / 255 for pixel in pixels]
    return [
        _shown(pts, levels[2 * index], levels[2 * index + 1])
        for index, pts in enumerate(stamps)
    ]


def _shown(pts: int, left: float, right: float) -> Shown:
    number = round((left - _DARKEST) / _STEP)
    exact = abs(left - _DARKEST - number * _STEP) <= _STEP / 3
    offset = (right - _DARKEST) * SECONDS / (_BRIGHTEST - _DARKEST)
    return Shown(pts, number if exact and number >= 0 else None, offset)
