"""The logins of the Xtream server, and who among them may watch."""

from collections.abc import Callable, Iterable
from datetime import datetime
import hashlib
from hmac import compare_digest
import secrets

from ..formats.xtream import Status
from .model import Account

type Listener = Callable[[], None]


class Accounts:
    """Knows accounts by their user names."""

    def __init__(self, accounts: Iterable[Account] = ()) -> None:
        self._accounts: dict[str, Account] = {}
        self._logins: list[tuple[bytes, bytes, Account]] = []
        self._listeners: list[Listener] = []
        # Nobody can prepare a text whose digest begins as another one's does.
        self._key = secrets.token_bytes(32)
        self.replace(accounts)

    def replace(self, accounts: Iterable[Account]) -> None:
        """Know these accounts, and no others; tell those who follow."""
        self._accounts = {account.username: account for account in accounts}
        self._logins = [
            (self._digest(account.username), self._digest(account.password), account)
            for account in self._accounts.values()
        ]
        for listener in tuple(self._listeners):
            listener()

    def follow(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after each change; answer what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @property
    def all(self) -> list[Account]:
        """All accounts, in no order."""
        return list(self._accounts.values())

    def get(self, username: str) -> Account | None:
        """Answer the account of this exact name."""
        return self._accounts.get(username)

    def authenticate(self, username: str, password: str) -> Account | None:
        """Answer the account that these open, also one that may not watch (status_of).

        Takes as long whatever is wrong: digests are all of one length, both are always
        compared, and with every account's.
        """
        asked, given = self._digest(username), self._digest(password)
        found: Account | None = None
        for name, expected, account in self._logins:
            if compare_digest(name, asked) & compare_digest(expected, given):
                found = account
        return found

    def _digest(self, text: str) -> bytes:
        # What comes off the wire may hold halves of characters; they are just not equal.
        encoded = text.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(encoded, key=self._key, digest_size=32).digest()


def status_of(account: Account, now: datetime) -> Status:
    """Tell whether an account may watch at an instant."""
    if not account.enabled:
        return Status.DISABLED
    if account.expires and account.expires <= now:
        return Status.EXPIRED
    return Status.ACTIVE
