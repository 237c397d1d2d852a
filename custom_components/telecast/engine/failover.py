"""The feed of a stream: candidate after candidate, as one unbroken run of blocks."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
import logging
import random

from ..formats import mpegts
from ..formats.mpegts_tables import Program
from .errors import (
    BusyError,
    NoDataError,
    SourceError,
    SourceTimeoutError,
    StreamError,
    TelecastError,
    TuneFailedError,
)
from .model import Candidate
from .stream import Publish
from .upstream import Upstream

_LOGGER = logging.getLogger(__name__)

# A whole round of candidates is tried at once; before each further one we wait longer.
ROUND_DELAYS = (0.25, 0.5, 1.0, 2.0, 4.0)
# Seconds of good service after which earlier failures are forgotten.
WELL_AFTER_SECONDS = 20.0
# After a change a picture that begins with a key frame is worth waiting for this long.
KEY_FRAME_SECONDS = 1.5
# So many bytes without one packet are no transport stream.
GARBAGE_BYTES = 128 * 1024

type Opener = Callable[[Candidate], AbstractAsyncContextManager[Upstream]]


class Failover:
    """Delivers blocks for as long as any candidate does."""

    def __init__(
        self,
        candidates: tuple[Candidate, ...],
        opener: Opener,
        on_change: Callable[[Candidate, TelecastError], None],
        *,
        round_delays: tuple[float, ...] = ROUND_DELAYS,
    ) -> None:
        """Prepare to open `candidates` in their order.

        `on_change` hears of each change while viewers watch: from which candidate the
        stream goes on, and what had gone wrong.
        """
        self._candidates = candidates
        self._open = opener
        self._on_change = on_change
        self._round_delays = round_delays
        self._loop = asyncio.get_running_loop()
        self._delivering_since: float | None = None
        self._last_error: TelecastError | None = None

    async def run(self, publish: Publish) -> None:
        """Publish blocks for ever; raise when no candidate is left.

        Before the first block every candidate gets one try, so that a viewer soon hears
        of a dead channel; after it the rounds go on, with growing pauses.

        Raises TuneFailedError, NoDataError, UnsupportedStreamError or SourceBusyError.
        """
        if not self._candidates:
            raise TuneFailedError("The channel has no address")
        delivered, failures, turn = False, 0, 0
        while True:
            candidate = self._candidates[turn % len(self._candidates)]
            self._delivering_since = None
            try:
                await self._deliver(candidate, publish, after_change=delivered)
                error: TelecastError = NoDataError("The provider ended the stream")
            except (StreamError, SourceError, BusyError) as err:
                error = err
            self._last_error = error
            served = self._served()
            delivered = delivered or served > 0
            if served > WELL_AFTER_SECONDS:
                failures = 0
            failures, turn = failures + 1, turn + 1
            _LOGGER.debug("Candidate %d failed: %s", turn, error)
            await self._pause(failures, delivered, error)

    def _served(self) -> float:
        """Tell for how many seconds the last candidate has delivered."""
        since = self._delivering_since
        return 0.0 if since is None else max(self._loop.time() - since, 1e-9)

    async def _pause(
        self, failures: int, delivered: bool, error: TelecastError
    ) -> None:
        rounds, within = divmod(failures, len(self._candidates))
        if within:
            return
        if not delivered or rounds > len(self._round_delays):
            raise _as_viewers_see_it(error) from error
        await asyncio.sleep(self._round_delays[rounds - 1] * random.uniform(0.8, 1.2))

    async def _deliver(
        self, candidate: Candidate, publish: Publish, *, after_change: bool
    ) -> None:
        aligner, scanner = mpegts.Aligner(), mpegts.Scanner()
        async with self._open(candidate) as upstream:
            opened = self._loop.time()
            while data := await upstream.read():
                block = aligner.feed(data)
                if not block:
                    if aligner.dropped > GARBAGE_BYTES:
                        break
                    continue
                joins = scanner.scan(block)
                if self._delivering_since is None:
                    if after_change:
                        late = self._loop.time() - opened > KEY_FRAME_SECONDS
                        if not joins and not late:
                            continue
                        block, joins = _spliced(block, joins, scanner.program)
                        assert self._last_error
                        self._on_change(candidate, self._last_error)
                    self._delivering_since = self._loop.time()
                publish(block, joins)
        if self._delivering_since is None:
            raise NoDataError("What the provider sends is no transport stream")


def _spliced(
    block: bytes, joins: list[mpegts.Join], program: Program | None
) -> tuple[bytes, list[mpegts.Join]]:
    """Begin with a key frame, and tell decoders that it does not follow what they had."""
    head = mpegts.discontinuities(program) if program else b""
    start = 0
    if joins:
        head += joins[0].tables
        start = joins[0].offset
    moved = len(head) - start
    return head + block[start:], [
        mpegts.Join(join.offset + moved, join.tables) for join in joins
    ]


def _as_viewers_see_it(error: TelecastError) -> TelecastError:
    if isinstance(error, SourceTimeoutError):
        return NoDataError(str(error))
    if isinstance(error, SourceError):
        return TuneFailedError(str(error))
    return error
