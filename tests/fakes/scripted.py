"""Candidates that do as a script says, in a time that flies."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager

from custom_components.telecast.engine.errors import TelecastError
from custom_components.telecast.engine.model import Candidate
from custom_components.telecast.formats.mpegts import Join, Scanner
from tests.fakes.loop_time import LoopTime
from tests.fakes.transport import Multiplex

_STEP_SECONDS = 0.05
_TURNS = 8
"""So many times a task may have to be woken until it has done what was due."""

type Line = bytes | float | TelecastError
type Script = Sequence[Line] | Callable[[], Iterator[Line]]
"""What an opened candidate does: it sends, is silent for seconds, fails, or ends."""


def candidate(name: str) -> Candidate:
    """Make a candidate that a script can be for."""
    return Candidate(url=f"http://{name}/", source="s")


class Flight:
    """Lets time fly until something has come about."""

    def __init__(self) -> None:
        self._time = LoopTime(stopped=True)
        self._loop = asyncio.get_running_loop()

    def now(self) -> float:
        """Tell the time."""
        return self._loop.time()

    async def until(self, met: Callable[[], bool], *, seconds: float = 300) -> float:
        """Let time pass until `met`; answer how much; raise TimeoutError if never."""
        began = self.now()
        while not met():
            if self.now() - began > seconds:
                raise TimeoutError
            self._time.advance(_STEP_SECONDS)
            for _ in range(_TURNS):
                await asyncio.sleep(0)
        return self.now() - began

    async def by(self, seconds: float) -> None:
        """Let so much time pass."""
        end = self.now() + seconds
        await self.until(lambda: self.now() >= end, seconds=seconds + 1)


class Scripted:
    """Opens candidates; each opening follows the next script of its candidate."""

    def __init__(self, **scripts: list[Script]) -> None:
        self._scripts = scripts
        self._loop = asyncio.get_running_loop()
        self.opened: list[str] = []
        self.times: list[float] = []
        """When each one was opened."""
        self.open_now = 0

    @asynccontextmanager
    async def open(self, candidate: Candidate) -> AsyncIterator[Opened]:
        """Open a candidate; without a script left it ends at once."""
        name = candidate.url.removeprefix("http://").rstrip("/")
        self.opened.append(name)
        self.times.append(self._loop.time())
        scripts = self._scripts.get(name, [])
        script = scripts.pop(0) if scripts else []
        lines = iter(script()) if callable(script) else iter(script)
        self.open_now += 1
        assert self.open_now == 1, "two upstreams of one stream"
        try:
            first = next(lines, b"")
            if isinstance(first, TelecastError):
                raise first
            yield Opened(first, lines)
        finally:
            self.open_now -= 1


class Opened:
    """Sends what the script says."""

    def __init__(self, first: Line, lines: Iterator[Line]) -> None:
        self._first: Line | None = first
        self._lines = lines

    async def read(self) -> bytes:
        """Follow the script to the next bytes."""
        await asyncio.sleep(0)
        while True:
            line = self._first
            line = next(self._lines, b"") if line is None else line
            self._first = None
            if isinstance(line, TelecastError):
                raise line
            if isinstance(line, bytes):
                return line
            await asyncio.sleep(line)


class Ledger:
    """A sink that writes down what it is told, and when."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.entries: list[tuple[str, float]] = []
        self.blocks: list[bytes] = []
        """What was published."""
        self.fills: list[bytes] = []
        self.errors: list[TelecastError] = []

    @property
    def words(self) -> list[str]:
        """What it was told, each word once however often in a row."""
        words = [word for word, _ in self.entries]
        return [
            word
            for before, word in zip(["", *words], words, strict=False)
            if word != before
        ]

    def publish(self, block: bytes, joins: Sequence[Join]) -> None:
        """Write down a block; its joins must be where key frames are."""
        assert len(block) % 188 == 0
        found = Scanner().scan(block)
        assert [join.offset for join in found] == [join.offset for join in joins]
        self._write("publish")
        self.blocks.append(block)

    def fill(self, block: bytes, joins: Sequence[Join]) -> None:
        """Write down a piece of a slate."""
        self._write("fill")
        self.fills.append(block)

    def failing(self, error: TelecastError) -> None:
        """Write down an error."""
        self._write("failing")
        self.errors.append(error)

    def retrying(self) -> None:
        """Write down a further try."""
        self._write("retrying")

    def _write(self, word: str) -> None:
        self.entries.append((word, self._loop.time()))


def television(
    seconds: float, *, rate: float = 1.0, picture: bool = True
) -> Callable[[], Iterator[Line]]:
    """Make a script of some seconds of video in real time, or at another rate."""

    def script() -> Iterator[Line]:
        multiplex = Multiplex()
        for tick in range(int(seconds * 5)):
            ticks = round(tick / 5 * rate * 90_000) % (1 << 33)
            clock = b"\x07\x10" + (ticks << 15 | 0x7E00).to_bytes(6)
            block = multiplex.tables() if tick % 5 == 0 else b""
            block += multiplex.frame(key=picture and tick % 5 == 0)
            yield block + multiplex.packet(0x100, b"", field=clock)
            yield 0.2

    return script


class SlateLoop:
    """A loop of ever the same picture, two pieces a second."""

    def __init__(self) -> None:
        self.starts: list[int | None] = []
        """What the clocks were to begin with."""

    def play(
        self, since: float, *, start: int | None = None
    ) -> Iterator[tuple[float, bytes]]:
        """Yield when each piece is due, and the piece."""
        self.starts.append(start)
        multiplex = Multiplex()
        piece = 0
        while True:
            yield since + piece / 2, multiplex.tables() + multiplex.frame(key=True)
            piece += 1


class ScriptedSlates:
    """Answers a slate, none, or takes its time."""

    def __init__(self, loop: SlateLoop | None, *, seconds: float = 0.0) -> None:
        self._loop = loop
        self._seconds = seconds
        self.asked: list[tuple[str, str]] = []

    async def slate(self, name: str, reason: str) -> SlateLoop | None:
        """Answer the slate."""
        self.asked.append((name, reason))
        await asyncio.sleep(self._seconds)
        return self._loop
