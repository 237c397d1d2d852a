"""HLS as the servers see it: where segments lie, who packages, who watches."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from math import inf
from typing import Protocol

from ..model import Channel
from ..sessions import Sessions
from ..streams.reader import Reader
from ..streams.ring import Mark
from ..transcoding.transcoder import Transcoder
from .packager import Packager
from .packagers import Packagers
from .shape import Shape
from .storage import Storage
from .viewers import Viewers


class WatchSource(Protocol):
    """Attaches to a channel's own stream."""

    def __call__(
        self,
        channel: Channel,
        *,
        mark: Mark | None,
        back: float,
        needed: Callable[[], bool],
    ) -> AbstractAsyncContextManager[Reader]:
        """Attach at a mark, or at pictures that are `back` seconds old.

        `needed` tells whether anybody watches what is made of it.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Hls:
    """All of HLS."""

    storage: Storage
    packagers: Packagers
    viewers: Viewers


def make_hls(
    *,
    tasks: asyncio.TaskGroup,
    storage: Storage,
    shape: Shape,
    sessions: Sessions,
    watch: WatchSource,
    transcoder: Callable[[Channel], Transcoder],
) -> Hls:
    """Put HLS together; what it starts runs in `tasks`, which `storage` has to outlive."""

    def make(channel: Channel) -> Packager:
        def attach(mark: Mark | None) -> AbstractAsyncContextManager[Reader]:
            return watch(channel, mark=mark, back=inf, needed=packager.is_watched)

        packager = Packager(
            channel=channel,
            shape=shape,
            storage=storage,
            watch=attach,
            transcoder=transcoder(channel),
        )
        return packager

    packagers = Packagers(tasks=tasks, make=make)
    viewers = Viewers(tasks=tasks, sessions=sessions, packagers=packagers)
    return Hls(storage=storage, packagers=packagers, viewers=viewers)
