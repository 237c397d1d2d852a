"""Breakers: who fails again and again is left alone, and gets another chance."""

import asyncio

import pytest

from custom_components.telecast.engine.errors import (
    CannotConnectError,
    EncodingFailedError,
    FFmpegMissingError,
    SourceBusyError,
    TelecastError,
)
from custom_components.telecast.engine.model import Candidate
from custom_components.telecast.engine.streams.breakers import (
    FAILURES,
    OPEN_SECONDS,
    WITHIN_SECONDS,
    Breakers,
    address_key,
)
from tests.fakes.clock import Clock

ONE = Candidate(url="http://user:canary@one/", source="s")
TWO = Candidate(url="http://user:canary@two/", source="s")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breakers(clock: Clock) -> Breakers:
    return Breakers(clock)


def fail(
    breakers: Breakers,
    times: int = 1,
    error: TelecastError | None = None,
    *,
    data: bool = False,
) -> None:
    """Let tries of the first candidate fail, with or without data before."""
    for _ in range(times):
        with pytest.raises(TelecastError), breakers.trying(ONE):
            if data:
                breakers.succeeded(ONE)
            raise error or CannotConnectError("refused")


def test_it_opens_after_some_failures(breakers: Breakers) -> None:
    fail(breakers, FAILURES - 1)
    assert breakers.admits(ONE)
    fail(breakers)
    assert not breakers.admits(ONE)
    assert breakers.admits(TWO), "others have nothing to do with it"
    error = breakers.last_error(ONE)
    assert isinstance(error, CannotConnectError)
    assert breakers.last_error(TWO) is None


def test_failures_that_lie_apart_open_nothing(breakers: Breakers, clock: Clock) -> None:
    for _ in range(FAILURES * 2):
        fail(breakers)
        clock.now += WITHIN_SECONDS / (FAILURES - 1) + 0.1
    assert breakers.admits(ONE)


def test_data_that_soon_ends_again_is_no_success(breakers: Breakers) -> None:
    fail(breakers, FAILURES, data=True)
    assert not breakers.admits(ONE)


def test_half_open_it_lets_one_try_through(breakers: Breakers, clock: Clock) -> None:
    fail(breakers, FAILURES)
    clock.now += OPEN_SECONDS - 1
    assert not breakers.admits(ONE)
    clock.now += 1
    assert breakers.admits(ONE)
    with breakers.trying(ONE):
        assert not breakers.admits(ONE), "one is enough"
        breakers.succeeded(ONE)
        assert breakers.admits(ONE)
    fail(breakers, FAILURES - 1)
    assert breakers.admits(ONE), "what was before is forgotten"


def test_half_open_one_failure_is_enough(breakers: Breakers, clock: Clock) -> None:
    fail(breakers, FAILURES)
    clock.now += OPEN_SECONDS
    fail(breakers)
    assert not breakers.admits(ONE)
    clock.now += OPEN_SECONDS
    assert breakers.admits(ONE)


@pytest.mark.parametrize(
    "error", [SourceBusyError(""), EncodingFailedError(""), FFmpegMissingError("")]
)
def test_what_goes_wrong_here_speaks_against_nobody(
    breakers: Breakers, clock: Clock, error: TelecastError
) -> None:
    fail(breakers, FAILURES * 2, error)
    assert breakers.admits(ONE)
    fail(breakers, FAILURES)
    clock.now += OPEN_SECONDS
    fail(breakers, error=error)
    assert breakers.admits(ONE), "the next one may try instead"


def test_a_viewer_who_leaves_is_no_failure(breakers: Breakers) -> None:
    for _ in range(FAILURES * 2):
        with pytest.raises(asyncio.CancelledError), breakers.trying(ONE):
            raise asyncio.CancelledError
    assert breakers.admits(ONE)


def test_a_failure_counts_whoever_else_tries_the_same_address(
    breakers: Breakers, clock: Clock
) -> None:
    with pytest.raises(CannotConnectError), breakers.trying(ONE):
        clock.now += WITHIN_SECONDS * 2
        with breakers.trying(ONE):
            pass
        raise CannotConnectError("refused")
    assert breakers.last_error(ONE)


def test_it_forgets_what_is_long_over(breakers: Breakers, clock: Clock) -> None:
    fail(breakers)
    clock.now += WITHIN_SECONDS
    with breakers.trying(TWO):
        pass
    assert breakers.last_error(ONE) is None


def test_no_address_is_kept(breakers: Breakers) -> None:
    fail(breakers)
    assert "canary" not in repr(vars(breakers))
    assert "canary" not in address_key(ONE)
    assert address_key(ONE) != address_key(TWO)
