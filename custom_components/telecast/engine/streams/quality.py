"""What is known of a channel's candidates by experience, and whom that puts first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
import time

from ..errors import NoPictureError, TelecastError
from ..model import Candidate
from .breakers import address_key, is_upstreams_fault

# A first try that failed counts for so long.
RECENT_SECONDS = 600.0
# What was long ago counts less: half after a day.
_HALF_LIFE_SECONDS = 86400.0
_MOST_FAILURES = 20.0
# How much one try changes what is thought of a candidate.
_NEWS = 0.3
# Who was watched for minutes only has not proved much.
_DOUBT_HOURS = 1.0
# A channel may have any number of addresses; so many are worth the comparing.
_MOST_COMPARED = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a try."""

    startup: float | None = None
    """Seconds until its first data; None where there was none."""
    served: float = 0.0
    """Seconds for which it delivered."""
    rate: float | None = None
    """Seconds of programme per second; None where that is not known."""
    error: TelecastError | None = None
    """Why it ended; None where we ended it."""

    @property
    def failed(self) -> bool:
        """Whether it speaks against the candidate."""
        return self.error is not None and is_upstreams_fault(self.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What was measured of one candidate; the middle of all tries, the latest most."""

    updated: float = 0.0
    """In seconds since 1970, as are all times here."""
    startup: float | None = None
    rate: float | None = None
    failures: float = 0.0
    hours: float = 0.0
    """Of service; faded with the failures."""
    failed_at: float | None = None
    """When it last was tried and gave nothing; None once it has given something."""

    @property
    def failures_per_hour(self) -> float:
        """How often it fails while it is watched."""
        return self.failures / (self.hours + _DOUBT_HOURS)

    def faded(self, now: float) -> Record:
        """Answer the same, with what is old counting less."""
        kept = 0.5 ** (max(0.0, now - self.updated) / _HALF_LIFE_SECONDS)
        return replace(
            self, updated=now, failures=self.failures * kept, hours=self.hours * kept
        )

    def after(self, outcome: Outcome, now: float) -> Record:
        """Answer what is thought of the candidate after a further try."""
        before = self.faded(now)
        failed_at = before.failed_at
        if outcome.startup is not None and not isinstance(
            outcome.error, NoPictureError
        ):
            failed_at = None
        elif outcome.failed:
            failed_at = now
        return replace(
            before,
            startup=_mixed(before.startup, outcome.startup),
            rate=_mixed(before.rate, outcome.rate),
            failures=min(_MOST_FAILURES, before.failures + outcome.failed),
            hours=before.hours + outcome.served / 3600,
            failed_at=failed_at,
        )

    def failed_lately(self, now: float) -> bool:
        """Tell whether its last try, not long ago, gave nothing."""
        return self.failed_at is not None and abs(now - self.failed_at) < RECENT_SECONDS


class Quality:
    """Puts the better candidates of one channel first, and learns from each try."""

    def __init__(
        self,
        candidates: tuple[Candidate, ...],
        records: Mapping[str, Record] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Begin with what is known already, by `address_key`."""
        self.records = dict(records or {})
        self._clock = clock
        self.candidates, self.reasons = self._ordered(candidates)
        """The clearly better ones first, all others as they were given; and why so."""

    def learn(self, candidate: Candidate, outcome: Outcome) -> None:
        """Take in what came of a try; what went wrong on our side teaches nothing."""
        if outcome.startup is None and not outcome.failed:
            return
        key, now = address_key(candidate), self._clock()
        record = self.records.get(key, Record(updated=now))
        self.records[key] = record.after(outcome, now)

    def _ordered(
        self, candidates: tuple[Candidate, ...]
    ) -> tuple[tuple[Candidate, ...], tuple[str, ...]]:
        now = self._clock()
        records = [self._record(it) for it in candidates[:_MOST_COMPARED]]
        order = list(range(len(records)))
        for _ in order:
            for at in range(len(order) - 1):
                this, following = order[at : at + 2]
                if _why_better(records[following], records[this], now):
                    order[at : at + 2] = following, this
        reasons = tuple(
            f"address {one + 1} goes before {other + 1}: "
            f"{_why_better(records[one], records[other], now)}"
            for one, other in pairwise(order)
            if one > other
        )
        best = tuple(candidates[index] for index in order)
        return best + candidates[len(order) :], reasons

    def _record(self, candidate: Candidate) -> Record:
        now = self._clock()
        return self.records.get(address_key(candidate), Record(updated=now)).faded(now)


def _why_better(one: Record, other: Record, now: float) -> str | None:
    """Answer why one candidate is clearly better than another; None where it is not."""
    # The first thing in which they clearly differ decides.
    for difference in (_in_last_try, _in_stability, _in_rate, _in_startup):
        if reason := difference(one, other, now):
            return reason
        if difference(other, one, now):
            return None
    return None


def _in_last_try(one: Record, other: Record, now: float) -> str | None:
    if other.failed_lately(now) and not one.failed_lately(now):
        return "the other one failed lately"
    return None


def _in_stability(one: Record, other: Record, now: float) -> str | None:
    rare, often = one.failures_per_hour, other.failures_per_hour
    return f"it fails less often ({rare:.1f}/h)" if often > 2 * rare + 1 else None


def _in_rate(one: Record, other: Record, now: float) -> str | None:
    if one.rate is None or other.rate is None or one.rate - other.rate < 0.05:
        return None
    return "it comes as fast as it is shown"


def _in_startup(one: Record, other: Record, now: float) -> str | None:
    if one.startup is None or other.startup is None:
        return None
    sooner = other.startup - one.startup
    if sooner <= 1 or other.startup < 2 * one.startup:
        return None
    return f"it starts {sooner:.1f} s sooner"


def _mixed(before: float | None, news: float | None) -> float | None:
    if before is None or news is None:
        return before if news is None else news
    return before + _NEWS * (news - before)
