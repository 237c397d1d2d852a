"""When a source is refreshed next."""

import pytest

from custom_components.telecast.engine.sources.schedule import Schedule

HOUR = 3600.0
MINUTE = 60.0


def schedule(hours: float = 12, jitter: float = 0.0) -> Schedule:
    return Schedule(hours, lambda: jitter)


def test_failures_are_tried_again_ever_more_slowly_until_one_succeeds() -> None:
    tried = schedule()
    waits = [tried.failed() / MINUTE for _ in range(6)]
    assert waits == [1, 5, 15, 60, 60, 60]
    assert tried.succeeded() == 12 * HOUR
    assert tried.failed() == MINUTE


def test_a_failure_waits_no_longer_than_a_success() -> None:
    tried = schedule(hours=0.1)
    assert [tried.failed() / MINUTE for _ in range(3)] == [1, 5, 6]


def test_waits_are_spread() -> None:
    assert schedule(jitter=1).succeeded() == pytest.approx(12.6 * HOUR)
    assert schedule(jitter=1).failed() == pytest.approx(63)


def test_no_source_is_refreshed_without_rest() -> None:
    assert schedule(hours=0).succeeded() == MINUTE
