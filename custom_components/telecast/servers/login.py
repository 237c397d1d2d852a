"""The door of the Xtream server: accounts, checked no faster than guessing deserves."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
import math
from typing import TYPE_CHECKING, ClassVar

from aiohttp import web

from ..engine.accounts import status_of
from ..engine.errors import TelecastError
from ..engine.model import Account
from ..formats.xtream import Status
from .access import client_of
from .limiter import Limiter

if TYPE_CHECKING:
    from ..engine.engine import Engine


class LoginError(TelecastError):
    """User name and password belong to no account."""

    code: ClassVar[str] = "invalid_auth"


class TooManyAttemptsError(LoginError):
    """Too many wrong passwords; this one was not even looked at."""

    code: ClassVar[str] = "too_many_attempts"

    def __init__(self, retry_after: int) -> None:
        super().__init__("Too many wrong passwords; wait a little")
        self.retry_after = retry_after


class AccountInactiveError(TelecastError):
    """The account is known, but expired or disabled."""

    code: ClassVar[str] = "account_inactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a player says it is."""

    username: str
    password: str = field(repr=False)


class Gate:
    """Lets accounts in; one for all ports, so that guessing is slowed down on all."""

    def __init__(self, limiter: Limiter) -> None:
        self._limiter = limiter

    def login(
        self, engine: Engine, request: web.Request, credentials: Credentials
    ) -> Account:
        """Answer the account, also one that is expired or disabled.

        Raises LoginError, and TooManyAttemptsError where it did not even look.
        """
        client = client_of(request)
        username = credentials.username
        if not username or not credentials.password:
            raise LoginError("User name or password is missing")
        if wait := self._limiter.wait(client, username):
            self._limiter.log(client)
            raise TooManyAttemptsError(math.ceil(wait))
        account = engine.accounts.authenticate(username, credentials.password)
        if account is None:
            self._limiter.failed(client, username)
            self._limiter.log(client)
            raise LoginError("Wrong user name or password")
        self._limiter.succeeded(client, username)
        return account

    def enter(
        self, engine: Engine, request: web.Request, credentials: Credentials
    ) -> Account:
        """Answer the account, which may watch; raises AccountInactiveError, too."""
        account = self.login(engine, request, credentials)
        status = status_of(account, datetime.now(UTC))
        if status is not Status.ACTIVE:
            raise AccountInactiveError(f"The account is {status.value.lower()}")
        return account
