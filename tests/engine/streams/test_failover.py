"""Failover: one unbroken feed out of candidates that come and go."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import pairwise

import pytest

from custom_components.telecast.engine.errors import (
    BusyError,
    CannotConnectError,
    NoDataError,
    SourceBusyError,
    SourceTimeoutError,
    TelecastError,
    TuneFailedError,
)
from custom_components.telecast.engine.model import Candidate
from custom_components.telecast.engine.streams.breakers import FAILURES, Breakers
from custom_components.telecast.engine.streams.cover import COVER_AFTER_SECONDS
from custom_components.telecast.engine.streams.failover import DARK_SECONDS, Failover
from custom_components.telecast.engine.streams.quality import Quality
from custom_components.telecast.engine.streams.stream import WELL_AFTER_SECONDS
from custom_components.telecast.engine.streams.turns import ROUND_DELAYS
from custom_components.telecast.formats.mpegts import Scanner, starts_anew
from tests.fakes.scripted import (
    Flight,
    Ledger,
    Script,
    Scripted,
    ScriptedSlates,
    SlateLoop,
    candidate,
    television,
)
from tests.fakes.transport import Multiplex

ONE, TWO, THREE = candidate("one"), candidate("two"), candidate("three")
REFUSED: Script = [CannotConnectError("refused")]
HANGS: Script = [1000.0]
LONG = WELL_AFTER_SECONDS + 5


class Run:
    """A failover that runs, and all that it does."""

    def __init__(self, *candidates: Candidate, slates: ScriptedSlates | None) -> None:
        self.flight = Flight()
        self.slates = slates or ScriptedSlates(SlateLoop())
        self.quality = Quality(candidates)
        self.breakers = Breakers(self.flight.now)
        self.ledger = Ledger()
        self.changes: list[str] = []
        self.dark: list[str] = []
        self.error: TelecastError | None = None

    async def run(self, scripted: Scripted) -> None:
        failover = Failover(
            "Channel",
            self.quality,
            scripted.open,
            breakers=self.breakers,
            slates=self.slates,
            on_change=lambda one, error: self.changes.append(f"{one.url} {error.code}"),
            on_dark=lambda error: self.dark.append(error.code),
        )
        try:
            await failover.run(self.ledger)
        except TelecastError as err:
            self.error = err


@asynccontextmanager
async def running(
    scripted: Scripted,
    *candidates: Candidate,
    slates: ScriptedSlates | None = None,
    broken: Candidate | None = None,
) -> AsyncIterator[Run]:
    """Run a failover; what the test leaves is ended. The breaker of `broken` is open."""
    run = Run(*candidates, slates=slates)
    for _ in range(FAILURES if broken else 0):
        with suppress(CannotConnectError), run.breakers.trying(broken or ONE):
            raise CannotConnectError("refused")
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(run.run(scripted))
        yield run
        task.cancel()
    assert not scripted.open_now


async def failed(scripted: Scripted, *candidates: Candidate) -> TelecastError:
    """Answer the error that a failover ends with before it has delivered anything."""
    async with running(scripted, *candidates) as run:
        await run.flight.until(lambda: bool(run.error))
    assert run.error
    assert not run.ledger.blocks
    assert not run.changes
    assert not run.dark
    return run.error


# Before the first block


async def test_before_the_first_block_every_candidate_gets_one_try() -> None:
    scripted = Scripted(one=[REFUSED], two=[[SourceTimeoutError("")]])
    error = await failed(scripted, ONE, TWO)
    assert scripted.opened == ["one", "two"]
    assert isinstance(error, NoDataError)
    assert isinstance(error.__cause__, SourceTimeoutError)


async def test_a_dead_only_candidate_fails_the_tune_at_once() -> None:
    error = await failed(Scripted(one=[REFUSED]), ONE)
    assert isinstance(error, TuneFailedError)
    assert isinstance(error.__cause__, CannotConnectError)


async def test_busy_stays_busy() -> None:
    error = await failed(Scripted(one=[[SourceBusyError("in use")]]), ONE)
    assert isinstance(error, SourceBusyError)


async def test_no_candidate_at_all_fails_the_tune() -> None:
    assert isinstance(await failed(Scripted()), TuneFailedError)


async def test_each_further_try_is_told() -> None:
    async with running(Scripted(one=[REFUSED], two=[television(5)]), ONE, TWO) as run:
        await run.flight.until(lambda: bool(run.ledger.blocks))
        assert run.ledger.words == ["failing", "retrying", "publish"]
        assert run.changes == [], "nobody has watched anything else before"


async def test_what_is_known_to_be_dead_is_refused_at_once() -> None:
    scripted = Scripted(one=[REFUSED] * FAILURES)
    async with running(scripted, ONE) as run:
        await run.flight.until(lambda: bool(run.error))
        for _ in range(FAILURES - 1):
            await run.run(scripted)
        assert len(scripted.opened) == FAILURES
        await run.run(scripted)
        assert len(scripted.opened) == FAILURES, "its breaker is open"
        assert isinstance(run.error, TuneFailedError)
        assert isinstance(run.error.__cause__, CannotConnectError)


async def test_an_open_breaker_leaves_the_others_their_tries() -> None:
    scripted = Scripted(two=[television(30)])
    async with running(scripted, ONE, TWO, broken=ONE) as run:
        await run.flight.until(lambda: bool(run.ledger.blocks))
        assert run.ledger.words == ["publish"]
    assert scripted.opened == ["two"]


async def test_an_open_breaker_costs_no_pause() -> None:
    scripted = Scripted(one=[television(2)], three=[television(30)])
    async with running(scripted, ONE, TWO, THREE, broken=TWO) as run:
        await run.flight.until(lambda: bool(run.changes))
    assert scripted.opened == ["one", "three"]
    assert scripted.times[1] - scripted.times[0] < 2.5


# Whose turn it is


async def test_when_the_upstream_dies_the_next_candidate_goes_on() -> None:
    first, second = Multiplex(), Multiplex()
    began = first.tables() + first.frame(key=True)
    middle, key = second.frame(key=False), second.frame(key=True)
    went_on = second.tables() + middle + key
    scripted = Scripted(
        one=[[began, CannotConnectError("reset")]], two=[[went_on, 60.0]]
    )
    async with running(scripted, ONE, TWO) as run:
        took = await run.flight.until(lambda: len(run.ledger.blocks) == 2)
    assert took < 1
    (join,) = Scanner().scan(went_on)
    assert run.ledger.blocks == [began, join.head + key]
    assert run.changes == ["http://two/ cannot_connect"]
    assert run.ledger.words == ["publish", "failing", "retrying", "publish"]
    assert not run.dark


async def test_who_was_well_is_reconnected_before_the_next_one_is_tried() -> None:
    scripted = Scripted(one=[television(LONG), REFUSED], two=[television(LONG)])
    async with running(scripted, ONE, TWO) as run:
        await run.flight.until(lambda: len(scripted.opened) == 3)
        assert scripted.times[1] - scripted.times[0] < LONG + 2
        await run.flight.until(lambda: len(run.changes) == 1)
    assert scripted.opened == ["one", "one", "two"]


async def test_a_failed_try_never_uses_up_another_candidate() -> None:
    scripted = Scripted(one=[television(2)])
    async with running(scripted, ONE, TWO, THREE) as run:
        await run.flight.until(lambda: len(scripted.opened) == 9)
        assert run.error is None
    assert scripted.opened == ["one", "two", "three"] * 3


async def test_the_rounds_go_on_with_growing_pauses() -> None:
    busy = [BusyError("in use")]
    scripted = Scripted(one=[television(2), *[busy] * 30])
    async with running(scripted, ONE) as run:
        await run.flight.until(lambda: len(scripted.opened) == 12)
    pauses = [after - before for before, after in pairwise(scripted.times[1:])]
    assert all(
        delay * 0.7 <= pause <= delay * 1.2 + 0.3
        for delay, pause in zip(ROUND_DELAYS[1:], pauses, strict=False)
    )
    assert max(pauses) <= 10.3


async def test_what_fails_again_and_again_is_left_alone() -> None:
    scripted = Scripted(one=[television(2), *[REFUSED] * 50])
    async with running(scripted, ONE) as run:
        await run.flight.by(30)
        assert len(scripted.opened) <= FAILURES + 1
        before = len(scripted.opened)
        await run.flight.by(40)
        assert before < len(scripted.opened) <= before + 2


async def test_a_starving_upstream_makes_room_for_the_next_one() -> None:
    scripted = Scripted(one=[television(60, rate=0.5)], two=[television(60)])
    async with running(scripted, ONE, TWO) as run:
        took = await run.flight.until(lambda: bool(run.changes))
    assert 15 <= took < 20
    assert run.changes == ["http://two/ starved"]
    assert run.slates.asked == []


async def test_who_starves_for_want_of_a_better_one_flows_on() -> None:
    scripted = Scripted(one=[television(1000, rate=0.6)] * 9)
    async with running(scripted, ONE) as run:
        await run.flight.by(120)
    lasted = [after - before for before, after in pairwise(scripted.times)]
    assert [round(seconds / 15) for seconds in lasted] == [1, 2, 4]
    gaps = [b - a for (_, a), (_, b) in pairwise(run.ledger.entries)]
    assert max(gaps) < 2
    assert run.slates.asked == []


# What viewers see meanwhile


async def test_a_slate_is_shown_after_a_round_without_data() -> None:
    loop = SlateLoop()
    scripted = Scripted(one=[television(3), REFUSED], two=[REFUSED, REFUSED])
    slates = ScriptedSlates(loop)
    async with running(scripted, ONE, TWO, slates=slates) as run:
        await run.flight.until(lambda: bool(run.ledger.fills))
        died = max(at for word, at in run.ledger.entries if word == "publish")
        shown = min(at for word, at in run.ledger.entries if word == "fill")
        assert shown - died < 1
        assert run.dark == ["cannot_connect"]
        assert slates.asked == [("Channel", "cannot_connect")]
        await run.flight.by(60)
        assert 115 <= len(run.ledger.fills) <= 130, "in its own time"
        assert run.error is None
        assert len(run.dark) == 1, "told once"
    assert starts_anew(run.ledger.fills[0])
    assert not any(map(starts_anew, run.ledger.fills[1:]))
    (start,) = loop.starts
    assert start is not None


async def test_a_slate_is_shown_while_a_candidate_hangs() -> None:
    scripted = Scripted(one=[television(3)], two=[HANGS])
    async with running(scripted, ONE, TWO) as run:
        await run.flight.until(lambda: bool(run.ledger.fills))
        died = max(at for word, at in run.ledger.entries if word == "publish")
        shown = min(at for word, at in run.ledger.entries if word == "fill")
        assert COVER_AFTER_SECONDS <= shown - died < COVER_AFTER_SECONDS + 1
        assert run.dark == ["no_data"]


async def test_a_short_gap_has_no_slate() -> None:
    scripted = Scripted(one=[television(3)], two=[[2.0, *television(30)()]])
    async with running(scripted, ONE, TWO) as run:
        await run.flight.by(10)
    assert run.ledger.fills == run.dark == []
    assert run.changes


async def test_the_slate_ends_with_the_first_real_block() -> None:
    scripted = Scripted(one=[television(3), *[REFUSED] * 3, television(60)])
    async with running(scripted, ONE) as run:
        await run.flight.until(lambda: bool(run.changes))
        before, at = run.ledger.entries[:-1], len(run.ledger.blocks) - 1
        await run.flight.by(10)
    assert run.ledger.fills
    assert before[-1][0] in {"fill", "retrying"}
    after = run.ledger.entries[len(before) :]
    assert {word for word, _ in after} == {"publish"}
    assert starts_anew(run.ledger.blocks[at])
    assert run.changes == ["http://one/ cannot_connect"]


async def test_who_lies_about_its_picture_is_behind_a_slate_soon() -> None:
    lie = television(60, picture=False)
    scripted = Scripted(one=[lie] * 9)
    async with running(scripted, ONE) as run:
        took = await run.flight.until(lambda: bool(run.ledger.fills))
        published = len(run.ledger.blocks)
        await run.flight.by(60)
    assert 15 < took < 15 + COVER_AFTER_SECONDS + 2
    assert run.slates.asked == [("Channel", "no_picture")]
    assert run.dark == ["no_picture"]
    assert len(run.ledger.blocks) == published


async def test_a_slate_that_is_still_being_made_is_not_shown_later() -> None:
    scripted = Scripted(one=[television(3), REFUSED, television(60)])
    slates = ScriptedSlates(SlateLoop(), seconds=5)
    async with running(scripted, ONE, slates=slates) as run:
        await run.flight.until(lambda: bool(slates.asked))
        await run.flight.by(20)
    assert run.changes
    assert run.ledger.fills == []


async def test_without_a_slate_it_ends_after_a_while() -> None:
    scripted = Scripted(one=[television(3), *[REFUSED] * 20, television(60)])
    async with running(scripted, ONE, slates=ScriptedSlates(None)) as run:
        took = await run.flight.until(lambda: bool(run.error))
    assert DARK_SECONDS <= took - 3 <= DARK_SECONDS + 11
    assert isinstance(run.error, TuneFailedError)
    assert isinstance(run.error.__cause__, CannotConnectError)
    assert run.dark == ["cannot_connect"]


async def test_without_a_slate_it_goes_on_all_the_same() -> None:
    scripted = Scripted(one=[television(3), REFUSED, REFUSED, television(60)])
    async with running(scripted, ONE, slates=ScriptedSlates(None)) as run:
        await run.flight.until(lambda: bool(run.changes))
    assert run.error is None


# What is learned


async def test_candidates_are_tried_in_the_order_of_their_quality() -> None:
    scripted = Scripted(one=[REFUSED], two=[television(5)])
    async with running(scripted, ONE, TWO) as run:
        await run.flight.until(lambda: bool(run.ledger.blocks))
    assert Quality((ONE, TWO), run.quality.records).candidates == (TWO, ONE)


async def test_a_slot_that_is_taken_teaches_nothing() -> None:
    scripted = Scripted(one=[[SourceBusyError("in use")]], two=[television(5)])
    async with running(scripted, ONE, TWO) as run:
        await run.flight.until(lambda: bool(run.ledger.blocks))
    assert Quality((ONE, TWO), run.quality.records).candidates == (ONE, TWO)
    assert run.breakers.last_error(ONE) is None


async def test_a_try_that_a_viewer_ends_is_learned_from_too() -> None:
    async with running(Scripted(one=[television(60)]), ONE) as run:
        await run.flight.by(20)
    (record,) = run.quality.records.values()
    assert record.failures == 0
    assert record.hours == pytest.approx(20 / 3600, rel=0.1)
