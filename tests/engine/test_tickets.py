"""Tickets let in whom they were issued to, and nobody who makes one up."""

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.engine.tickets import Ticket, Tickets

TICKETS = Tickets("a secret")


@given(st.integers(0, 2**31), st.text(max_size=80))
def test_a_ticket_names_its_account_and_fits_its_channel(
    channel: int, account: str
) -> None:
    account = account.encode(errors="replace").decode()
    text = TICKETS.issue(channel, account)
    ticket = TICKETS.check(text, channel)
    assert ticket is not None
    assert ticket.account == account
    assert TICKETS.check(text, channel + 1) is None


def test_a_ticket_is_good_for_as_long_as_its_account_has_that_password() -> None:
    passwords = {"ann": "first"}

    def check(text: str) -> Ticket | None:
        return TICKETS.check(text, 7, password_of=lambda one: passwords.get(one, ""))

    text = TICKETS.issue(7, "ann", password="first")
    bare, nobodys = TICKETS.issue(7, "ann"), TICKETS.issue(7)
    found = check(text)
    assert found is not None
    assert found.account == "ann"
    assert TICKETS.check(text, 7) is None
    assert check(bare) is None
    passwords["ann"] = "second"
    assert check(text) is None
    passwords["ann"] = "first"
    assert check(text) == found
    passwords.clear()
    assert check(text) is None
    assert check(nobodys) is not None


def test_each_ticket_is_another_player() -> None:
    tickets = {TICKETS.check(TICKETS.issue(7), 7) for _ in range(100)}
    assert None not in tickets
    assert len(tickets) == 100


def test_tickets_outlive_a_restart() -> None:
    assert Tickets("a secret").check(TICKETS.issue(7, "viewer"), 7)


def test_another_installation_does_not_know_them() -> None:
    assert Tickets("another secret").check(TICKETS.issue(7), 7) is None


def test_a_ticket_fits_into_a_path() -> None:
    text = TICKETS.issue(7, "Ünï/cödé ../?#%")
    assert text.isascii()
    assert not set(text) & set("/?#%+= ")
    assert ".." not in TICKETS.issue(7, "viewer")


@pytest.mark.parametrize("change", [0, 5, 14, -1, -10])
def test_a_changed_ticket_is_none(change: int) -> None:
    text = list(TICKETS.issue(7, "viewer"))
    text[change] = "A" if text[change] != "A" else "B"
    assert TICKETS.check("".join(text), 7) is None


@given(st.text(max_size=60))
def test_no_text_is_a_ticket_by_chance(text: str) -> None:
    assert TICKETS.check(text, 7) is None


def test_what_is_known_of_a_ticket_is_no_secret() -> None:
    ticket = Ticket(nonce="n", account="viewer")
    assert "viewer" in repr(ticket)
