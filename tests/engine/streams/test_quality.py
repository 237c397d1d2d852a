"""Quality: better candidates go first, and somebody says why."""

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.engine.errors import (
    NoDataError,
    NoPictureError,
    SourceBusyError,
    TelecastError,
)
from custom_components.telecast.engine.model import Candidate
from custom_components.telecast.engine.streams.breakers import address_key
from custom_components.telecast.engine.streams.quality import (
    RECENT_SECONDS,
    Outcome,
    Quality,
    Record,
)
from tests.fakes.clock import Clock

ONE, TWO, THREE = (
    Candidate(url=f"http://user:canary@{name}/", source=name)
    for name in ("one", "two", "three")
)
ALL = (ONE, TWO, THREE)
GONE = NoDataError("gone")
DAY = 86400.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


def learned(clock: Clock, *outcomes: tuple[Candidate, Outcome]) -> Quality:
    """Answer the quality of a next stream, after these outcomes."""
    quality = Quality(ALL, clock=clock)
    for candidate, outcome in outcomes:
        quality.learn(candidate, outcome)
    return Quality(ALL, quality.records, clock)


def good(
    startup: float = 1.0, rate: float | None = 1.0, error: TelecastError | None = None
) -> Outcome:
    return Outcome(startup=startup, served=600, rate=rate, error=error)


def test_what_is_not_known_stays_in_the_order_of_the_source() -> None:
    quality = Quality(ALL)
    assert (quality.candidates, quality.reasons) == (ALL, ())


def test_who_failed_lately_goes_behind_who_did_not(clock: Clock) -> None:
    quality = learned(clock, (ONE, Outcome(error=GONE)))
    assert quality.candidates == (TWO, THREE, ONE)
    assert quality.reasons == ("address 3 goes before 1: the other one failed lately",)
    clock.now += RECENT_SECONDS
    assert Quality(ALL, quality.records, clock).candidates == ALL


def test_data_without_a_picture_is_nothing(clock: Clock) -> None:
    quality = learned(clock, (ONE, good(error=NoPictureError("no key frame"))))
    assert quality.candidates == (TWO, THREE, ONE)


def test_who_delivers_again_has_not_failed_lately(clock: Clock) -> None:
    quality = learned(clock, (ONE, Outcome(error=GONE)), (ONE, good()))
    assert quality.candidates == ALL


@pytest.mark.parametrize(("startup", "goes_first"), [(2.9, ONE), (3.1, TWO)])
def test_who_starts_much_sooner_goes_first(
    clock: Clock, startup: float, goes_first: Candidate
) -> None:
    quality = learned(clock, (ONE, good(startup)), (TWO, good(1.5)))
    assert quality.candidates[0] == goes_first


def test_a_second_makes_no_difference(clock: Clock) -> None:
    quality = learned(clock, (ONE, good(1.1)), (TWO, good(0.2)))
    assert quality.candidates == ALL


def test_who_fails_often_goes_behind_who_does_not(clock: Clock) -> None:
    breaking = [(ONE, good(0.5, error=GONE))] * 4
    quality = learned(clock, *breaking, *[(TWO, good(3.0))] * 4)
    assert quality.candidates[0] == TWO, "though it starts later"
    assert "fails less often" in quality.reasons[0]


def test_one_failure_makes_no_difference(clock: Clock) -> None:
    quality = learned(clock, (ONE, good(error=GONE)), (TWO, good()))
    assert quality.candidates == ALL


def test_who_comes_slower_than_it_is_shown_goes_behind(clock: Clock) -> None:
    quality = learned(clock, (ONE, good(rate=0.8)), (TWO, good()))
    assert quality.candidates[0] == TWO
    assert "as fast as it is shown" in quality.reasons[0]


def test_what_is_old_counts_less(clock: Clock) -> None:
    quality = learned(clock, *[(ONE, good(error=GONE))] * 4, (TWO, good()))
    assert quality.candidates[0] == TWO
    clock.now += 5 * DAY
    assert Quality(ALL, quality.records, clock).candidates == ALL


def test_the_latest_tries_count_most() -> None:
    record = Record()
    for startup in (9.0, *[1.0] * 10):
        record = record.after(good(startup), 0)
    assert record.startup == pytest.approx(1.0, abs=0.3)


@pytest.mark.parametrize(
    "outcome", [Outcome(), Outcome(error=SourceBusyError("in use"))]
)
def test_what_says_nothing_of_the_candidate_teaches_nothing(
    clock: Clock, outcome: Outcome
) -> None:
    assert learned(clock, (ONE, outcome)).records == {}


def test_a_clock_that_was_set_back_harms_nobody(clock: Clock) -> None:
    quality = learned(clock, (ONE, Outcome(error=GONE)))
    clock.now -= DAY
    assert Quality(ALL, quality.records, clock).candidates == ALL


def test_a_record_tells_of_all_tries_and_holds_no_address(clock: Clock) -> None:
    quality = learned(clock, (ONE, good(1.234)), (ONE, Outcome(error=GONE)))
    (record,) = quality.records.values()
    assert (record.startup, record.rate) == (1.234, 1.0)
    assert round(record.failures_per_hour, 2) == 0.86
    assert record.failed_lately(clock.now)
    assert "canary" not in repr((quality.reasons, quality.records))


NUMBERS = st.none() | st.floats(0, 100)
RECORDS = st.builds(
    Record,
    updated=st.floats(0, 2000),
    startup=NUMBERS,
    rate=st.none() | st.floats(0, 1),
    failures=st.floats(0, 20),
    hours=st.floats(0, 100),
    failed_at=st.none() | st.floats(0, 2000),
)


@given(st.lists(st.none() | RECORDS, max_size=20))
def test_every_candidate_stays_whatever_is_known(records: list[Record | None]) -> None:
    candidates = tuple(
        Candidate(url=f"http://{number}/", source="s") for number in range(len(records))
    )
    known = {
        address_key(candidate): record
        for candidate, record in zip(candidates, records, strict=True)
        if record
    }
    quality = Quality(candidates, known, Clock())
    assert sorted(it.url for it in quality.candidates) == sorted(
        it.url for it in candidates
    )
    assert bool(quality.reasons) == (quality.candidates != candidates)
    assert "None" not in repr(quality.reasons)
