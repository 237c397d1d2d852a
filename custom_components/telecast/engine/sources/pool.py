"""The logins of one provider: what each of them may, and what it holds."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
import hashlib

from ...formats.xtream.reading import AccountFacts
from ..settings import ProviderLogin, ProviderSettings
from ..streams.slots import Slots

# What a panel that does not say so lets everybody have.
_USUAL_CONNECTIONS = 1


class PooledLogin:
    """A login with its slots."""

    def __init__(self, login: ProviderLogin, slots: Slots) -> None:
        self.key = key_of(login)
        """Our own name for it, which gives nothing away."""
        self.login = login
        self.slots = slots
        self.facts: AccountFacts | None = None
        """What the panel said of it last; None while it was not asked."""

    @property
    def is_usable(self) -> bool:
        """Whether nothing is known that speaks against it."""
        return self.facts is None or (
            self.facts.accepted
            and not self.facts.has_expired
            and not self.facts.is_shut_out
        )


class Pool:
    """All logins of a provider, in the order in which the user gave them."""

    def __init__(
        self, settings: ProviderSettings, on_change: Callable[[], None]
    ) -> None:
        self.all: tuple[PooledLogin, ...] = ()
        """The logins; the first one is what everything is read with."""
        self._on_change = on_change
        self._max_streams = settings.max_streams
        self.alter(settings)

    def alter(self, settings: ProviderSettings) -> None:
        """Go on with other logins or limits; who is still there keeps what it holds."""
        known = {one.key: one for one in self.all}
        found = []
        for login in settings.logins:
            pooled = known.get(key_of(login)) or PooledLogin(
                login, Slots(_USUAL_CONNECTIONS, self._on_change)
            )
            if pooled.login != login:
                pooled.login, pooled.facts = login, None
            found.append(pooled)
        self.all = tuple(found)
        self._max_streams = settings.max_streams
        self._limit()

    def take_up(self, facts: Mapping[str, AccountFacts]) -> None:
        """Begin with what was said of the logins before, by their keys."""
        for pooled in self.all:
            pooled.facts = facts.get(pooled.key)
        self._limit()

    def hear(self, pooled: PooledLogin, facts: AccountFacts) -> None:
        """Take note of what the panel says of a login.

        Of one that it refuses it says nothing else: what was known stays known.
        """
        if not facts.accepted and pooled.facts:
            facts = replace(pooled.facts, accepted=False)
        pooled.facts = facts
        self._limit()

    @property
    def facts(self) -> dict[str, AccountFacts]:
        """What the panel said of the logins that it was asked for, by their keys."""
        return {one.key: one.facts for one in self.all if one.facts}

    @property
    def in_order(self) -> list[PooledLogin]:
        """The logins to watch with: those with free slots first.

        Those that are known to be of no use are tried where there are no others.
        """
        usable = [one for one in self.all if one.is_usable] or list(self.all)
        return sorted(usable, key=lambda one: not one.slots.free)

    def slots(self, key: str) -> Slots:
        """Answer the slots of a login; those of the first one for a key unknown."""
        return next(
            (one.slots for one in self.all if one.key == key), self.all[0].slots
        )

    @property
    def in_use(self) -> int:
        """How many streams run with all logins."""
        return sum(one.slots.in_use for one in self.all)

    @property
    def limit(self) -> int:
        """How many may run with all usable logins; 0 means any number."""
        limits = [one.slots.limit for one in self.in_order]
        return 0 if 0 in limits else sum(limits)

    @property
    def expires(self) -> datetime | None:
        """When the first of the usable logins ends, in UTC; None for never, or unknown."""
        known = [one.facts for one in self.in_order if one.facts]
        ends = [one.expires for one in known if one.expires]
        return datetime.fromtimestamp(min(ends), UTC) if ends else None

    @property
    def is_trial(self) -> bool:
        """Whether any of the logins is there for a trial only."""
        return any(one.facts.is_trial for one in self.in_order if one.facts)

    def _limit(self) -> None:
        for pooled in self.all:
            told = pooled.facts.max_connections if pooled.facts else None
            usual = _USUAL_CONNECTIONS if told is None else told
            pooled.slots.limit = self._max_streams or usual


def key_of(login: ProviderLogin) -> str:
    """Answer our own name for a login; another password makes no other one of it."""
    return hashlib.sha256(login.username.encode()).hexdigest()[:8]
