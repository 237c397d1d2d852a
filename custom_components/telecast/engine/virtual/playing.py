"""Plays virtual channels: as they are on now, and as they were."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Protocol

from ..encoders.encoders import Encoders
from ..errors import NotVirtualError, TuneFailedError, UnknownRecordingError
from ..model import Candidate
from ..playout import LEAD, ClockCards, Pieces, Playout, Programme, Relay, now
from ..processes.process import Programs
from ..settings import VirtualSettings
from ..tasks import open_tasks
from ..timeline import LATEST
from ..upstreams import Upstream
from ..upstreams.basin import Pour, open_basin
from ..upstreams.remux import Read
from .addresses import recorded, source_of
from .encoding import Encoding
from .folders import root_of
from .norm import NORM, copied_shape
from .reach import Reaches
from .relaying import Relaying
from .replaying import ReplayClock
from .shelf import MediaShelf, Stock

TERM_SECONDS = 1.0
"""How long an FFmpeg that plays out may take to end: it has nothing to put in order, and
while it does not, viewers see nothing."""
# Milliseconds. Players of recordings fill their buffers first.
_LEAD_OF_RECORDINGS = 5000
_SECOND = 1000


class VirtualChannel(Programme, Stock, Protocol):
    """What a virtual channel plays."""

    @property
    def settings(self) -> VirtualSettings:
        """What the user chose."""

    def title_at(self, instant: int) -> str:
        """Answer the title of what is on at an instant; empty for a gap."""


class Channels(Protocol):
    """All virtual channels."""

    def of(self, source_id: str) -> VirtualChannel:
        """Answer that of a source; raise NotVirtualError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """What of a channel is played."""

    clock: Callable[[], int] = now
    stop: int = LATEST
    is_past: bool = False
    stood_by: Callable[[Pour], Pour] = lambda pour: pour
    """Lets its clock take note of how long pouring takes."""


class Playing:
    """Opens the addresses of virtual channels, and of their recordings."""

    def __init__(
        self,
        *,
        channels: Channels,
        programs: Programs,
        encoders: Encoders,
        relaying: Relaying,
        allowed_folders: Sequence[Path],
        zone: Callable[[], tzinfo],
        is_watched: Callable[[str], bool],
    ) -> None:
        """Prepare; `zone` is the one in which viewers are told the time.

        `is_watched` tells of a source whether anybody watches its channel, paths lead
        only into `allowed_folders`, and `programs` is best one that ends an FFmpeg soon
        (TERM_SECONDS).
        """
        self._channels = channels
        self._programs = programs
        self._encoders = encoders
        self._relaying = relaying
        self._allowed_folders = allowed_folders
        self._zone = zone
        self._is_watched = is_watched
        self._reaches = Reaches()

    @asynccontextmanager
    async def open(self, candidate: Candidate) -> AsyncIterator[Upstream]:
        """Play a channel from now on, or what it showed at another time.

        A recording is played from its begin, in real time but for the first seconds, and
        comes to its end, however often and long its viewer pauses; edits of what is on now
        are none of it. Leaving the block ends all FFmpegs.

        Raises TuneFailedError where there is no such channel, and EncodersBusyError; as
        does reading, and FFmpegMissingError.
        """
        source = source_of(candidate.url)
        try:
            channel = self._channels.of(source)
        except NotVirtualError as err:
            raise TuneFailedError("The virtual channel is no longer there") from err
        when = recorded(candidate.url)
        with Encoding(
            self._encoders,
            name=channel.settings.name,
            number=channel.settings.number,
            needed=lambda: when is not None or self._is_watched(source),
        ) as encoding:
            if not copied_shape(channel.shapes) and channel.shapes:
                await encoding.ready()
            span = _past(*when) if when else _Span()
            playout = self._playout(source, channel, span, encoding)

            async def work(pour: Pour) -> None:
                async with open_tasks() as tasks:
                    losing = tasks.create_task(encoding.lost())
                    await playout.run(span.stood_by(pour))
                    losing.cancel()

            async with open_basin(work) as basin:
                yield basin

    def _playout(
        self, source: str, channel: VirtualChannel, span: _Span, encoding: Encoding
    ) -> Playout:
        return Playout(
            programme=channel,
            shelf=MediaShelf(
                channel,
                reach=lambda path: self._reaches.of(
                    source, root_of(channel.settings, path)
                ),
                allowed_folders=self._allowed_folders,
            ),
            pieces=Pieces(
                programs=self._programs,
                norm=NORM,
                encoder=encoding.encoder,
                device=encoding.device,
                noting=encoding.noting,
            ),
            cards=ClockCards(
                self._programs,
                name=channel.settings.name,
                zone=self._zone,
                title=channel.title_at,
            ),
            relay=_no_relay if span.is_past else self._relay(source),
            clock=span.clock,
            stop=span.stop,
            lead=_LEAD_OF_RECORDINGS if span.is_past else LEAD,
        )

    def _relay(self, source: str) -> Relay:
        return lambda channel: self._relaying.open(
            source, channel, needed=lambda: self._is_watched(source)
        )


def _no_relay(channel: int) -> AbstractAsyncContextManager[Read]:
    raise UnknownRecordingError("What another channel showed is not kept")


def _past(begin: int, seconds: int) -> _Span:
    clock = ReplayClock(begin * _SECOND)
    return _Span(
        clock=clock.now,
        stop=(begin + seconds) * _SECOND,
        is_past=True,
        stood_by=clock.stood_by,
    )
