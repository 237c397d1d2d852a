"""Television that a test sends by the second: real pictures, and no waiting for them."""

from collections.abc import Iterator
from functools import cache
import subprocess

from custom_components.telecast.engine.errors import TelecastError
from custom_components.telecast.engine.streams.delivery import spliced
from custom_components.telecast.engine.streams.stream import Stream
from custom_components.telecast.formats.mpegts import CLOCK, Loop, Scanner
from tests.fakes.faucet import Faucet

# Whole numbers of frames of video and of AAC, and of groups of pictures, fit into it.
SECONDS = 8
START = 10 * CLOCK

# High pictures are offered in many renditions; narrow ones cost nothing to encode.
_SIZES = {"full": "48x1080", "high": "48x576", "low": "160x90", "rare": "160x90"}
# Frames from one key frame to the next; those of rare ones are as far apart as fits.
_GROUPS = {"rare": 25 * SECONDS}
_VIDEO = {
    "h264": ("libx264", "-preset", "ultrafast", "-sc_threshold", "0"),
    "mpeg2": ("mpeg2video", "-sc_threshold", "1000000000"),
}


@cache
def recording(name: str) -> Loop:
    """Make `high h264 aac` and the like, or `mp2` without a picture; once a session."""
    *picture, audio = name.split()
    options = ["ffmpeg", "-v", "error", "-nostdin"]
    if picture:
        size, codec = picture
        options += ["-f", "lavfi", "-i", f"testsrc2=size={_SIZES[size]}:rate=25"]
    options += ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"]
    if picture:
        group = f"{_GROUPS.get(size, 25)}"
        options += ["-pix_fmt", "yuv420p", "-g", group, "-bf", "0", "-c:v"]
        options += _VIDEO[codec]
    options += ["-t", str(SECONDS + 1), "-c:a", audio, "-b:a", "64k", "-ac", "2"]
    options += ["-f", "mpegts", "-pes_payload_size", "0", "-"]
    made = subprocess.run(options, capture_output=True, check=True).stdout
    return Loop(made, seconds=SECONDS)


class Station:
    """A channel that is on the air for as long as a test sends something."""

    def __init__(
        self, name: str, *, start: int = START, grace_period: float = 60
    ) -> None:
        """Prepare; the first picture is shown at `start`, in ticks of 90 kHz."""
        self._faucet = Faucet()
        self._open(name, start)
        self._breaks = False
        self.stream = Stream(
            feed=self._faucet.feed,
            grace_period=grace_period,
            on_idle=lambda: None,
            on_active=lambda: None,
        )

    @property
    def opened(self) -> int:
        """How often it was opened."""
        return self._faucet.opened

    def send(self, seconds: float) -> None:
        """Send so many more seconds of pictures, all at once."""
        self._due += seconds
        while self._next[0] < self._due:
            block = self._next[1]
            joins = self._scanner.scan(block)
            if self._breaks:
                assert joins
                block, joins = spliced(block, joins)
                self._breaks = False
            self._faucet.pour(block, joins=joins)
            self._next = next(self._pieces)

    def change(self, name: str, *, start: int = START) -> None:
        """Go on with something else, as after a failover."""
        self._open(name, start)
        self._breaks = True

    def end(self, error: TelecastError | None = None) -> None:
        """Send nothing more, or fail."""
        self._faucet.end(error)

    def _open(self, name: str, start: int) -> None:
        self._scanner = Scanner()
        self._pieces: Iterator[tuple[float, bytes]] = recording(name).play(
            0.0, start=start
        )
        self._next = next(self._pieces)
        self._due = 0.0
