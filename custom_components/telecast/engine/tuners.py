"""The tuners of the emulated HDHomeRun: how many may watch through it at once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
import time

from .errors import TunerInUseError, TunersBusyError
from .model import Channel, Client

LOCK_SECONDS = 60.0
"""How long a tuner stays locked for a client that says nothing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """The wish of a client to have a tuner for itself."""

    key: int
    address: str
    until: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Holder:
    """Who watches through a tuner."""

    channel: Channel
    client: Client
    needed: Callable[[], bool]
    give_way: Callable[[], object]


@dataclass(slots=True)
class Tuner:
    """One tuner, and who holds it."""

    index: int
    holder: _Holder | None = None
    lock: Lock | None = None

    @property
    def channel(self) -> Channel | None:
        """What is watched through it; None for a free one."""
        return self.holder.channel if self.holder else None

    @property
    def client(self) -> Client | None:
        """Who watches through it; None for a free one."""
        return self.holder.client if self.holder else None


class Tuners:
    """A fixed number of tuners, each for one viewer, some of them kept for an address."""

    def __init__(
        self, count: int, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.all = [Tuner(index) for index in range(count)]
        self._clock = clock

    @contextmanager
    def take(
        self,
        channel: Channel,
        client: Client,
        *,
        index: int | None = None,
        needed: Callable[[], bool] = lambda: True,
        give_way: Callable[[], object] = lambda: None,
    ) -> Iterator[Tuner]:
        """Hold a tuner inside the block: each connection takes one, as on the device.

        Where none is free (or not the one with the index `index`), a holder who is not
        `needed` (its viewer has paused) loses his, and hears so by `give_way`. Where all
        are, TunersBusyError is raised, and TunerInUseError where `index` names one that
        is taken, or that there is not; both say who holds what.
        """
        tuner = self._free(client.address, index)
        idle = tuner.holder
        tuner.holder = holder = _Holder(
            channel=channel, client=client, needed=needed, give_way=give_way
        )
        if idle:
            idle.give_way()
        try:
            yield tuner
        finally:
            if tuner.holder is holder:
                tuner.holder = None

    def holder(self, index: int) -> str | None:
        """Answer the address for which a tuner works or is kept; None for a free one."""
        tuner = self.all[index]
        if tuner.client:
            return tuner.client.address
        lock = self._lock(tuner)
        return lock.address if lock else None

    def lock(self, index: int, key: int, *, address: str, held: int | None) -> None:
        """Keep a tuner for an address, for LOCK_SECONDS after it was last heard of.

        `held` is the key under which the asker has locked it already. Raises
        TunerInUseError where somebody else holds it.
        """
        self.expect(index, address=address, held=held)
        self.all[index].lock = Lock(
            key=key, address=address, until=self._clock() + LOCK_SECONDS
        )

    def unlock(self, index: int) -> None:
        """Keep a tuner for nobody; who watches through it goes on."""
        self.all[index].lock = None

    def expect(self, index: int, *, address: str, held: int | None) -> None:
        """Prolong the asker's own lock; raise TunerInUseError where another holds it."""
        tuner = self.all[index]
        lock = self._lock(tuner)
        if lock and lock.key == held:
            until = self._clock() + LOCK_SECONDS
            tuner.lock = Lock(key=lock.key, address=lock.address, until=until)
        elif lock or (tuner.client and tuner.client.address != address):
            raise TunerInUseError(f"Tuner {index} is in use: {self._use(tuner)}")

    def _free(self, address: str, index: int | None) -> Tuner:
        """Answer one that nobody holds, or else one whose holder is not needed."""
        open_to = [
            tuner
            for tuner in self.all
            if index in (None, tuner.index) and self._is_open_to(tuner, address)
        ]
        for tuner in open_to:
            if tuner.holder is None:
                return tuner
        for tuner in open_to:
            if tuner.holder and not tuner.holder.needed():
                return tuner
        if index is None:
            uses = ", ".join(f"{one.index}: {self._use(one)}" for one in self.all)
            raise TunersBusyError(f"All {len(self.all)} tuners are in use ({uses})")
        if index >= len(self.all):
            raise TunerInUseError(f"There are only {len(self.all)} tuners")
        use = self._use(self.all[index])
        raise TunerInUseError(f"Tuner {index} is in use: {use}")

    def _is_open_to(self, tuner: Tuner, address: str) -> bool:
        lock = self._lock(tuner)
        return lock is None or lock.address == address

    def _lock(self, tuner: Tuner) -> Lock | None:
        """Answer who keeps a tuner, if that has not lapsed."""
        if tuner.lock and tuner.lock.until <= self._clock():
            tuner.lock = None
        return tuner.lock

    def _use(self, tuner: Tuner) -> str:
        if tuner.channel and tuner.client:
            return f"{tuner.client.address} watches {tuner.channel.name}"
        return f"locked by {tuner.lock.address}" if tuner.lock else "free"
