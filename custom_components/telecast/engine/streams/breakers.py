"""Breakers: an upstream that fails again and again is left alone for a while."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
import hashlib

from ..errors import (
    BusyError,
    EncodingFailedError,
    EngineNotFoundError,
    FFmpegMissingError,
    NoEngineError,
    StorageFullError,
    StreamClosedError,
    TelecastError,
)
from ..model import Candidate

# So many failures within so many seconds open a breaker, for so many seconds.
FAILURES = 5
WITHIN_SECONDS = 60.0
OPEN_SECONDS = 30.0

# What goes wrong on our side says nothing about an upstream.
_OURS = (
    BusyError,
    EncodingFailedError,
    EngineNotFoundError,
    FFmpegMissingError,
    NoEngineError,
    StorageFullError,
    StreamClosedError,
)


def is_upstreams_fault(error: TelecastError) -> bool:
    """Tell whether an error speaks against the candidate that was tried."""
    return not isinstance(error, _OURS)


def address_key(candidate: Candidate) -> str:
    """Answer what a candidate's address is known by where it may not stand itself."""
    return hashlib.sha256(candidate.url.encode()).hexdigest()[:32]


class Breaker:
    """Counts the failures of one address; closed, open, or half open for one try."""

    def __init__(self) -> None:
        self._failed: deque[float] = deque(maxlen=FAILURES)
        self._opened: float | None = None
        self._tries = 0
        self.last_error: TelecastError | None = None
        """What went wrong last."""

    def admits(self, now: float) -> bool:
        """Tell whether the address may be tried: not while open, once while half open."""
        if self._opened is None:
            return True
        return not self._tries and now - self._opened >= OPEN_SECONDS

    def is_stale(self, now: float) -> bool:
        """Tell whether there is nothing left to remember."""
        last = max(self._failed, default=now - WITHIN_SECONDS)
        idle = self._opened is None and not self._tries
        return idle and now - last >= WITHIN_SECONDS

    def begin(self) -> None:
        """Take note of a try; several may be under way."""
        self._tries += 1

    def end(self) -> None:
        """Take note that a try is over, whatever came of it."""
        self._tries -= 1

    def succeeded(self) -> None:
        """Take note of data; a half-open breaker closes."""
        if self._opened is not None:
            self._opened = None
            self._failed.clear()

    def failed(self, error: TelecastError, now: float) -> None:
        """Count a failure; too many open the breaker, one is enough while half open."""
        self.last_error = error
        self._failed.append(now)
        many = len(self._failed) == FAILURES
        if self._opened is not None or (
            many and now - self._failed[0] <= WITHIN_SECONDS
        ):
            self._opened = now


class Breakers:
    """The breakers of all addresses that failed lately."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Prepare; `clock` tells seconds and never goes back."""
        self._clock = clock
        self._breakers: dict[str, Breaker] = {}

    def admits(self, candidate: Candidate) -> bool:
        """Tell whether a candidate may be tried now."""
        breaker = self._breakers.get(address_key(candidate))
        return breaker is None or breaker.admits(self._clock())

    def last_error(self, candidate: Candidate) -> TelecastError | None:
        """Answer what speaks against a candidate; None where nothing is known."""
        breaker = self._breakers.get(address_key(candidate))
        return breaker.last_error if breaker else None

    def succeeded(self, candidate: Candidate) -> None:
        """Take note that data comes from a candidate that is being tried."""
        if breaker := self._breakers.get(address_key(candidate)):
            breaker.succeeded()

    @contextmanager
    def trying(self, candidate: Candidate) -> Iterator[None]:
        """Count what comes of a try.

        The errors that leave the block are failures where they speak against the
        upstream; being cancelled is none.
        """
        key = address_key(candidate)
        breaker = self._breakers.setdefault(key, Breaker())
        breaker.begin()
        try:
            yield
        except TelecastError as err:
            if is_upstreams_fault(err):
                breaker.failed(err, self._clock())
            raise
        finally:
            breaker.end()
            self._forget()

    def _forget(self) -> None:
        now = self._clock()
        self._breakers = {
            key: breaker
            for key, breaker in self._breakers.items()
            if not breaker.is_stale(now)
        }
