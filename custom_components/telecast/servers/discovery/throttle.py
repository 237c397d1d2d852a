"""So many answers and no more: to one address, and to all of them together."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
import time

BURST = 20
"""Answers that one address gets one right after the other."""
SECONDS_PER_ANSWER = 0.2
"""Afterwards it gets one each time this has passed."""
BURST_OF_ALL = 200
SECONDS_PER_ANSWER_OF_ALL = 0.01

_REMEMBERED = 1024


@dataclass(slots=True)
class _Bucket:
    """How many answers are left, and when that was so."""

    left: float = float("inf")
    at: float = 0.0

    def take(self, now: float, burst: int, seconds: float) -> bool:
        self.left = min(burst, self.left + (now - self.at) / seconds)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


class Throttle:
    """Counts answers; keeps a bounded number of addresses.

    A question's sender can be forged: so this bounds what anybody can have sent to
    somebody else.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._all = _Bucket()
        self._addresses: OrderedDict[str, _Bucket] = OrderedDict()

    def admits(self, address: str) -> bool:
        """Count an answer, if it may be given now."""
        now = self._clock()
        bucket = self._bucket(_home(address))
        return bucket.take(now, BURST, SECONDS_PER_ANSWER) and self._all.take(
            now, BURST_OF_ALL, SECONDS_PER_ANSWER_OF_ALL
        )

    def _bucket(self, address: str) -> _Bucket:
        bucket = self._addresses.setdefault(address, _Bucket())
        self._addresses.move_to_end(address)
        if len(self._addresses) > _REMEMBERED:
            self._addresses.popitem(last=False)
        return bucket


def _home(address: str) -> str:
    """Answer the address, or its /64: one IPv6 client owns all of that.

    But for link-local ones: all of a network share the one /64 there is.
    """
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address) and not parsed.is_link_local:
        return parsed.exploded[:19]
    return str(parsed)
