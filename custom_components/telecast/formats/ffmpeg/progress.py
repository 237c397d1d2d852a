"""What FFmpeg says of its progress (`-progress`): blocks of lines `key=value`."""

from dataclasses import dataclass

# No line of FFmpeg's is nearly as long; what is longer is not FFmpeg's.
_LONGEST_LINE = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a command is; None stands for what is not known yet."""

    frame: int
    """Pictures encoded so far, of the first video."""
    fps: float
    """Pictures encoded a second."""
    bitrate_kbps: float | None
    out_time_s: float | None
    """The time stamp that has been reached, on the command's own clock."""
    speed: float | None
    """Seconds of video that a second takes care of; below 1 it cannot keep up."""
    drop_frames: int
    ended: bool
    """Whether this is the last that is heard of the command."""


class ProgressParser:
    """Makes values of the bytes as they come."""

    def __init__(self) -> None:
        self._line = b""
        self._fields: dict[str, str] = {}

    def feed(self, data: bytes) -> list[Progress]:
        """Answer what the blocks that are complete now say."""
        *lines, self._line = (self._line + data).split(b"\n")
        if len(self._line) > _LONGEST_LINE:
            self._line = b""
        return [progress for line in lines if (progress := self._take(line))]

    def _take(self, line: bytes) -> Progress | None:
        key, _, value = line.decode(errors="replace").partition("=")
        self._fields[key.strip()] = value.strip()
        if key.strip() != "progress":
            return None
        fields, self._fields = self._fields, {}
        microseconds = _number(fields, "out_time_us")
        return Progress(
            frame=int(_number(fields, "frame") or 0),
            fps=_number(fields, "fps") or 0.0,
            bitrate_kbps=_number(fields, "bitrate", "kbits/s"),
            out_time_s=None if microseconds is None else microseconds / 1e6,
            speed=_number(fields, "speed", "x"),
            drop_frames=int(_number(fields, "drop_frames") or 0),
            ended=fields["progress"] == "end",
        )


def _number(fields: dict[str, str], key: str, unit: str = "") -> float | None:
    try:
        number = float(fields.get(key, "").removesuffix(unit))
    except ValueError:
        return None
    # Before the first packet FFmpeg divides by nothing, and reckons from nowhere.
    return number if abs(number) < 1e15 else None
