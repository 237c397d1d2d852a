"""Clips of marked pictures, as differing as the files of a real folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
import random
import subprocess

from .marks import Mark, draw

_CODECS = {
    # With B frames, as films have them.
    "h264": ("libx264", "-preset", "superfast"),
    "hevc": ("libx265", "-preset", "ultrafast", "-x265-params", "log-level=error"),
    "mpeg2": ("mpeg2video", "-q:v", "3"),
    "xvid": ("mpeg4", "-q:v", "3", "-vtag", "xvid"),
    "vp9": ("libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "600k"),
}
_CHANNELS = {"mono": 1, "stereo": 2, "5.1": 6}
_SOUNDS = {".avi": "libmp3lame", ".ts": "ac3", ".mkv": "ac3", ".mp4": "aac"}
_SAMPLE_RATE = 48_000
# The matrices of ISO 14496-12, 8.3.2: as it is, and to be turned a quarter clockwise.
_ONE, _MINUS_ONE, _LAST = b"\0\1\0\0", b"\xff\xff\0\0", b"\x40\0\0\0"
_NOUGHT = bytes(4)
_UPRIGHT = _ONE + _NOUGHT * 3 + _ONE + _NOUGHT * 3 + _LAST
_TURNED = _NOUGHT + _ONE + _NOUGHT + _MINUS_ONE + _NOUGHT * 4 + _LAST

FILM = Fraction(24_000, 1_001)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """What a clip is to be."""

    number: int
    """Which its pictures say they are of."""
    file: str
    """Its name; the ending says the container."""
    seconds: float = 4.0
    codec: str = "h264"
    size: tuple[int, int] = (320, 180)
    """Width and height as they are seen."""
    rate: Fraction = Fraction(25)
    audio: str | None = "stereo"
    """`mono`, `stereo` or `5.1`; None for no sound."""
    turned: bool = False
    """Whether it is stored lying, as telephones do."""

    @property
    def title(self) -> str:
        """What a guide should call it."""
        return Path(self.file).stem

    @property
    def pictures(self) -> int:
        """How many it has."""
        return round(self.seconds * self.rate)

    def time_of(self, picture: int) -> int:
        """Answer when a picture is shown, in milliseconds since the clip's beginning."""
        return round(picture * 1000 / self.rate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A file that only its name makes a clip."""

    file: str

    @property
    def title(self) -> str:
        """What it would be called."""
        return Path(self.file).stem


MIXED: tuple[Clip | Broken, ...] = (
    Clip(number=1, file="Anchor.mkv"),
    Clip(number=2, file="Bridge.mp4", rate=Fraction(50), size=(640, 360)),
    Clip(number=3, file="Candle.ts", codec="mpeg2", audio="5.1"),
    Clip(number=4, file="Desert.avi", codec="xvid", audio="mono"),
    Clip(number=5, file="Ember.mkv", codec="hevc", rate=FILM),
    Clip(number=6, file="Forest.mkv", codec="vp9", audio="5.1"),
    Clip(number=7, file="Garden.mp4", rate=Fraction(30), audio=None),
    Broken(file="Harbour.mkv"),
    Clip(number=9, file="Island.mp4", size=(1280, 720), seconds=4.4),
    Clip(number=10, file="Jungle.avi", codec="xvid", size=(320, 240)),
    Clip(number=11, file="Kettle.mp4", size=(180, 320), turned=True, audio="mono"),
    Clip(number=12, file="Lantern.mkv", rate=FILM, size=(640, 272), seconds=4.8),
    Clip(number=13, file="Meadow.ts", rate=Fraction(50)),
    Clip(number=14, file="Needle.mkv", codec="hevc", rate=Fraction(30)),
    Clip(number=15, file="Orchard.mp4", codec="hevc", audio="mono", seconds=3.6),
    Clip(number=16, file="Pebble.mkv", codec="mpeg2", rate=FILM, size=(480, 360)),
    Clip(number=17, file="Quarry.mkv", codec="vp9", rate=Fraction(30), audio="mono"),
    Clip(number=18, file="River.mp4", size=(180, 320), audio="5.1"),
    Clip(number=19, file="Saddle.ts", codec="mpeg2", size=(640, 360), seconds=4.2),
    Clip(number=20, file="Timber.mkv", rate=Fraction(30), size=(426, 240)),
)
"""Twenty that have little in common, one of them broken."""

ALIKE = tuple(
    Clip(number=number, file=f"{name}.mp4", size=(640, 360))
    for number, name in enumerate(("Acorn", "Birch", "Cedar", "Dogwood"), 101)
)
"""Some that can follow each other as they are."""


def make_all(folder: Path, clips: tuple[Clip | Broken, ...]) -> None:
    """Make clips in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for clip in clips:
        make_clip(folder, clip)


def make_clip(folder: Path, clip: Clip | Broken) -> Path:
    """Make a clip in a folder; FFmpeg has to be able to."""
    path = folder / clip.file
    if isinstance(clip, Broken):
        path.write_bytes(random.Random(clip.file).randbytes(100_000))
        return path
    with subprocess.Popen(
        _command(clip, path), stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as ffmpeg:
        assert ffmpeg.stdin
        assert ffmpeg.stderr
        for picture in _pictures(clip):
            ffmpeg.stdin.write(picture)
        ffmpeg.stdin.close()
        said = ffmpeg.stderr.read().decode()
    assert (ffmpeg.returncode, said) == (0, ""), clip.file
    if clip.turned:
        _turn(path)
    return path


def _pictures(clip: Clip) -> Iterator[bytes]:
    for picture in range(clip.pictures):
        yield draw(*clip.size, Mark(item=clip.number, time=clip.time_of(picture)))


def _command(clip: Clip, path: Path) -> list[str]:
    width, height = clip.size
    command = [
        *("ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pixel_format", "gray"),
        *("-video_size", f"{width}x{height}", "-framerate", str(clip.rate)),
        *("-i", "pipe:0"),
    ]
    if clip.audio:
        tone = f"sine=frequency={200 + 20 * clip.number}:sample_rate={_SAMPLE_RATE}"
        # Sound that ends with the picture: what is longer would make the item longer.
        length = f"{clip.pictures / clip.rate:.3f}"
        command += ["-f", "lavfi", "-t", length, "-i", tone]
        command += ["-c:a", _SOUNDS[path.suffix], "-ac", str(_CHANNELS[clip.audio])]
    if clip.turned:
        command += ["-vf", "transpose=cclock"]
    command += ["-pix_fmt", "yuv420p", "-c:v", *_CODECS[clip.codec]]
    # Key frames every second, so that copies can begin nearly anywhere.
    return [*command, "-g", str(round(clip.rate)), str(path)]


def _turn(path: Path) -> None:
    """Have players turn the picture of an MP4."""
    content = path.read_bytes()
    track = content.index(b"tkhd")
    matrix = content.index(_UPRIGHT, track)
    after = matrix + len(_UPRIGHT)
    path.write_bytes(content[:matrix] + _TURNED + content[after:])
