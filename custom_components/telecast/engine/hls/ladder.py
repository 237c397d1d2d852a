"""The renditions of a channel that FFmpeg makes: one decode for all that are watched."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from itertools import chain, repeat
import logging

from ...formats.ffmpeg import RENDITIONS
from ...formats.mpegts import Segmenter
from ..errors import (
    EncodingFailedError,
    FFmpegMissingError,
    TelecastError,
    UnknownRenditionError,
)
from ..model import Channel
from ..streams.ring import Mark
from ..tasks import open_tasks
from ..transcoding.transcoder import Transcoder, WatchFrom
from .calendar import Moment
from .plan import Plan
from .shift import Shift
from .track import Track

_LOGGER = logging.getLogger(__name__)

# A rendition that nobody has asked for in this long is watched by nobody.
UNWATCHED_SECONDS = 30.0


class Ladder:
    """Makes the renditions that are asked for, and no others.

    When their set changes, an FFmpeg for the new set begins beside the old one, which
    ends once the new one has caught up with it: nobody who watches notices.
    """

    def __init__(
        self,
        *,
        channel: Channel,
        plan: Plan,
        tracks: Mapping[str, Track],
        watch: WatchFrom,
        transcoder: Transcoder,
        segmenter: Callable[[], Segmenter],
        needed: Callable[[], bool],
    ) -> None:
        """Prepare; `watch` attaches to the stream, `needed` tells whether anybody watches."""
        self._channel = channel
        self._plan = plan
        self._tracks = tracks
        self._watch = watch
        self._transcoder = transcoder
        self._segmenter = segmenter
        self._needed = needed
        self._now = asyncio.get_running_loop().time
        self._asked: dict[str, float] = {}
        self._encoded: set[str] = set()
        self._begins: list[Moment | None] = []
        self._news = asyncio.Event()
        self._slot = ExitStack()
        self._holds_slot = False
        self.dropped: dict[str, TelecastError] = {}
        """Renditions that are offered no more, and why."""

    def ask(self, name: str, *, encodes: bool, begin: Moment | None = None) -> None:
        """Have a rendition made for as long as this is called again and again.

        It begins where somebody needs it from, at `begin`, or with the oldest picture.
        Raises EncodersBusyError where it would take one encoder too many, and what
        keeps the rendition from being offered any more.
        """
        if error := self.dropped.get(name):
            raise error
        if encodes:
            self._take_slot()
            self._encoded.add(name)
        else:
            self._encoded.discard(name)
        if name not in self._asked:
            self._tracks[name].begin_anew()
            self._begins.append(begin)
            self._news.set()
        self._asked[name] = self._now()

    async def run(self) -> None:
        """Make what is asked for; raises what the transcoder and the tracks raise."""
        shift: Shift | None = None
        with self._slot:
            async with open_tasks() as tasks:
                while True:
                    names = await self._next_set(shift.names if shift else frozenset())
                    shift = self._shift(names, before=shift)
                    begin = _earliest(self._begins)
                    self._begins = []
                    shift.begin(
                        tasks.create_task(self._work(shift, begin)) if names else None
                    )

    async def _work(self, shift: Shift, begin: Mark | None) -> None:
        # After a death all is read again: where the tracks end, only they know.
        begins = chain((begin,), repeat(None))
        try:
            await self._transcoder.run(lambda: self._watch(next(begins)), shift)
        except (EncodingFailedError, FFmpegMissingError) as err:
            # Without the best rendition there is no channel; without others there is.
            if self._plan.top in shift.names:
                raise
            for name in shift.names:
                self._drop(name, err)

    def _take_slot(self) -> None:
        if not self._holds_slot:
            self._slot.enter_context(
                self._transcoder.slot(needed=self._needed, give_way=self._give_way)
            )
            self._holds_slot = True

    def _leave_slot(self) -> None:
        self._slot.close()
        self._holds_slot = False

    def _give_way(self) -> None:
        """Encode nothing: nobody watches, and somebody else wants to."""
        self._asked.clear()
        self._leave_slot()
        self._news.set()

    def _shift(self, names: frozenset[str], *, before: Shift | None) -> Shift:
        return Shift(
            names,
            plan=self._plan,
            tracks=self._tracks,
            segmenter=self._segmenter,
            lags=lambda: self._drop_highest(names),
            before=before,
        )

    async def _next_set(self, before: frozenset[str]) -> frozenset[str]:
        """Wait until other renditions are watched than before; answer which."""
        while True:
            self._news.clear()
            self._forget_unwatched()
            if (names := frozenset(self._asked)) != before:
                return names
            oldest = min(self._asked.values(), default=None)
            due = None if oldest is None else oldest + UNWATCHED_SECONDS
            with suppress(TimeoutError):
                async with asyncio.timeout_at(due):
                    await self._news.wait()

    def _forget_unwatched(self) -> None:
        now = self._now()
        self._asked = {
            name: at
            for name, at in self._asked.items()
            if now - at < UNWATCHED_SECONDS and name not in self.dropped
        }
        if not self._encoded & self._asked.keys():
            self._leave_slot()

    def _drop_highest(self, names: frozenset[str]) -> None:
        """Offer the best that is encoded no longer, if a smaller one is left.

        Sound alone costs next to nothing: where a picture is too much, that is another's.
        """
        costly = names & self._encoded or names
        highest = next(one.name for one in RENDITIONS if one.name in costly)
        if highest == RENDITIONS[-1].name:
            _LOGGER.warning(
                "Channel %s: this machine encodes %s more slowly than it plays",
                *(self._channel.number, highest),
            )
            return
        _LOGGER.warning(
            "Channel %s: this machine cannot encode %s in real time; it is offered no more",
            *(self._channel.number, highest),
        )
        self._drop(highest, UnknownRenditionError(f"{highest} is too much to encode"))

    def _drop(self, name: str, error: TelecastError) -> None:
        self.dropped[name] = error
        self._tracks[name].close()
        self._news.set()


def _earliest(begins: Sequence[Moment | None]) -> Mark | None:
    """Answer the earliest of some places; None is before all others."""
    earliest = begins[0] if begins else None
    for begin in begins[1:]:
        if earliest and (begin is None or begin.is_before(earliest)):
            earliest = begin
    if earliest is None or earliest.pts is None:
        return None
    return Mark(era=earliest.era, pts=earliest.pts)
