"""The rounds in which a source's documents are read."""

import asyncio

import pytest

from custom_components.telecast.engine.errors import (
    CannotConnectError,
    TelecastError,
    UnknownSourceError,
)
from custom_components.telecast.engine.sources.rounds import Rounds
from custom_components.telecast.engine.sources.schedule import Schedule
from tests.fakes.loop_time import LoopTime

DOWN = CannotConnectError("Nobody answers")


@pytest.fixture(name="rounds")
async def _rounds() -> Rounds:
    return Rounds(Schedule(24))


def make(rounds: Rounds, *documents: str, error: TelecastError | None = None) -> None:
    """Make a round in which these are read, and something else is not where `error`."""
    with rounds.begun():
        for document in documents:
            rounds.done(document)
    rounds.end(error, is_complete=error is None)


async def is_due(rounds: Rounds) -> bool:
    """Tell whether a round is to begin now."""
    waiting = asyncio.ensure_future(rounds.until_due())
    # Once to begin with, and once more for what has been hurried.
    for _ in range(5):
        await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait({waiting})
    return not waiting.cancelled()


async def test_the_first_round_is_due_at_once(rounds: Rounds) -> None:
    async with asyncio.timeout(20):
        await rounds.until_due()


async def test_after_a_round_the_next_one_has_time(rounds: Rounds) -> None:
    make(rounds, "playlist")
    assert not await is_due(rounds)


async def test_what_was_read_is_left_out_where_something_failed(rounds: Rounds) -> None:
    make(rounds, "playlist", error=DOWN)
    with rounds.begun():
        assert rounds.is_done("playlist")
        assert not rounds.is_done("guide")


async def test_after_a_complete_round_all_is_read_again(rounds: Rounds) -> None:
    make(rounds, "playlist")
    with rounds.begun():
        assert not rounds.is_done("playlist")


async def test_whoever_hurries_has_all_read_again(rounds: Rounds) -> None:
    make(rounds, "playlist", error=DOWN)
    rounds.hurry()
    assert await is_due(rounds)
    with rounds.begun():
        assert not rounds.is_done("playlist")


async def test_whoever_asks_joins_a_whole_round(rounds: Rounds) -> None:
    with rounds.begun():
        assert rounds.under_way
        asking = asyncio.ensure_future(rounds.outcome())
        await asyncio.sleep(0)
    assert not rounds.under_way
    rounds.end(DOWN, is_complete=False)
    assert await asking is DOWN
    assert not await is_due(rounds)


async def test_whoever_asks_while_a_round_repeats_has_another_one(
    rounds: Rounds,
) -> None:
    make(rounds, "playlist", error=DOWN)
    with rounds.begun():
        asking = asyncio.ensure_future(rounds.outcome())
        await asyncio.sleep(0)
    rounds.end(DOWN, is_complete=False)
    async with asyncio.timeout(20):
        await rounds.until_due()
    assert not asking.done()
    make(rounds, "playlist", "guide")
    assert await asking is None


async def test_who_waits_for_a_round_is_told_that_there_will_be_none(
    rounds: Rounds,
) -> None:
    removed = UnknownSourceError("It was removed")
    make(rounds)
    asking = asyncio.ensure_future(rounds.outcome())
    await asyncio.sleep(0)
    rounds.close(removed)
    rounds.close(DOWN)
    assert await asking is removed


async def test_another_pace_counts_from_the_last_round(rounds: Rounds) -> None:
    make(rounds, "playlist")
    rounds.every(12)
    assert not await is_due(rounds)
    rounds.anew()
    assert await is_due(rounds)


async def test_what_was_not_ready_is_soon_read_again() -> None:
    time = LoopTime()
    rounds = Rounds(Schedule(12))
    with rounds.begun():
        rounds.unfinished = True
    rounds.end(None, is_complete=True)
    rounds.every(24)
    time.advance(3600)
    assert await is_due(rounds)
    make(rounds, "playlist")
    time.advance(3600)
    assert not await is_due(rounds)
