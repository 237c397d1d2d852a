"""One segment of a transport stream, and how it is gathered."""

from dataclasses import dataclass, field, replace

from .clocks import CLOCK, WRAP
from .description import try_description
from .scanner import Join
from .tables import Program
from .video import Video

# So much of a key frame and what is sent beside it is waited for to describe the video.
_LONGEST_LOOK = 256 * 1024
# A key frame is shown after all that came before it, but stamps are not always exact.
_LONGEST_OVERLAP = CLOCK // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A piece that can be decoded alone: PAT, PMT, a key frame, and what follows."""

    data: bytes = field(repr=False)
    start: int
    """When its key frame is shown, in ticks of 90 kHz.

    They do not wrap from one segment to the next, but begin anew where those do not
    go on from each other.
    """
    duration: int
    """In the same ticks; never 0."""
    discontinuity: bool
    """Whether it does not go on from the segment before."""
    program: Program
    video: Video | None
    """None where there is no video, or one that does not describe itself."""


class KeyFrame:
    """A key frame of which is not known yet what it shows."""

    def __init__(self, join: Join, *, pts: int, end: int) -> None:
        """Begin without bytes; `pts` and `end` are in ticks that do not wrap."""
        self.join = replace(join, offset=0)
        self.pts = pts
        self.end = end
        """When the frames before it have been shown."""
        self.pieces: list[bytes] = []
        self.video: Video | None = None
        self._size = 0

    def add(self, data: bytes) -> bool:
        """Take what comes next; tell whether more would tell no more of the video."""
        self.pieces.append(data)
        self._size += len(data)
        self.video, final = try_description(b"".join(self.pieces), self.join)
        return final or self._size > _LONGEST_LOOK


class Gathering:
    """A segment that is not over yet."""

    def __init__(self, key: KeyFrame, *, ticks: int, discontinuity: bool) -> None:
        """Begin with a key frame, in a grid of `ticks`."""
        self._pieces = [key.join.tables, *key.pieces]
        self.size = sum(map(len, self._pieces))
        self.key_pts = key.pts
        """Of the latest key frame."""
        self._start = key.pts
        self._ticks = ticks
        self._discontinuity = discontinuity
        self._program = key.join.program
        self._video = key.video

    def add(self, data: bytes) -> None:
        """Take what comes next."""
        self._pieces.append(data)
        self.size += len(data)

    def go_on(self, key: KeyFrame) -> None:
        """Take a key frame that begins no segment."""
        self.key_pts = key.pts
        self._video = self._video or key.video
        for piece in key.pieces:
            self.add(piece)

    def is_broken_by(self, key: KeyFrame) -> bool:
        """Tell whether a key frame shows something else, or what was shown before."""
        goes_back = key.pts <= self.key_pts or key.pts < key.end - _LONGEST_OVERLAP
        return (
            (goes_back and key.join.pts is not None)
            or _differ(key.join.program, self._program)
            or bool(
                key.video and self._video and _shape(key.video) != _shape(self._video)
            )
        )

    def is_over_at(self, pts: int) -> bool:
        """Tell whether what is shown then lies in a later cell of the grid."""
        return _cell(pts, self._ticks) > _cell(self._start, self._ticks)

    def finished(self, end: int) -> Segment:
        """Answer the segment, which lasts until `end`."""
        return Segment(
            data=b"".join(self._pieces),
            start=self._start,
            duration=max(1, end - self._start),
            discontinuity=self._discontinuity,
            program=self._program,
            video=self._video,
        )


def _cell(pts: int, ticks: int) -> tuple[int, int]:
    # The clock's wrap is a line of the grid, too: who begins after it knows of no other.
    turn, within = divmod(pts, WRAP)
    return turn, within // ticks


def _differ(one: Program, other: Program) -> bool:
    """Tell whether two programmes have other tracks; what languages they name is no matter."""
    return one is not other and _tracks(one) != _tracks(other)


def _tracks(program: Program) -> list[tuple[int, str]]:
    return [(stream.pid, stream.codec) for stream in program.streams]


def _shape(video: Video) -> tuple[str, int, int]:
    return video.codec, video.width, video.height
