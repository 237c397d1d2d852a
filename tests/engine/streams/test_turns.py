"""Turns: round and round, a failed try uses up itself and no other."""

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.engine.errors import NoDataError, StarvedError
from custom_components.telecast.engine.streams.quality import Outcome
from custom_components.telecast.engine.streams.stream import WELL_AFTER_SECONDS
from custom_components.telecast.engine.streams.turns import ROUND_DELAYS, Turns

ENDED = NoDataError("The provider ended the stream")
STARVED = StarvedError("slow")


def delivered(seconds: float, error: NoDataError | StarvedError = ENDED) -> Outcome:
    return Outcome(startup=0.1, served=seconds, error=error)


@given(st.integers(1, 9), st.integers(1, 50))
def test_each_failure_moves_on_by_one(count: int, failures: int) -> None:
    turns = Turns(count)
    for step in range(failures):
        assert turns.at == step % count
        turns.skip()


@given(st.integers(1, 5))
def test_a_pause_comes_after_each_round_and_grows_to_ten_seconds(count: int) -> None:
    turns = Turns(count)
    pauses = [turns.skip() for _ in range(20 * count)]
    between = [pause for at, pause in enumerate(pauses, 1) if at % count]
    rounds = pauses[count - 1 :: count]
    assert not any(between)
    assert 0.2 <= rounds[0] <= 0.3
    assert all(6 <= pause <= 10 for pause in rounds[len(ROUND_DELAYS) - 1 :])


def test_who_was_well_is_tried_again_at_once_and_only_once() -> None:
    turns = Turns(2)
    assert 0 < turns.after(delivered(WELL_AFTER_SECONDS)) <= 2
    assert turns.at == 0
    assert turns.skip() == 0.0
    assert turns.at == 1


def test_who_delivered_for_a_moment_is_not() -> None:
    turns = Turns(2)
    assert turns.after(delivered(3)) == 0.0
    assert turns.at == 1
    assert turns.after(delivered(3)) > 0, "a round of such is a failed one"


def test_once_well_the_pauses_begin_anew() -> None:
    turns = Turns(1)
    for _ in range(10):
        turns.skip()
    turns.after(delivered(WELL_AFTER_SECONDS))
    assert turns.skip() < 0.5


def test_who_starves_makes_room_without_a_pause() -> None:
    turns = Turns(2)
    assert turns.after(delivered(15, STARVED)) == 0.0
    assert (turns.at, turns.starve_seconds) == (1, 0.0)
    assert turns.after(delivered(15, STARVED)) == 0.0
    assert (turns.at, turns.starve_seconds) == (0, 30.0)


def test_where_all_starve_each_may_for_longer_and_longer() -> None:
    turns = Turns(1)
    times = []
    for _ in range(2000):
        turns.after(delivered(15, STARVED))
        times.append(turns.starve_seconds)
    assert times[:5] == [30, 60, 120, 240, 480]
    assert set(times[5:]) == {480.0}
    turns.after(delivered(60))
    assert turns.starve_seconds == 0.0


@pytest.mark.parametrize("count", [1, 3])
def test_starving_is_no_failed_round(count: int) -> None:
    turns = Turns(count)
    for _ in range(count * 5):
        turns.skip()
    turns.after(delivered(15, STARVED))
    assert [turns.skip() for _ in range(count)][-1] < 0.5
