"""One showing of a virtual channel, from when it is prepared until it is over."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
import logging

from ...formats.mpegts import Loop
from ..errors import (
    BusyError,
    FFmpegMissingError,
    NoDataError,
    NoKeyFrameError,
    SourceError,
    SourceTimeoutError,
    TelecastError,
)
from ..tasks import open_tasks
from ..timeline import LATEST, Gap, Item, Live, Showing
from ..upstreams.remux import Read
from .pacing import LEAD
from .patience import STALL_SECONDS, impatient, silent
from .pieces import Media, Span, ticks_at
from .stage import Opened, Stage

_LOGGER = logging.getLogger(__name__)

# Milliseconds.
RETRY = 5000
"""After which a file that was not there is looked for again."""
# After which one that is there, and cannot be played, is tried again.
_RETRY_LATER = 60_000
_MOST_TRIES = 2
# What is missing for a shorter time is not worth a card.
_SHORTEST = 500
# FFmpeg needs a moment to begin: who joins is to see what is on then.
_AHEAD = 800
# Where there are B frames, it looks for a key frame some 130 ms before what it is told.
_LEAST_AHEAD = 250
# A file that ends so long before its time was cut off, and is opened once more.
_CUT_OFF = 5000
# What is copied is rather shown so much late than begun with where it has no key frame.
_LATE = 2000
# Who enters a file so long before its end may find nothing, and it is none the worse.
_TAIL = 30_000
# Pictures are sent a little before they are shown: what is cut ends before what follows.
_MARGIN = 200

# A piece may take that many seconds to begin; some of it before its turn has come.
_START_SECONDS = 8.0

# What is encoded looks like cards do: nobody needs to be told where one follows another.
_NORM = "norm"


class Turn:
    """A showing that plays, or waits until it may.

    Its task raises FFmpegMissingError alone: all else is a reason to show a card.
    """

    def __init__(
        self, tasks: asyncio.TaskGroup, stage: Stage, showing: Showing
    ) -> None:
        """Prepare it; nothing is poured before its turn has come."""
        self.showing = showing
        """What is shown; it may come to have another end."""
        self.lost = False
        """Whether it ended because the time of day is another one than was thought."""
        self._stage = stage
        self._mine = asyncio.Event()
        self.task = tasks.create_task(self._show())

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        return self.task.done()

    def come(self) -> None:
        """Say that its turn has come."""
        self._mine.set()

    def drop(self) -> None:
        """End it; something else is on."""
        self.task.cancel()

    async def _show(self) -> None:
        match self.showing.item:
            case Item() as item:
                await self._play(item)
            case Live(channel=channel):
                await self._relay(channel)
            case Gap():
                pass
        await self._mine.wait()
        await self._fill(lambda: self.showing.stop)

    async def _play(self, item: Item) -> None:
        """Play an item up to its end, with a card as long as that is not possible."""
        tries = 0
        while self._is_left:
            try:
                async with self._stage.shelf.open(item) as file:
                    tries += 1
                    if await self._piece(file):
                        return
            except FFmpegMissingError:
                raise
            except BusyError as err:
                _LOGGER.info("An item of a virtual channel has to wait: %s", err)
                tries = 0
            except TelecastError as err:
                _LOGGER.info("An item of a virtual channel is left out: %s", err)
                if isinstance(err, SourceError):
                    tries = 0  # what is away may be back at any time
                if self._is_its_fault(err):
                    self._stage.shelf.broken(item, err)
            await self._pause(RETRY if tries < _MOST_TRIES else _RETRY_LATER)

    async def _piece(self, file: Opened) -> bool:
        """Play a file; answer whether that was all that there is to be played of it."""
        while self._is_left and not self.lost:
            span = self._span(file.media)
            try:
                return await self._run(file, span)
            except NoKeyFrameError as err:
                late = err.late
            if late is None:
                return await self._without_key(file)
            if late < 0:
                return await self._earlier(file, span.offset + late)
            await self._fill_until(span.start + late - _SHORTEST)
        return True

    async def _without_key(self, file: Opened) -> bool:
        """Play the rest of what cannot be copied from here on."""
        if self._is_tail or not self._is_left:
            return True
        media = replace(file.media, shape="")
        return await self._run(replace(file, media=media), self._span(media))

    async def _earlier(self, file: Opened, offset: int) -> bool:
        """Play the rest with a place in the item that comes before what is on."""
        if not self._is_left:
            return True
        # In a file that was cut, the key frame may lie before its beginning.
        span = Span(offset=max(offset, 0), start=self._begin, stop=self.showing.stop)
        return await self._run(file, span)

    async def _run(self, file: Opened, span: Span) -> bool:
        stage, media = self._stage, file.media
        begun = asyncio.get_running_loop().time()
        async with stage.pieces.open(file.descriptor, media, span) as read:
            await self._mine.wait()
            in_step = await stage.pacer.play(
                impatient(read, begun + _START_SECONDS),
                look=media.shape or _NORM,
                until=lambda: self._cut_at(span),
            )
        self.lost = not in_step
        return self.lost or self.showing.stop - stage.pacer.reached < _CUT_OFF

    def _is_its_fault(self, error: TelecastError) -> bool:
        if isinstance(error, SourceError):
            return True
        return not (isinstance(error, NoKeyFrameError) or self._is_tail)

    def _cut_at(self, span: Span) -> int:
        """Answer where a piece that ends by itself is to end earlier, if it is."""
        stop = self.showing.stop
        return stop - _MARGIN if stop < span.stop else LATEST

    async def _relay(self, channel: int) -> None:
        """Play another channel up to the end, with a card as long as that fails."""
        stage = self._stage
        while self._is_left:
            is_early = not self._mine.is_set()
            try:
                async with stage.relay(channel) as read:
                    await self._mine.wait()
                    await stage.pacer.relay(lambda: self._live(read))
            except TelecastError as err:
                _LOGGER.info("A virtual channel waits for another one: %s", err)
                # What was on until now may have had the only slot of its source.
                if is_early and not isinstance(err, SourceTimeoutError):
                    await self._mine.wait()
                    continue
            await self._pause(RETRY)

    async def _live(self, read: Read) -> bytes:
        """Read another channel; b"" when it is no longer on."""
        left = (self.showing.stop - self._stage.clock()) / 1000
        if left <= 0:
            return b""
        try:
            async with asyncio.timeout(min(left, STALL_SECONDS)):
                if block := await read():
                    return block
        except TimeoutError as err:
            if left <= STALL_SECONDS:
                return b""
            raise silent(STALL_SECONDS) from err
        raise NoDataError("The other channel has ended")

    @property
    def _begin(self) -> int:
        """When what is played now begins: all that was poured has been shown by then."""
        start, clock = self.showing.start, self._stage.clock()
        if start > clock:
            return start
        pacer = self._stage.pacer
        # What is sent long before it is shown comes in time, however late it begins.
        ahead = max(_LEAST_AHEAD, _AHEAD + LEAD - pacer.lead)
        return max(clock + ahead, pacer.reached)

    @property
    def _is_left(self) -> bool:
        return self.showing.stop - self._begin > _SHORTEST

    @property
    def _is_tail(self) -> bool:
        """Whether it was entered close to its end."""
        left = self.showing.stop - self._begin
        return left < _TAIL and self._begin - self.showing.start > _CUT_OFF

    def _span(self, media: Media) -> Span:
        start, early = self._begin, not self._stage.pacer.reached
        offset = start - self.showing.start
        # A file begins with a key frame.
        is_late = media.copies and not early and offset <= _LATE
        return Span(
            offset=0 if is_late else offset,
            start=start,
            stop=self.showing.stop,
            early=early,
        )

    async def _pause(self, milliseconds: int) -> None:
        """Show cards for a while, but not longer than this is on."""
        await self._mine.wait()
        await self._fill_until(self._stage.clock() + milliseconds)

    async def _fill_until(self, instant: int) -> None:
        await self._mine.wait()
        await self._fill(lambda: min(instant, self.showing.stop))

    async def _fill(self, end: Callable[[], int]) -> None:
        """Show cards up to an instant, which may become another one."""
        if self.lost or end() - self._now <= _SHORTEST:
            return
        async with open_tasks() as tasks:
            making = self._make(tasks, self._now)
            while not self.lost and end() - self._now > _SHORTEST:
                if (card := await making) is None:
                    await asyncio.sleep((end() - self._now) / 1000)
                    return
                loop, until = card
                # It is made while this one is shown, lest there be nothing to see.
                making = self._make(tasks, until) if until < end() else making
                blocks = self._blocks(loop, lambda: min(until, end()))  # noqa: B023
                self.lost = not await self._stage.pacer.show(blocks, look=_NORM)
            making.cancel()

    def _make(
        self, tasks: asyncio.TaskGroup, instant: int
    ) -> asyncio.Task[tuple[Loop, int] | None]:
        stop = self.showing.stop
        return tasks.create_task(self._stage.cards.card(instant, stop))

    @property
    def _now(self) -> int:
        return max(self._stage.clock(), self._stage.pacer.reached)

    def _blocks(
        self, loop: Loop, end: Callable[[], int]
    ) -> Iterator[tuple[int, bytes]]:
        at = self._now
        for due, block in loop.play(0, start=ticks_at(at)):
            instant = at + round(due * 1000)
            if instant >= end() - _MARGIN:
                return
            yield instant, block
