"""Other channels as what is on: attached to ahead, and again where that came to nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from custom_components.telecast.engine.errors import SourceBusyError
from custom_components.telecast.engine.timeline import Live
from custom_components.telecast.engine.upstreams.remux import Read
from tests.fakes.loop_time import LoopTime
from tests.formats.clips import clip

from .studio import NOON, Studio

CLIP = clip(seconds=1)


class Other:
    """Another channel, which cannot be had for the first few times."""

    def __init__(self, *, failures: int = 0, at_once: bool = True) -> None:
        """Fail while it is attached to, or where not `at_once`, when it is read."""
        self.opened = 0
        self.reads = asyncio.Event()
        self._failures = failures
        self._at_once = at_once
        self._news = asyncio.Event()
        self._blocks = [CLIP]

    @asynccontextmanager
    async def open(self, channel: int) -> AsyncIterator[Read]:
        """Attach to it."""
        self.opened += 1
        self._news.set()
        fails = self.opened <= self._failures
        if fails and self._at_once:
            raise SourceBusyError("In use by channel 6")

        async def read() -> bytes:
            if fails:
                raise SourceBusyError("In use by channel 6")
            if self._blocks:
                return self._blocks.pop()
            self.reads.set()
            await asyncio.Event().wait()
            raise AssertionError

        yield read

    async def attached(self) -> None:
        """Wait until somebody attaches to it."""
        await self._news.wait()


@asynccontextmanager
async def its_turn_came(studio: Studio, other: Other) -> AsyncIterator[None]:
    """Attach to another channel ahead, once; its turn has come inside the block."""
    async with studio.turn(
        Live(channel=7), start=NOON + 5000, stop=NOON + 60_000
    ) as turn:
        await other.attached()
        assert other.opened == 1
        studio.now += 5000
        turn.come()
        yield


@pytest.mark.parametrize("at_once", [True, False])
async def test_what_could_not_be_had_ahead_is_had_when_its_turn_comes(
    *, at_once: bool
) -> None:
    other = Other(failures=1, at_once=at_once)
    studio = Studio(relay=other.open)
    async with its_turn_came(studio, other):
        await other.reads.wait()
    assert other.opened == 2
    assert len(studio.poured) >= len(CLIP)
    assert not studio.cards


async def test_what_cannot_be_had_then_either_is_covered_for_a_while() -> None:
    other = Other(failures=2)
    studio = Studio(relay=other.open)
    async with its_turn_came(studio, other):
        await studio.carded.wait()
    assert other.opened == 2
    assert studio.cards == [NOON + 5000]


async def test_what_was_attached_to_and_hangs_is_covered_at_once() -> None:
    time, other = LoopTime(), Other()
    studio = Studio(relay=other.open)
    async with its_turn_came(studio, other):
        await other.reads.wait()
        time.advance(10)
        await studio.carded.wait()
    assert other.opened == 1
