"""Transcoded streams: one FFmpeg per channel and profile, shared by all who watch it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
import logging
from typing import Protocol, override

from ...formats import mpegts
from ...formats.ffmpeg import Copy, Encode, Profile
from ..errors import StreamClosedError
from ..model import Channel
from ..streams.delivery import spliced
from ..streams.reader import Reader
from ..streams.stream import Sink, Stream
from .commands import Order, Wanted
from .pieces import Piece
from .run import Take
from .transcoder import Job, Transcoder

_LOGGER = logging.getLogger(__name__)

# How long a viewer who comes later waits for a picture.
_KEY_FRAME_SECONDS = 2.0
_CLOCK_RATIO = 300
"""Ticks of the programme clock (27 MHz) in one of a time stamp (90 kHz)."""
# A clock that is further ahead than this is another timeline's.
_OVERLAP = 60 * mpegts.CLOCK


class WatchSource(Protocol):
    """Attaches to a channel's own stream."""

    def __call__(
        self, channel: Channel, *, needed: Callable[[], bool]
    ) -> AbstractAsyncContextManager[Reader]:
        """Attach; `needed` tells whether anybody watches what is made of it."""


class ProfileStreams:
    """Starts, shares and ends transcoded streams."""

    def __init__(
        self,
        *,
        tasks: asyncio.TaskGroup,
        watch: WatchSource,
        transcoder: Callable[[Channel], Transcoder],
        grace_period: float,
    ) -> None:
        self._tasks = tasks
        self._watch = watch
        self._transcoder = transcoder
        self._grace_period = grace_period
        self._streams: dict[tuple[int, str], Stream] = {}
        self._closed = False

    @property
    def streams(self) -> Mapping[tuple[int, str], Stream]:
        """Those that run now, by channel id and profile."""
        return self._streams

    @asynccontextmanager
    async def watch(self, channel: Channel, profile: Profile) -> AsyncIterator[Reader]:
        """Attach a viewer to a channel's stream in a profile, starting it where there is none.

        What goes wrong, EncodersBusyError included, is raised by the reader's first
        block. Raises StreamClosedError when everything is being shut down.
        """
        key = channel.id, profile.name
        while (stream := self._streams.get(key)) and stream.over:
            await stream.wait_closed()
        if self._closed:
            raise StreamClosedError("Telecast is stopping")
        with (stream or self._start(channel, profile)).reader() as reader:
            yield reader

    def stop(self, channel_id: int) -> None:
        """End a channel's transcoded streams for all who watch them."""
        for (of_channel, _), stream in tuple(self._streams.items()):
            if of_channel == channel_id:
                stream.stop()

    def close(self) -> None:
        """End every stream at once, and start no more."""
        self._closed = True
        for stream in tuple(self._streams.values()):
            stream.stop()

    def _start(self, channel: Channel, profile: Profile) -> Stream:
        transcoder = self._transcoder(channel)

        async def feed(sink: Sink) -> None:
            encodes = isinstance(profile.video, Encode)
            slot = transcoder.slot(
                needed=lambda: stream.readers > 0, give_way=stream.stop
            )
            with slot if encodes else nullcontext():
                await transcoder.run(
                    lambda: self._watch(channel, needed=lambda: stream.readers > 0),
                    _ProfileJob(channel, profile, sink),
                )

        stream = Stream(
            feed=feed,
            grace_period=self._grace_period,
            on_idle=lambda: None,
            on_active=lambda: None,
        )
        self._streams[channel.id, profile.name] = stream
        self._tasks.create_task(
            self._run(channel, profile, stream),
            name=f"stream {channel.id} {profile.name}",
        )
        return stream

    async def _run(self, channel: Channel, profile: Profile, stream: Stream) -> None:
        try:
            await stream.run()
        except Exception:
            # One broken stream must not end the others that share the task group.
            _LOGGER.exception("Channel %s in %s failed", channel.number, profile.name)
        finally:
            del self._streams[channel.id, profile.name]
            if stream.error:
                _LOGGER.info(
                    "Channel %s in %s failed: %s",
                    *(channel.number, profile.name, stream.error),
                )


class _ProfileJob(Job):
    """Makes one transcoded stream."""

    def __init__(self, channel: Channel, profile: Profile, sink: Sink) -> None:
        self._channel = channel
        self._profile = profile
        self._sink = sink
        self._clock: int | None = None
        """The last time stamp that viewers have; None before the first."""
        self._era: int | None = None
        """That of the last pictures that viewers have; None before the first."""

    @override
    def order(self, piece: Piece) -> Order:
        """Order the profile's picture, where there is one, and its sound."""
        video = self._profile.video if piece.program.has_video else Copy()
        output = Wanted(name=self._profile.name, video=video, audio=self._profile.audio)
        return Order(outputs=(output,), key_frame_seconds=_KEY_FRAME_SECONDS)

    @override
    def take(self, piece: Piece, order: Order, *, anew: bool) -> Take:
        """Publish from a key frame on that viewers do not have.

        After a death the stream may be read again, also what was before its last break.
        """
        scanner = mpegts.Scanner()
        begun = self._era is None

        async def take(_index: int, packets: bytes) -> None:
            nonlocal begun
            joins = scanner.scan(packets)
            if not begun:
                joins = [one for one in joins if self._is_new(one, piece.era)]
                if not joins:
                    return
                begun = True
                packets, joins = spliced(packets, joins)
            if packets:
                self._publish(packets, joins, scanner, piece.era)

        return take

    @override
    def lags(self) -> None:
        """Say that this machine is too slow; viewers lose pictures."""
        _LOGGER.warning(
            "Channel %s: this machine encodes %s more slowly than it plays",
            *(self._channel.number, self._profile.name),
        )

    def _publish(
        self,
        packets: bytes,
        joins: list[mpegts.Join],
        scanner: mpegts.Scanner,
        era: int,
    ) -> None:
        if era != self._era:
            self._era, self._clock = era, None
        if program := scanner.program:
            clock = mpegts.last_pcr(packets, program.pcr_pid)
            if clock is not None:
                self._clock = clock // _CLOCK_RATIO
        self._sink.publish(packets, joins)

    def _is_new(self, join: mpegts.Join, era: int) -> bool:
        if era != self._era:
            return era > (self._era or 0)
        if join.pts is None or self._clock is None:
            return True
        ahead = self._clock - mpegts.unwrap(self._clock, join.pts)
        return not 0 <= ahead < _OVERLAP
