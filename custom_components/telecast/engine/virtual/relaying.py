"""Another channel of the line-up, as what a virtual channel shows."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from ..errors import NoDataError, TuneFailedError
from ..model import Channel
from ..streams.reader import Reader
from ..upstreams.remux import Read


class Watch(Protocol):
    """Attaches to a channel's stream, as StreamManager.watch does."""

    def __call__(
        self, channel: Channel, *, needed: Callable[[], bool], relays: bool
    ) -> AbstractAsyncContextManager[Reader]:
        """Attach inside a block."""


class Relaying:
    """Lets virtual channels show other channels, and no two show each other."""

    def __init__(
        self, *, watch: Watch, channel: Callable[[int], Awaitable[Channel]]
    ) -> None:
        """Prepare; `channel` answers one of the line-up by its id."""
        self._watch = watch
        self._channel = channel
        self._shown: list[tuple[str, str]] = []
        """The virtual channels' sources, and whose channels they show, or are about to."""

    @asynccontextmanager
    async def open(
        self, source: str, channel_id: int, *, needed: Callable[[], bool]
    ) -> AsyncIterator[Read]:
        """Read a channel on behalf of the virtual channel of a source.

        It begins with a key frame. `needed` tells whether anybody watches that.

        Raises UnknownChannelError, TuneFailedError where it would show itself, be it by
        way of others, and what is wrong with the stream, also while it is read.
        """
        channel = await self._channel(channel_id)
        if self._leads_to(channel.source, source):
            raise TuneFailedError("The channel shows the one that is to show it")
        shown = source, channel.source
        self._shown.append(shown)
        try:
            async with self._watch(channel, needed=needed, relays=True) as reader:
                yield lambda: _next(reader)
        finally:
            self._shown.remove(shown)

    def _leads_to(self, shown: str, source: str) -> bool:
        return shown == source or any(
            self._leads_to(further, source)
            for by, further in self._shown
            if by == shown
        )


async def _next(reader: Reader) -> bytes:
    block = await anext(reader, None)
    if block is None:
        raise NoDataError("The other channel has ended")
    return block
