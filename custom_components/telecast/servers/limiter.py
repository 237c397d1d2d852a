"""Slows down guessing without locking out those who know their password."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
import logging
import time

from ..engine.model import Client

_LOGGER = logging.getLogger(__name__)

BURST = 10
"""Wrong passwords that are looked at one right after the other."""
BURST_KNOWN = 5000
"""The same for a viewer who has logged in before: likelier an old password than a guess."""
SECONDS_PER_CHECK = 6.0
"""Afterwards one more is looked at each time this has passed."""

_REMEMBERED = 4096
_SECONDS_PER_LINE = 60.0


@dataclass(slots=True)
class _Record:
    """What is known of an address, or of one viewer there."""

    pardoned_at: float = float("-inf")
    """When all its wrong passwords will have been forgotten."""
    logged_at: float = float("-inf")
    unlogged: int = 0


class Limiter:
    """Counts wrong passwords by address, and apart from that by viewers who are known.

    A viewer is an address, a user agent and a user name that belonged to a good login
    before. Each has a count of its own, so that somebody behind the same proxy who
    guesses, or a player with an old password, takes nothing from the others.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        remembered: int = _REMEMBERED,
    ) -> None:
        self._clock = clock
        self._addresses = _Records(remembered)
        self._viewers = _Records(remembered)

    def wait(self, client: Client, username: str) -> float:
        """Tell how many seconds must pass until a password is looked at; 0 means now."""
        if record := self._viewers.get((client, username)):
            burst = BURST_KNOWN
        elif record := self._addresses.get(_home(client)):
            burst = BURST
        else:
            return 0.0
        forgiven = (burst - 1) * SECONDS_PER_CHECK
        return max(0.0, record.pardoned_at - self._clock() - forgiven)

    def succeeded(self, client: Client, username: str) -> None:
        """Remember a good login."""
        self._viewers.open((client, username))

    def failed(self, client: Client, username: str) -> None:
        """Count a wrong password."""
        record = self._viewers.get((client, username)) or self._addresses.open(
            _home(client)
        )
        record.pardoned_at = max(self._clock(), record.pardoned_at) + SECONDS_PER_CHECK

    def log(self, client: Client) -> None:
        """Say that somebody was refused, at most once a minute and address."""
        record = self._addresses.open(_home(client))
        record.unlogged += 1
        now = self._clock()
        if now - record.logged_at < _SECONDS_PER_LINE:
            return
        _LOGGER.warning(
            "Refused %d logins from %s: wrong user name or password",
            record.unlogged,
            client.address,
        )
        record.logged_at, record.unlogged = now, 0


class _Records:
    """A bounded number of records; the one unused for longest is forgotten first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._records: OrderedDict[object, _Record] = OrderedDict()

    def get(self, key: object) -> _Record | None:
        record = self._records.get(key)
        if record:
            self._records.move_to_end(key)
        return record

    def open(self, key: object) -> _Record:
        record = self._records.setdefault(key, _Record())
        self._records.move_to_end(key)
        if len(self._records) > self._limit:
            self._records.popitem(last=False)
        return record


def _home(client: Client) -> str:
    """Answer the address, or its /64: one IPv6 client owns all of that."""
    try:
        address = ip_address(client.address)
    except ValueError:
        return client.address
    if isinstance(address, IPv6Address):
        return address.exploded[:19]
    return client.address
