"""One try of one candidate: what comes is checked, joined to what was, and handed on."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Protocol

from ...formats.mpegts import (
    CLOCK,
    WRAP,
    Aligner,
    Join,
    Program,
    Scanner,
    breaks,
    starts_anew,
    unwrap,
)
from ..errors import NoDataError, NoPictureError, StarvedError, TelecastError
from .pace import Pace
from .quality import Outcome
from .stream import Sink

# Seconds. What trickles is as good as dead; so is what nobody can begin to watch.
PACKET_SECONDS = 10.0
PICTURE_SECONDS = 15.0
# After a change a picture that begins with a key frame is worth waiting for this long.
FLAG_SECONDS = 1.5
# So many bytes without one packet are no transport stream.
GARBAGE_BYTES = 128 * 1024

# Ticks by which a key frame may differ from when it should come. Bursts are ahead, and
# so is the next one of a stream that has few; none is behind but by bad arithmetic.
_LEAP_AHEAD = 20 * CLOCK
_LEAP_BACK = CLOCK // 2

# Key frames of other codecs cannot be told from the rest.
_KEYED = frozenset({"h264", "hevc", "mpeg1video", "mpeg2video"})


class Readable(Protocol):
    """An opened candidate."""

    async def read(self) -> bytes:
        """Answer what has come since the last call; b"" at the end."""


class Delivery:
    """Publishes what an upstream sends for as long as that is of use."""

    def __init__(
        self,
        sink: Sink,
        *,
        on_first: Callable[[], None],
        after_change: bool = False,
        starve_seconds: float = 0.0,
    ) -> None:
        """Begin a try; `on_first` is called before its first block is published.

        `after_change` says that viewers have had something else before: then it begins
        with a key frame. A starving upstream is borne with for at least `starve_seconds`.
        """
        self._sink = sink
        self._on_first = on_first
        self._after_change = after_change
        self._starve_seconds = starve_seconds
        self._loop = asyncio.get_running_loop()
        self._began = self._opened = self._came = self._loop.time()
        self._first: float | None = None
        self._key: tuple[int, float] | None = None
        self._keyed = False
        self._aligner, self._scanner, self._pace = Aligner(), Scanner(), Pace()

    async def run(self, upstream: Readable) -> None:
        """Publish until the upstream ends or is of no use; raise why.

        Raises NoDataError (it ended, trickles, or sends no transport stream),
        NoPictureError, StarvedError, and what reading it raises.
        """
        self._opened = self._came = self._loop.time()
        while data := await self._read(upstream):
            if block := self._aligner.feed(data):
                self._came = self._loop.time()
                self._take(block)
            elif self._aligner.dropped > GARBAGE_BYTES:
                raise NoDataError("What the provider sends is no transport stream")
        if self._first is None:
            raise NoDataError("The provider sends no transport stream")
        raise NoDataError("The provider ended the stream")

    def outcome(self, error: TelecastError | None) -> Outcome:
        """Answer what came of the try, which `error` ended."""
        if self._first is None:
            return Outcome(error=error)
        rate = self._pace.rate
        return Outcome(
            startup=self._first - self._began,
            served=self._loop.time() - self._first,
            rate=None if rate is None else min(rate, 1.0),
            error=error,
        )

    def clock(self) -> int | None:
        """Answer what the programme's clock shows now, in 90 kHz; None if not known."""
        if self._key is None:
            return None
        pts, at = self._key
        return (pts + round((self._loop.time() - at) * CLOCK)) % WRAP

    async def _read(self, upstream: Readable) -> bytes:
        try:
            async with asyncio.timeout_at(self._came + PACKET_SECONDS):
                return await upstream.read()
        except TimeoutError as err:
            raise NoDataError(f"No packet came for {PACKET_SECONDS:g} s") from err

    def _take(self, block: bytes) -> None:
        joins, program = self._scanner.scan(block), self._scanner.program
        self._check(block, joins, program)
        if self._first is None:
            if self._after_change:
                if not joins and self._waits_for_key(program):
                    return
                block, joins = spliced(block, joins)
            self._first = self._came
            self._on_first()
        for part, within in _parted(block, joins):
            if starts_anew(part):
                self._key = None
            self._publish(part, within)

    def _waits_for_key(self, program: Program | None) -> bool:
        # Where they cannot be told, they may still be flagged.
        return _has_keys(program) or self._came - self._opened < FLAG_SECONDS

    def _publish(self, block: bytes, joins: list[Join]) -> None:
        """Publish a block, flagging the key frames at which the sender's clock leaps.

        Decoders and encoders would wait for a clock that went back to catch up.
        """
        for index, join in enumerate(joins):
            if join.pts is None:
                continue
            leaps = self._leaps(join.pts)
            self._key = join.pts, self._came
            if leaps:
                if join.offset:
                    self._sink.publish(block[: join.offset], joins[:index])
                rest = [
                    replace(one, offset=one.offset - join.offset)
                    for one in joins[index:]
                ]
                return self._publish(*spliced(block[join.offset :], rest))
        self._sink.publish(block, joins)
        return None

    def _leaps(self, pts: int) -> bool:
        if self._key is None:
            return False
        before, at = self._key
        ahead = unwrap(before, pts) - before
        passed = (self._came - at) * CLOCK
        return not -_LEAP_BACK <= ahead <= passed + _LEAP_AHEAD

    def _check(self, block: bytes, joins: list[Join], program: Program | None) -> None:
        self._keyed = self._keyed or bool(joins)
        passed = self._came - self._opened
        if not self._keyed and passed > PICTURE_SECONDS and _has_keys(program):
            raise NoPictureError(f"No key frame came for {PICTURE_SECONDS:g} s")
        if program:
            self._pace.feed(block, program, self._came)
            if self._pace.starved and passed >= self._starve_seconds:
                raise StarvedError("The provider sends more slowly than it is shown")


def _parted(block: bytes, joins: list[Join]) -> Iterator[tuple[bytes, list[Join]]]:
    """Cut a block where it tells of a break: who reads it looks at beginnings only."""
    cuts = [0, *filter(None, breaks(block, None)), len(block)]
    for begin, end in pairwise(cuts):
        yield (
            block[begin:end],
            [
                replace(join, offset=join.offset - begin)
                for join in joins
                if begin <= join.offset < end
            ],
        )


def spliced(block: bytes, joins: list[Join]) -> tuple[bytes, list[Join]]:
    """Begin with a key frame, and tell decoders that it does not follow what they had."""
    if not joins:
        return block, joins
    first = joins[0]
    moved = len(first.head) - first.offset
    return first.head + block[first.offset :], [
        Join(join.offset + moved, join.tables, join.pts, join.program) for join in joins
    ]


def _has_keys(program: Program | None) -> bool:
    """Tell whether there should be key frames; a stream without tables has no picture."""
    if program is None:
        return True
    return program.video is not None and program.video.codec in _KEYED
