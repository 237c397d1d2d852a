"""Holds those who watch to what their accounts may do: at every change, and in time."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from ..formats.xtream import Status
from .accounts import Accounts, status_of
from .model import Account, Channel
from .sessions import Session, Sessions

ACCOUNT_REMOVED = "account_removed"
"""There is no such account any more, or it has another name."""
PASSWORD_CHANGED = "password_changed"
"""The viewer came in with a password that is not the account's any more."""
ACCOUNT_DISABLED = "account_disabled"
"""The account was disabled."""
ACCOUNT_EXPIRED = "account_expired"
"""The account's time has run out."""
NOT_ALLOWED = "not_allowed"
"""The account may not see what the viewer watches any more."""
OVER_LIMIT = "over_limit"
"""The account has fewer connections than it had, and others keep theirs."""

_REASONS = {Status.DISABLED: ACCOUNT_DISABLED, Status.EXPIRED: ACCOUNT_EXPIRED}

# The time of day, which expiry goes by, may be set while we wait by another clock.
_LONGEST_WAIT_SECONDS = 3600.0


def _utc_now() -> datetime:
    return datetime.now(UTC)


def objection(
    accounts: Accounts, account: Account, channel: Channel, now: datetime
) -> str | None:
    """Answer why an account may not watch what it could when it was let in; else None.

    `account` is as it was then.
    """
    known = accounts.get(account.username)
    if known is None or known.id != account.id:
        return ACCOUNT_REMOVED
    if known.password != account.password:
        return PASSWORD_CHANGED
    if reason := _REASONS.get(status_of(known, now)):
        return reason
    return None if _may_see(channel, known, account) else NOT_ALLOWED


class Limits:
    """Ends the sessions that their accounts do not allow any more, and says why."""

    def __init__(
        self,
        *,
        accounts: Accounts,
        sessions: Sessions,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._now = now
        self._before: Mapping[str, Account] = {}
        self._timer: asyncio.TimerHandle | None = None

    def apply(self) -> None:
        """Look at all who watch now, and again when the next account expires."""
        before, self._before = self._before, self._by_name()
        now = self._now()
        for session in self._sessions.active:
            if reason := self._objection(session, before, now):
                self._sessions.end(session.id, reason)
        for account in self._before.values():
            self._end_surplus(account)
        self._wait(now)

    def close(self) -> None:
        """Look no more."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _by_name(self) -> dict[str, Account]:
        return {account.username: account for account in self._accounts.all}

    def _objection(
        self, session: Session, before: Mapping[str, Account], now: datetime
    ) -> str | None:
        """Answer why a session may not go on; None where it may."""
        if session.account is None:
            return None
        known = before.get(session.account) or self._accounts.get(session.account)
        if known is None:
            return ACCOUNT_REMOVED
        return objection(self._accounts, known, session.channel, now)

    def _end_surplus(self, account: Account) -> None:
        """Send away those who are too many: who is idle first, who came first before."""
        watching = self._sessions.of_account(account.username)
        surplus = len(watching) - account.max_connections
        if not account.max_connections or surplus <= 0:
            return
        watching.sort(key=lambda one: not self._sessions.is_idle(one))
        for session in watching[:surplus]:
            self._sessions.end(session.id, OVER_LIMIT)

    def _wait(self, now: datetime) -> None:
        self.close()
        ends = [
            account.expires
            for account in self._before.values()
            if account.enabled and account.expires and account.expires > now
        ]
        if not ends:
            return
        wait = min((min(ends) - now).total_seconds(), _LONGEST_WAIT_SECONDS)
        self._timer = asyncio.get_running_loop().call_later(wait, self.apply)


def _may_see(channel: Channel, account: Account, before: Account) -> bool:
    """Tell whether an account may go on with what is watched, by its groups."""
    if account.groups is None or account.groups == before.groups:
        return True
    if channel.group:
        return channel.group in account.groups
    # A film. What group that is in is on disk: where one is left out, its player asks
    # again, and hears then.
    return before.groups is not None and before.groups <= account.groups


@asynccontextmanager
async def open_limits(
    *,
    accounts: Accounts,
    sessions: Sessions,
    now: Callable[[], datetime] = _utc_now,
) -> AsyncIterator[Limits]:
    """Hold sessions to the limits of their accounts inside the block."""
    limits = Limits(accounts=accounts, sessions=sessions, now=now)
    unfollow = accounts.follow(limits.apply)
    limits.apply()
    try:
        yield limits
    finally:
        unfollow()
        limits.close()
