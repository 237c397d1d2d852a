"""What is known of players by their requests."""

import pytest

from custom_components.telecast.engine.hls.demand import Demand


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


@pytest.fixture(name="clock")
def _clock() -> Clock:
    return Clock()


@pytest.fixture(name="demand")
def _demand(clock: Clock) -> Demand:
    return Demand(now=clock, quiet_seconds=3, unwatched_seconds=10)


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
