"""Starts, shares and ends streams."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from itertools import chain
import logging

from ..errors import StreamClosedError, TelecastError
from ..events import Event, StreamEnded, StreamFailed, StreamFailedOver, StreamStarted
from ..model import Candidate, Channel
from ..upstreams import AceStreamEngine, OpenUpstream, Player, Upstream
from .audience import Audience, NoAudience
from .breakers import Breakers
from .channel_stream import ChannelStream
from .cover import NoSlates, Slates
from .failover import Failover
from .qualities import Qualities
from .reader import Reader
from .ring import BURST_SECONDS, Mark
from .slots import Slots
from .stream import Sink, Stream

_LOGGER = logging.getLogger(__name__)

# A viewer who zaps may ask for the next channel before the last one is let go.
SLOT_PATIENCE_SECONDS = 3.5
# That a player of HLS has left shows in its silence alone, so time must be looked at.
_LOOK_SECONDS = 0.5


class StreamManager:
    """Holds at most one stream per channel, whatever the number of viewers.

    Only where a source wants each viewer to have a stream of its own are there more.
    """

    def __init__(
        self,
        *,
        tasks: asyncio.TaskGroup,
        open_upstream: OpenUpstream,
        candidates: Callable[[Channel], Awaitable[tuple[Candidate, ...]]],
        slots: Callable[[Candidate], Slots],
        grace_period: float,
        emit: Callable[[Event], None],
        slates: Slates | None = None,
        qualities: Qualities | None = None,
        audience: Audience | None = None,
        acestream: Callable[[str], AceStreamEngine | None] = lambda _: None,
        is_private: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """Prepare; `slots` are those of which an upstream of a candidate takes one.

        `acestream` answers the engine of a source.

        `is_private` tells of a source whether its viewers share nothing.
        """
        self._tasks = tasks
        self._open_upstream = open_upstream
        self._candidates = candidates
        self._slots = slots
        self._grace_period = grace_period
        self._emit = emit
        self._slates = slates or NoSlates()
        self._qualities = qualities or Qualities(None)
        self._audience = audience or NoAudience()
        self._acestream = acestream
        self._is_private = is_private
        self._breakers = Breakers(asyncio.get_running_loop().time)
        self._streams: dict[tuple[int, int | None], ChannelStream] = {}
        self._changed = asyncio.Event()
        self._closed = False
        self.last_failure: StreamFailed | None = None
        """What failed last, and why."""

    @property
    def streams(self) -> Mapping[int, ChannelStream]:
        """The shared streams that run now, by channel id."""
        return {one.channel.id: one for one in self.all if one.pid is None}

    @property
    def all(self) -> tuple[ChannelStream, ...]:
        """The streams that run now, private ones included."""
        return tuple(self._streams.values())

    def is_watched(self, source: str) -> bool:
        """Tell whether anybody watches a channel of a source, or what is made of it."""
        return any(one.is_watched for one in self.all if one.channel.source == source)

    @asynccontextmanager
    async def watch(
        self,
        channel: Channel,
        *,
        mark: Mark | None = None,
        back: float = BURST_SECONDS,
        needed: Callable[[], bool] = lambda: True,
        relays: bool = False,
        pid: int | None = None,
    ) -> AsyncIterator[Reader]:
        """Attach a viewer to the channel's stream, starting it where there is none.

        Where the source's viewers share nothing, those with a `pid` have streams of
        their own, one for each number.

        It begins where Stream.reader says. `needed` tells of a reader that is no viewer
        itself (a transcoder) whether anybody watches what it makes: one that is not needed
        does not keep a slot from others. One that `relays` reads for viewers of another
        channel: that those of this one are idle is no reason to end it.

        What goes wrong with the stream is raised by the reader's first block.
        Raises StreamClosedError when everything is being shut down.
        """
        if not self._is_private(channel.source):
            pid = None
        while (running := self._streams.get((channel.id, pid))) and running.stream.over:
            await running.stream.wait_closed()
        if self._closed:
            raise StreamClosedError("Telecast is stopping")
        running = running or self._start(channel, pid)
        with (
            running.stream.reader(mark=mark, back=back) as reader,
            running.noting(needed, relays=relays),
        ):
            yield reader

    def stop(self, channel_id: int) -> bool:
        """End a channel's stream for all who watch it; answer whether there was one."""
        found = [running for running in self.all if running.channel.id == channel_id]
        for running in found:
            running.stream.stop()
        return bool(found)

    def end_idle(self) -> None:
        """End streams that nobody has watched for longer than the grace period."""
        for running in self.all:
            if not running.stream.readers and running.stream.idle > self._grace_period:
                running.stream.stop()

    def stop_source(self, source: str) -> None:
        """End the streams that a source delivers: it is no longer there."""
        for running in self.all:
            if running.source == source:
                running.stream.stop()

    def close(self) -> None:
        """End every stream at once, and start no more."""
        self._closed = True
        for running in self.all:
            running.stream.stop()

    def _start(self, channel: Channel, pid: int | None) -> ChannelStream:
        running = ChannelStream(channel, pid)
        running.stream = Stream(
            feed=lambda sink: self._feed(running, sink),
            grace_period=self._grace_period,
            on_idle=self._tell_waiters,
            on_active=lambda: self._emit(StreamStarted(**running.facts)),
        )
        self._streams[channel.id, pid] = running
        self._tasks.create_task(self._run(running), name=f"stream {channel.id}")
        return running

    async def _run(self, running: ChannelStream) -> None:
        try:
            await running.stream.run()
        except Exception:
            # One broken stream must not end the others that share the task group.
            _LOGGER.exception("Channel %s failed", running.channel.number)
        finally:
            del self._streams[running.channel.id, running.pid]
            self._tell_waiters()
            self._report(running)
            if running.quality:
                await self._qualities.keep(running.channel, running.quality)

    def _report(self, running: ChannelStream) -> None:
        error = running.stream.error
        if error and not running.failing:
            self._tell_failure(running, error)
        elif running.stream.meter.total:
            self._emit(StreamEnded(**running.facts))

    def _tell_failure(self, running: ChannelStream, error: TelecastError) -> None:
        reason = error.__cause__ or error
        code = reason.code if isinstance(reason, TelecastError) else error.code
        _LOGGER.info("Channel %s failed: %s", running.channel.number, error)
        running.failing = True
        self.last_failure = StreamFailed(**running.facts, reason=code)
        self._emit(self.last_failure)

    def _tell_change(self, running: ChannelStream, error: TelecastError) -> None:
        _LOGGER.info("Channel %s goes on after: %s", running.channel.number, error)
        if running.failing:
            running.failing = False
            self._emit(StreamStarted(**running.facts))
        else:
            self._emit(StreamFailedOver(**running.facts, reason=error.code))

    async def _feed(self, running: ChannelStream, sink: Sink) -> None:
        @asynccontextmanager
        async def opener(wanted: Candidate) -> AsyncIterator[Upstream]:
            candidate = await self._with_room(wanted, candidates, patience)
            slots = self._slots(candidate)
            try:
                with slots.take(
                    f"channel {running.channel.number}",
                    viewers=lambda: self._audience.names(running),
                ):
                    patience.pop(candidate.source, None)
                    running.source = running.holding = candidate.source
                    player = Player(
                        engine=self._acestream(candidate.source),
                        pid=running.pid,
                        on_swarm=running.hear,
                    )
                    async with self._open_upstream(
                        candidate, player=player
                    ) as upstream:
                        yield upstream
            finally:
                running.holding = running.swarm = None
                self._tell_waiters()

        # Until when a slot of a source is waited for.
        patience: dict[str, float] = {}
        candidates = await self._candidates(running.channel)
        running.quality = await self._qualities.of(running.channel, candidates)
        await Failover(
            running.channel.name,
            running.quality,
            opener,
            breakers=self._breakers,
            slates=self._slates,
            on_change=lambda _, error: self._tell_change(running, error),
            on_dark=lambda error: self._tell_failure(running, error),
        ).run(sink)

    async def _with_room(
        self,
        candidate: Candidate,
        others: tuple[Candidate, ...],
        patience: dict[str, float],
    ) -> Candidate:
        """Answer a candidate once it has a slot, or another login of its source has.

        Waits a moment for that, and ends a stream that nobody needs.
        """
        loop = asyncio.get_running_loop()
        deadline = patience.setdefault(
            candidate.source, loop.time() + SLOT_PATIENCE_SECONDS
        )
        choices: dict[Slots, Candidate] = {}
        for one in (candidate, *others):
            if one.source == candidate.source:
                choices.setdefault(self._slots(one), one)
        while True:
            for slots, one in choices.items():
                if slots.free:
                    return one
            if idle := self._idle_stream_of(candidate.source):
                idle.stop()
                await idle.wait_closed()
                continue
            if loop.time() >= deadline:
                return candidate  # taking the slot now says who holds it
            any(slots.make_room() for slots in choices)
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    await self._changed.wait()

    def _idle_stream_of(self, source: str) -> Stream | None:
        """Answer one that nobody watches, or whose viewers were idle and have given way."""
        held = [running for running in self.all if running.holding == source]
        unwatched = (one.stream for one in held if not one.is_watched)
        given_up = (one.stream for one in held if self._audience.give_way(one))
        return next(chain(unwatched, given_up), None)

    def _tell_waiters(self) -> None:
        self._changed.set()
        self._changed.clear()
