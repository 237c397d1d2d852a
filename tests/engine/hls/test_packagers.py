"""Packagers: one for each channel, while anybody attends it, and each for itself."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from custom_components.telecast.engine.hls.packager import Packager
from custom_components.telecast.engine.hls.packagers import Packagers
from custom_components.telecast.engine.model import Channel
from tests.fakes.lineup import channel


class Work:
    """What stands in for packaging: it goes on, and takes its time to end."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.running = self.closed = False
        self.end = asyncio.Event()

    def close(self) -> None:
        """Be told that it is over."""
        self.closed = True

    async def run(self) -> None:
        """Go on until the end."""
        self.running = True
        try:
            await self.end.wait()
        finally:
            await asyncio.sleep(0)
            self.running = False


class Broken(Work):
    """Fails in a way that nobody has thought of."""

    async def run(self) -> None:
        """Fail."""
        raise RuntimeError("unthinkable")


@asynccontextmanager
async def opened(make: Callable[[Channel], Any] = Work) -> AsyncIterator[Packagers]:
    """Run packagers that do some work."""
    async with asyncio.TaskGroup() as tasks:
        yield Packagers(tasks=tasks, make=make)


async def started(packager: Packager) -> Work:
    """Answer the work, once it is done."""
    await asyncio.sleep(0)
    assert isinstance(packager, Work)
    assert packager.running
    return packager


async def test_who_attends_the_same_channel_shares_it() -> None:
    async with opened() as packagers:
        async with packagers.attend(channel(1)) as one:
            work = await started(one)
            async with (
                packagers.attend(channel(1)) as same,
                packagers.attend(channel(2)) as other,
            ):
                assert one is same
                assert one is not other
                assert packagers.all == {1: one, 2: other}
            assert work.running
    assert not work.running
    assert work.closed
    assert packagers.all == {}


async def test_the_next_one_begins_when_the_last_one_has_ended() -> None:
    async with opened() as packagers:
        async with packagers.attend(channel(1)) as first:
            work = await started(first)
        async with packagers.attend(channel(1)) as second:
            assert second is not first
            assert not work.running


async def test_what_has_ended_by_itself_is_begun_anew() -> None:
    async with opened() as packagers, packagers.attend(channel(1)) as first:
        work = await started(first)
        work.end.set()
        while work.running:
            await asyncio.sleep(0)
        async with packagers.attend(channel(1)) as second:
            assert second is not first
            await started(second)


async def test_one_that_never_came_to_begin_is_over_all_the_same() -> None:
    async with opened() as packagers:
        async with packagers.attend(channel(1)) as first:
            pass
        async with packagers.attend(channel(1)) as second:
            assert isinstance(first, Work)
            assert first.closed
            assert second is not first
            await started(second)
    assert packagers.all == {}


async def test_one_that_breaks_ends_no_other(caplog: pytest.LogCaptureFixture) -> None:
    def make(channel: Channel) -> Work:
        return Broken(channel) if channel.id == 1 else Work(channel)

    async with opened(make) as packagers, packagers.attend(channel(2)) as other:
        async with packagers.attend(channel(1)):
            work = await started(other)
            await asyncio.sleep(0)
            assert packagers.all == {2: other}
        assert work.running
    assert "Packaging channel 1 failed" in caplog.text
