"""The demo channels, and their pictures and sounds by FFmpeg."""

from collections.abc import Iterable
from dataclasses import dataclass
import os
from pathlib import Path
import subprocess
from tempfile import TemporaryDirectory
from typing import Any

# Whole numbers of video frames (25 a second) and of AAC frames (1,024 samples of 48 kHz)
# fit into it, and of groups of pictures: so the end meets the beginning.
SECONDS = 8
# The loop cuts what is too much; FFmpeg's encoders end at different times.
_RECORDED_SECONDS = SECONDS + 1
_VERSION = 1

H264 = ("libx264", "-preset", "veryfast")
MPEG2 = ("mpeg2video",)
_NOISE = ",noise=alls=20:allf=t+u"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoChannel:
    """One channel of the demo playlist."""

    number: int
    name: str
    group: str
    picture: str
    """The FFmpeg source of its picture."""
    tone: int
    """Of its sound, in Hz."""

    @property
    def guide_id(self) -> str:
        """The channel's id in the guide."""
        return f"{self.name.casefold().replace(' ', '')}.demo"


CHANNELS = (
    DemoChannel(
        number=1, name="Demo One", group="General", picture="smptehdbars", tone=440
    ),
    DemoChannel(
        number=2, name="Demo Two", group="General", picture="pal100bars", tone=494
    ),
    DemoChannel(
        number=3, name="Demo News", group="News", picture="smptebars", tone=523
    ),
    DemoChannel(
        number=4, name="Demo Sport", group="Sport", picture="testsrc2", tone=587
    ),
    DemoChannel(
        number=5, name="Demo Kids", group="Kids", picture="pal75bars", tone=659
    ),
)


class FFmpegFailedError(RuntimeError):
    """FFmpeg is missing or could not make a recording; the text says what it said."""


def recordings(channels: Iterable[DemoChannel] = CHANNELS) -> dict[int, bytes]:
    """Answer a recording for each channel number; made once, then taken from the cache."""
    return {channel.number: _recording(channel) for channel in channels}


def cache_folder() -> Path:
    """Answer the user's folder for what can be made again."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "telecast"


def record(
    path: Path,
    *,
    picture: str,
    tone: int,
    kilobits: int,
    size: str = "640x360",
    video: tuple[str, ...] = H264,
    audio: str = "aac",
    noise: bool = False,
    labels: bool = False,
    constant: bool = False,
    seconds: int = _RECORDED_SECONDS,
) -> None:
    """Write a recording, long enough for a loop of `SECONDS`; raise FFmpegFailedError.

    `video` and `audio` name FFmpeg's encoders, the former with options. With `noise` an
    encoder needs all of the bit rate that it is given; `labels` writes the file's name
    into the picture; `constant` fills its bit rate up to `kilobits` where it needs less.
    """
    rate = f"{kilobits}k"
    source = f"{picture}=size={size}:rate=25{_NOISE if noise else ''}"
    command = [
        *("ffmpeg", "-hide_banner", "-loglevel", "error", "-y"),
        *("-f", "lavfi", "-i", source + _text(path, labels)),
        *("-f", "lavfi", "-i", f"sine=frequency={tone}:sample_rate=48000"),
        *("-t", str(seconds), "-pix_fmt", "yuv420p", "-c:v", *video),
        *("-g", "25", "-sc_threshold", "0", "-bf", "0"),
        *("-b:v", rate, "-minrate", rate, "-maxrate", rate, "-bufsize", rate),
        *(("-x264-params", "nal-hrd=cbr") if constant else ()),
        *("-c:a", audio, "-b:a", "96k", "-ac", "2"),
        *("-f", "mpegts", "-pes_payload_size", "0", "-mpegts_flags", "resend_headers"),
        *("-metadata", f"service_name={path.stem}"),
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    # Others may make the same one, and whoever finds the file takes it to be whole.
    with TemporaryDirectory(dir=path.parent) as folder:
        unfinished = Path(folder, path.name)
        _run([*command, str(unfinished)])
        unfinished.replace(path)


def draw(path: Path, **wanted: Any) -> None:
    """Write a recording as `record` does, with labels where FFmpeg can write."""
    try:
        record(path, labels=True, **wanted)
    except FFmpegFailedError:
        # FFmpeg without fonts still draws colour bars.
        record(path, **wanted)


def _recording(channel: DemoChannel) -> bytes:
    path = cache_folder() / f"demo-{_VERSION}" / f"{channel.name}.ts"
    if not path.exists():
        draw(path, picture=channel.picture, tone=channel.tone, kilobits=800)
    return path.read_bytes()


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except FileNotFoundError as err:
        raise FFmpegFailedError("FFmpeg is not installed") from err
    except subprocess.CalledProcessError as err:
        raise FFmpegFailedError(err.stderr.strip()) from err


def _text(path: Path, wanted: bool) -> str:
    if not wanted:
        return ""
    box = "fontcolor=white:box=1:boxcolor=black@0.6:boxborderw=12:x=(w-tw)/2"
    return (
        f",drawtext=text={path.stem}:fontsize=48:y=h/3:{box}"
        f",drawtext=text=%{{n}}:fontsize=24:y=h/2:{box}"
    )
