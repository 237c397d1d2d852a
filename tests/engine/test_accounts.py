"""Who is let in by which name and password."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.telecast.engine.accounts import Accounts, status_of
from custom_components.telecast.engine.model import Account
from custom_components.telecast.formats.xtream import Status

ANNA = Account(id="1", username="anna", password="secret")
BERT = Account(id="2", username="bert", password="pässwörd 🔑", enabled=False)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_name_and_password_open_an_account() -> None:
    accounts = Accounts([ANNA, BERT])
    assert accounts.authenticate("anna", "secret") is ANNA
    assert accounts.get("anna") is ANNA


def test_a_disabled_account_is_still_answered() -> None:
    assert Accounts([BERT]).authenticate("bert", "pässwörd 🔑") is BERT
    assert status_of(BERT, NOW) is Status.DISABLED


@pytest.mark.parametrize(
    ("username", "password"),
    [
        *[("anna", wrong) for wrong in ("", "Secret", "secret ", "secre", "\0")],
        *[(wrong, "secret") for wrong in ("", "Anna", "anna ", "nobody", "bert")],
        ("nobody", "\0"),
        ("anna\ud800", "secret\udfff"),
    ],
)
def test_anything_else_opens_none(username: str, password: str) -> None:
    assert Accounts([ANNA, BERT]).authenticate(username, password) is None


def test_without_accounts_nobody_comes_in() -> None:
    assert Accounts().authenticate("", "") is None
    assert Accounts().authenticate("anna", "secret") is None


def test_accounts_are_replaced_as_a_whole() -> None:
    accounts = Accounts([ANNA])
    accounts.replace([BERT])
    assert accounts.authenticate("anna", "secret") is None
    assert accounts.get("anna") is None
    assert accounts.get("bert") is BERT


@pytest.mark.parametrize(
    ("left", "status"),
    [
        (timedelta(seconds=1), Status.ACTIVE),
        (timedelta(), Status.EXPIRED),
        (timedelta(seconds=-1), Status.EXPIRED),
    ],
)
def test_an_account_expires_at_its_instant(left: timedelta, status: Status) -> None:
    account = Account(id="3", username="c", password="d", expires=NOW + left)
    assert status_of(account, NOW) is status


def test_no_password_is_shown() -> None:
    assert "secret" not in repr(ANNA)
