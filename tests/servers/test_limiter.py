"""Guessing is slowed down, and those who know their password hardly notice."""

import pytest

from custom_components.telecast.engine.model import Client
from custom_components.telecast.servers.limiter import (
    BURST,
    BURST_KNOWN,
    SECONDS_PER_CHECK,
    Limiter,
)
from tests.fakes.clock import Clock

TV = Client(address="192.168.1.20", user_agent="TV")
PHONE = Client(address="192.168.1.20", user_agent="Phone")
STRANGER = Client(address="203.0.113.9", user_agent="TV")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limiter(clock: Clock) -> Limiter:
    return Limiter(clock=clock)


def guess(limiter: Limiter, client: Client, times: int, username: str = "anna") -> int:
    """Try wrong passwords; answer how many of them were looked at."""
    looked_at = 0
    for _ in range(times):
        if not limiter.wait(client, username):
            limiter.failed(client, username)
            looked_at += 1
    return looked_at


def test_a_burst_of_wrong_passwords_is_looked_at_then_one_each_six_seconds(
    limiter: Limiter, clock: Clock
) -> None:
    assert guess(limiter, TV, 1000) == BURST
    assert limiter.wait(TV, "anna") == SECONDS_PER_CHECK
    clock.now += SECONDS_PER_CHECK
    assert guess(limiter, TV, 1000) == 1
    clock.now += 3600
    assert guess(limiter, TV, 1000) == BURST


def test_a_new_user_name_or_user_agent_gives_no_new_guesses(limiter: Limiter) -> None:
    guess(limiter, TV, BURST)
    assert guess(limiter, TV, 5, username="bert") == 0
    assert guess(limiter, PHONE, 5) == 0


def test_another_address_is_not_held_up(limiter: Limiter) -> None:
    guess(limiter, STRANGER, 1000)
    assert limiter.wait(TV, "anna") == 0


def test_a_viewer_who_logged_in_before_is_not_held_up_by_its_neighbours(
    limiter: Limiter,
) -> None:
    limiter.succeeded(TV, "anna")
    guess(limiter, PHONE, 1000)
    assert limiter.wait(TV, "anna") == 0
    assert limiter.wait(TV, "bert") > 0


def test_a_viewer_with_an_old_password_holds_up_only_itself(limiter: Limiter) -> None:
    limiter.succeeded(TV, "anna")
    assert guess(limiter, TV, 2 * BURST_KNOWN) == BURST_KNOWN
    assert limiter.wait(TV, "anna") == SECONDS_PER_CHECK
    assert limiter.wait(PHONE, "anna") == 0


def test_a_good_login_costs_nothing(limiter: Limiter) -> None:
    for _ in range(1000):
        assert limiter.wait(TV, "anna") == 0
        limiter.succeeded(TV, "anna")


def test_all_addresses_of_one_ipv6_subnet_share_their_guesses(limiter: Limiter) -> None:
    subnet = [Client(address=f"2001:db8:0:1::{host:x}") for host in range(1, 100)]
    assert sum(guess(limiter, client, 1) for client in subnet) == BURST
    assert limiter.wait(Client(address="2001:db8:0:2::1"), "anna") == 0


def test_who_has_no_address_at_all_shares_one_count(limiter: Limiter) -> None:
    assert guess(limiter, Client(address=""), 1000) == BURST
    assert limiter.wait(Client(address="", user_agent="other"), "bert") > 0


def test_memory_is_bounded_and_what_is_forgotten_is_the_oldest(clock: Clock) -> None:
    limiter = Limiter(clock=clock, remembered=3)
    clients = [Client(address=f"203.0.113.{host}") for host in range(5)]
    for client in clients:
        guess(limiter, client, BURST)
    waits = [limiter.wait(client, "anna") > 0 for client in clients]
    assert waits == [False, False, True, True, True]


def test_an_address_is_named_once_a_minute_without_user_name_or_password(
    limiter: Limiter, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(1000):
        limiter.log(TV)
    limiter.log(STRANGER)
    assert [record.getMessage() for record in caplog.records] == [
        "Refused 1 logins from 192.168.1.20: wrong user name or password",
        "Refused 1 logins from 203.0.113.9: wrong user name or password",
    ]
    clock.now += 60
    limiter.log(TV)
    assert caplog.records[-1].getMessage().startswith("Refused 1000 logins")
