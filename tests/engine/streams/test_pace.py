"""Pace: a programme must come as fast as it is shown, however it comes."""

from itertools import count

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.engine.streams.pace import Pace
from custom_components.telecast.formats.mpegts import Program
from tests.fakes.transport import VIDEO_PID, Multiplex

PROGRAM = Program(pcr_pid=VIDEO_PID)
WRAP_SECONDS = (1 << 33) / 90_000


def clock(seconds: float) -> bytes:
    """Make a block in which the programme's clock shows so many seconds."""
    ticks = round(seconds * 90_000) % (1 << 33)
    field = b"\x07\x10" + (ticks << 15 | 0x7E00).to_bytes(6)
    return Multiplex().packet(VIDEO_PID, b"", field=field)


def starved_at(rate: float, *, ahead: float = 0.0, until: float = 90.0) -> float | None:
    """Answer when a programme is found starved that comes at a rate, from a burst on."""
    pace = Pace()
    pace.feed(clock(0), PROGRAM, 0.0)
    for tick in range(int(until * 10)):
        now = tick / 10
        pace.feed(clock(ahead + now * rate), PROGRAM, now)
        if pace.starved:
            return now
    return None


@pytest.mark.parametrize("rate", [0.93, 1.0, 1.1, 10.0])
def test_what_comes_about_as_fast_as_it_is_shown_is_well(rate: float) -> None:
    assert starved_at(rate) is None


@pytest.mark.parametrize(("rate", "seconds"), [(0.1, 17), (0.5, 17), (0.8, 19)])
def test_what_comes_slower_for_15_s_is_starved(rate: float, seconds: float) -> None:
    found = starved_at(rate)
    assert found
    assert 15 <= found <= seconds


def test_a_burst_in_the_beginning_is_credit() -> None:
    found = starved_at(0.5, ahead=20)
    assert found
    assert 39 <= found <= 42


def test_what_was_once_ahead_is_no_credit_for_ever() -> None:
    pace = Pace()
    pace.feed(clock(0), PROGRAM, 0.0)
    media = 20.0
    for tick in count():
        now = tick / 10
        media += 0.1 if now < 100 else 0.05
        pace.feed(clock(media), PROGRAM, now)
        if pace.starved:
            break
    assert 110 < now < 120


@given(
    st.lists(st.floats(0.05, 10), min_size=20, max_size=60),
    st.floats(0, WRAP_SECONDS),
)
def test_pieces_that_come_whole_are_well(gaps: list[float], start: float) -> None:
    pace = Pace()
    now = 0.0
    for gap in gaps:
        now += gap
        # Each piece holds the time since the last one, and takes a moment to come in.
        for part in range(5):
            done = now - gap + gap * (part + 1) / 5
            pace.feed(clock(start + done), PROGRAM, now + part / 100)
            assert not pace.starved


def test_a_clock_that_jumps_is_not_judged_by_the_jump() -> None:
    pace = Pace()
    media = 1000.0
    for tick in range(600):
        now = tick / 10
        if tick % 70 == 69:
            media += -500.0 if tick % 140 == 69 else 3000.0
        media += 0.1
        pace.feed(clock(media), PROGRAM, now)
        assert not pace.starved


def test_without_a_clock_nothing_is_judged() -> None:
    pace = Pace()
    silent = Multiplex().packet(VIDEO_PID, b"")
    for second in range(100):
        pace.feed(silent, PROGRAM, second)
    assert not pace.starved
    assert pace.rate is None


def test_a_clock_that_no_longer_comes_stands_still() -> None:
    pace = Pace()
    trickle = Multiplex().packet(VIDEO_PID, b"")
    for tick in range(600):
        pace.feed(clock(tick / 10), PROGRAM, tick / 10)
    for second in range(60, 90):
        pace.feed(trickle, PROGRAM, second)
    assert pace.starved
    for tick in range(900, 1000):
        pace.feed(clock(tick / 10), PROGRAM, tick / 10)
    assert not pace.starved


def test_it_tells_the_rate() -> None:
    pace = Pace()
    for tick in range(400):
        pace.feed(clock(tick / 10 * 0.75), PROGRAM, tick / 10)
    assert pace.rate == pytest.approx(0.75, abs=0.02)
