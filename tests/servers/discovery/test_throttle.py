"""Answers are counted by address, and all together."""

from custom_components.telecast.servers.discovery.throttle import (
    BURST,
    BURST_OF_ALL,
    SECONDS_PER_ANSWER,
    Throttle,
)
from tests.fakes.clock import Clock


def admitted(throttle: Throttle, address: str, times: int) -> int:
    """How many of so many answers may be given."""
    return sum(throttle.admits(address) for _ in range(times))


def test_after_a_burst_an_answer_comes_each_time_that_its_time_has_passed() -> None:
    clock = Clock()
    throttle = Throttle(clock=clock)
    assert admitted(throttle, "192.0.2.1", BURST + 5) == BURST
    clock.now += SECONDS_PER_ANSWER * 3.5
    assert admitted(throttle, "192.0.2.1", BURST) == 3
    clock.now += 3600
    assert admitted(throttle, "192.0.2.1", BURST + 5) == BURST


def test_addresses_are_counted_apart_but_not_those_of_one_ipv6_network() -> None:
    throttle = Throttle(clock=Clock())
    assert admitted(throttle, "192.0.2.1", 100) == BURST
    assert admitted(throttle, "192.0.2.2", 100) == BURST
    assert admitted(throttle, "2001:db8::1", 100) == BURST
    assert admitted(throttle, "2001:db8::2", 100) == 0
    assert admitted(throttle, "2001:db8:0:1::1", 100) == BURST
    assert admitted(throttle, "fe80::1", 100) == BURST
    assert admitted(throttle, "fe80::2", 100) == BURST


def test_many_senders_together_get_no_more_than_all_may() -> None:
    throttle = Throttle(clock=Clock())
    answers = sum(
        throttle.admits(f"10.{number >> 8}.{number & 0xFF}.1") for number in range(5000)
    )
    assert answers == BURST_OF_ALL
