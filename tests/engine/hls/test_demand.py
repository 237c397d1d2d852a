"""What is known of players by their requests."""

import asyncio

import pytest

from custom_components.telecast.engine.hls.demand import LONGEST_WAIT_SECONDS, Demand


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0
        self.seldom = 2.0
        """For how long players may ask for nothing."""

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


@pytest.fixture(name="clock")
def _clock() -> Clock:
    return Clock()


@pytest.fixture(name="demand")
def _demand(clock: Clock) -> Demand:
    return Demand(
        now=clock,
        quiet_seconds=3,
        seldom_seconds=lambda: clock.seldom,
        unwatched_seconds=10,
    )


def test_players_are_there_until_they_are_quiet(demand: Demand, clock: Clock) -> None:
    clock.now += 2.5
    assert demand.is_there
    demand.note()
    clock.now += 2.5
    assert demand.is_there
    clock.now += 0.5
    assert not demand.is_there
    demand.ask("720p")
    assert demand.is_there


def test_who_waits_for_an_answer_is_there_and_so_is_who_has_got_it(
    demand: Demand, clock: Clock
) -> None:
    with demand.request(), demand.request():
        clock.now += 20
        assert demand.is_there
    clock.now += 2.5
    assert demand.is_there
    clock.now += 0.5
    assert not demand.is_there


def test_who_hangs_up_while_waiting_has_left(demand: Demand, clock: Clock) -> None:
    with pytest.raises(asyncio.CancelledError), demand.request():
        clock.now += 20
        raise asyncio.CancelledError
    assert not demand.is_there


def test_who_waits_without_end_is_not_there_any_more(
    demand: Demand, clock: Clock
) -> None:
    with demand.request():
        clock.now += LONGEST_WAIT_SECONDS - 1
        assert demand.is_there
        clock.now += 1
        assert not demand.is_there


def test_who_asks_seldom_is_there_for_longer_unless_in_doubt(
    demand: Demand, clock: Clock
) -> None:
    clock.seldom = 15.0
    clock.now += 14.5
    assert demand.is_there
    demand.doubt()
    assert not demand.is_there
    demand.note()
    clock.now += 14.5
    assert demand.is_there, "it goes on"
    clock.now += 0.5
    assert not demand.is_there


def test_a_rendition_is_asked_for_by_its_name(demand: Demand, clock: Clock) -> None:
    assert not demand.is_asked("720p")
    demand.ask("720p")
    clock.now += 9.5
    assert demand.is_asked("720p")
    assert not demand.is_asked("480p")
    clock.now += 0.5
    assert not demand.is_asked("720p")


def test_the_first_request_stays_the_first(demand: Demand, clock: Clock) -> None:
    assert demand.first_asked("720p") == 100
    clock.now += 5
    demand.ask("720p")
    assert demand.first_asked("720p") == 100
    assert demand.first_asked("480p") == 105


def test_who_asks_again_after_a_while_is_the_first_again(
    demand: Demand, clock: Clock
) -> None:
    demand.ask("720p")
    assert demand.first_asked("720p") == 100
    clock.now += 9.5
    demand.ask("720p")
    clock.now += 10
    assert demand.first_asked("720p") == 100, "it is not asked for anew before that"
    demand.ask("720p")
    assert demand.first_asked("720p") == 119.5
