"""Other channels as what virtual channels show, and never each other."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import pytest

from custom_components.telecast.engine.errors import NoDataError, TuneFailedError
from custom_components.telecast.engine.model import Channel
from custom_components.telecast.engine.virtual.relaying import Relaying
from tests.fakes.lineup import channel


class Streams:
    """Has every channel of a line-up deliver its number once."""

    def __init__(self) -> None:
        self.watched: list[str] = []
        self.needed: list[Callable[[], bool]] = []

    @asynccontextmanager
    async def watch(
        self, channel: Channel, *, needed: Callable[[], bool], relays: bool
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """Attach to a channel, for viewers of another one."""
        assert relays
        self.watched.append(channel.source)
        self.needed.append(needed)

        async def blocks() -> AsyncIterator[bytes]:
            yield channel.number.encode()

        try:
            yield blocks()
        finally:
            self.watched.remove(channel.source)

    async def channel(self, channel_id: int) -> Channel:
        """Answer a channel, of a source that is named after it."""
        return replace(channel(channel_id), source=f"s{channel_id}")


@pytest.fixture(name="streams")
def _streams() -> Streams:
    return Streams()


@pytest.fixture(name="relaying")
def _relaying(streams: Streams) -> Relaying:
    return Relaying(watch=streams.watch, channel=streams.channel)


async def test_a_channel_is_read_for_as_long_as_it_is_needed(
    relaying: Relaying, streams: Streams
) -> None:
    async with relaying.open("s1", 2, needed=lambda: False) as read:
        assert streams.watched == ["s2"]
        assert [needed() for needed in streams.needed] == [False]
        assert await read() == b"2"
        with pytest.raises(NoDataError):
            await read()
    assert not streams.watched


@pytest.mark.parametrize("length", [1, 2, 3])
async def test_no_channel_shows_itself_by_whatever_way(
    relaying: Relaying, streams: Streams, length: int
) -> None:
    async with AsyncExitStack() as stack:
        for one in range(1, length):
            await stack.enter_async_context(
                relaying.open(f"s{one}", one + 1, needed=lambda: True)
            )
        with pytest.raises(TuneFailedError):
            async with relaying.open(f"s{length}", 1, needed=lambda: True):
                pass
    # Where the others have ended, it may.
    if length > 1:
        async with relaying.open(f"s{length}", 1, needed=lambda: True):
            assert streams.watched == ["s1"]


@pytest.mark.parametrize("following", [2, 3])
async def test_what_a_channel_is_about_to_show_does_not_show_it_once_the_last_one_is_over(
    relaying: Relaying, streams: Streams, following: int
) -> None:
    async with AsyncExitStack() as after, AsyncExitStack() as before:
        for stack, shown in ((before, 2), (after, following)):
            await stack.enter_async_context(
                relaying.open("s1", shown, needed=lambda: True)
            )
        await before.aclose()
        assert streams.watched == [f"s{following}"]
        with pytest.raises(TuneFailedError):
            async with relaying.open(f"s{following}", 1, needed=lambda: True):
                pass
    async with relaying.open(f"s{following}", 1, needed=lambda: True):
        assert streams.watched == ["s1"]
