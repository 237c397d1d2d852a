"""The logins of the Xtream server, and who among them may watch."""

from collections.abc import Iterable
from datetime import datetime
from hmac import compare_digest

from ..formats.xtream import Status
from .model import Account

# What the password of an unknown user is compared with: it takes as long, and never fits.
_NOBODY = b"\0"


class Accounts:
    """Knows accounts by their user names."""

    def __init__(self, accounts: Iterable[Account] = ()) -> None:
        self._accounts: dict[str, Account] = {}
        self.replace(accounts)

    def replace(self, accounts: Iterable[Account]) -> None:
        """Know these accounts, and no others."""
        self._accounts = {account.username: account for account in accounts}

    @property
    def all(self) -> list[Account]:
        """All accounts, in no order."""
        return list(self._accounts.values())

    def get(self, username: str) -> Account | None:
        """Answer the account of this exact name."""
        return self._accounts.get(username)

    def authenticate(self, username: str, password: str) -> Account | None:
        """Answer the account that these open, also one that may not watch (status_of).

        Takes as long for an unknown user as for a wrong password.
        """
        asked, given = _encoded(username), _encoded(password)
        found: Account | None = None
        for account in self._accounts.values():
            named = compare_digest(_encoded(account.username), asked)
            expected = _encoded(account.password) if named else _NOBODY
            if compare_digest(expected, given) & named:
                found = account
        return found


def status_of(account: Account, now: datetime) -> Status:
    """Tell whether an account may watch at an instant."""
    if not account.enabled:
        return Status.DISABLED
    if account.expires and account.expires <= now:
        return Status.EXPIRED
    return Status.ACTIVE


def _encoded(text: str) -> bytes:
    # What comes off the wire may hold halves of characters; they are just not equal.
    return text.encode("utf-8", "surrogatepass")
